"""What weather, lines and lopsided games do to players: learned shares, applied to projections."""
