"""Pages: the public guide, the citizen's phone, the citizen's data, the clerk's desk. A view makes one call."""
