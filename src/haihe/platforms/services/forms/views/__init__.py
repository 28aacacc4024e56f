"""Pages of forms: what one needs before, one section after another, the check, the receipt; the window's one screen."""
