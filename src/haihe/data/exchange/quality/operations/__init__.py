"""Writes of quality: rules and mappings are made and confirmed, held runs decided, rejects sent back."""
