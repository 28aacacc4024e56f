"""Pages: the holder's wallet, the public check, the issuer's desk. A view makes one call."""
