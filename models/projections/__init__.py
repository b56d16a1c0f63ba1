"""What players are expected to score."""
