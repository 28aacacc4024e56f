"""Pages of sharing, one file per noun. What somebody may not know of answers 404, for a strange number alike."""
