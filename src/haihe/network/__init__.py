"""一网 · the e-government network. Empty until its issue."""
