"""Pages of comparisons, each with one call of the domain."""
