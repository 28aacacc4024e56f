"""Pages of ratings: of raters, of screens at windows, of those who see to low ratings, and of everybody."""
