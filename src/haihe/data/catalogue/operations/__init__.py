"""Writes of the catalogue: one verb, one transaction, one line of history."""

from haihe.data.catalogue.operations.moving import approve, move_resource, publish, submit
from haihe.data.catalogue.operations.registering import register_resource, revise_resource
from haihe.data.catalogue.operations.revisions import edit_revision, move_revision, open_revision

__all__ = [
    "approve",
    "edit_revision",
    "move_resource",
    "move_revision",
    "open_revision",
    "publish",
    "register_resource",
    "revise_resource",
    "submit",
]
