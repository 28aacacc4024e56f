"""Visual analysis. Empty until its issue."""
