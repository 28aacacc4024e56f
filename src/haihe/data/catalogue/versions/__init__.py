"""Versions: what an entry said each time it was published, and what changed from one to another, in words."""
