"""Writes, one verb in each file."""
