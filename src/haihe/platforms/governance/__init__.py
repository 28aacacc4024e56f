"""Social governance. Empty until its issue."""
