"""Zip archives: one data file, or several of the same format and the same columns, read one after the other."""
