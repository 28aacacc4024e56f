"""Writes: receive a file, process it to its end, publish what is good, tidy up after crashes."""
