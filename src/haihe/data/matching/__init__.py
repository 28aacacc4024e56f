"""Cross-checks and record linkage. Empty until its issue."""
