"""Text files with separators, as departments' systems and spreadsheets really export them."""
