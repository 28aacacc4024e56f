"""Writes: write and confirm models, run them, end them, let results expire."""
