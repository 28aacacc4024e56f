"""Writes of the item catalogue, one verb per file."""

from haihe.platforms.services.items.operations.deciding import ITEM_CHANGED, move_draft
from haihe.platforms.services.items.operations.drafting import (
    begin_draft,
    begin_new_item,
    begin_retirement,
    redraft,
    save_table,
)
from haihe.platforms.services.items.operations.loading import load_items

__all__ = [
    "ITEM_CHANGED",
    "begin_draft",
    "begin_new_item",
    "begin_retirement",
    "load_items",
    "move_draft",
    "redraft",
    "save_table",
]
