"""Writes of delivery: one verb a file."""
