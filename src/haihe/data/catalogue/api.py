"""What neighbours may use of the catalogue."""

from haihe.data.catalogue.errors import CatalogueError, EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.models import SharingForm, SharingType
from haihe.data.catalogue.operations import (
    approve,
    move_resource,
    publish,
    register_resource,
    revise_resource,
    submit,
)
from haihe.data.catalogue.queries import (
    Filters,
    find_resources,
    published_count,
    published_resources,
    resource,
    resource_titles,
)
from haihe.data.catalogue.records import ItemEntry, NewItem, NewResource, ResourceEntry
from haihe.data.catalogue.search.indexing import index_all

__all__ = [
    "CatalogueError",
    "EntryRefused",
    "Filters",
    "ItemEntry",
    "NewItem",
    "NewResource",
    "NotNow",
    "ResourceEntry",
    "ResourceNotFound",
    "SharingForm",
    "SharingType",
    "approve",
    "find_resources",
    "index_all",
    "move_resource",
    "publish",
    "published_count",
    "published_resources",
    "register_resource",
    "resource",
    "resource_titles",
    "revise_resource",
    "submit",
]
