"""Whose resource it is."""


def owner_of(resource: str) -> str:
    """Return the code of the organisation that owns a resource: its code begins with it."""
    return resource.split("/", 1)[0]
