"""一云 · the government cloud. Empty until its issue."""
