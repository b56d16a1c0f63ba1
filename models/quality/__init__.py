"""Readings of feeds weighed before anybody believes them."""
