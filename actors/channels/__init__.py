"""Channels: how an alert leaves the system, one piece at a time."""
