"""一数 · the data layer."""
