"""Internet + supervision. Empty until its issue."""
