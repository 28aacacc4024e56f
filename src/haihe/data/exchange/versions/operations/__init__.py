"""Writes: set a retention, remove what its time is over."""
