"""The open platform. Empty until its issue."""
