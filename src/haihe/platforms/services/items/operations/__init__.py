"""Writes of the item catalogue, one verb per file."""

from haihe.platforms.services.items.operations.loading import load_items

__all__ = ["load_items"]
