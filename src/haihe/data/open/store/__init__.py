"""A published version as files, and every question that may be put to it: no Django, no user's text in any SQL.

Words: 版本 version (a folder of immutable files), 页 page (rows behind a cursor), 分组 groups, 整份下载 export.
"""

from haihe.data.open.store.building import BuildTrouble, build
from haihe.data.open.store.columns import Column, ColumnsTrouble, Kind
from haihe.data.open.store.engine import Engine
from haihe.data.open.store.exporting import FORMS
from haihe.data.open.store.manifest import Manifest, check_files, read_manifest
from haihe.data.open.store.narrowing import NarrowStore
from haihe.data.open.store.opened import OpenStores
from haihe.data.open.store.query import GroupQuery, Query, read_groups, read_query, read_where
from haihe.data.open.store.store import Groups, Page, Store, open_store
from haihe.data.open.store.told import as_objects
from haihe.data.open.store.trouble import QueryTrouble, StoreDamaged, TooCostly, WrongQuery

__all__ = [
    "FORMS",
    "BuildTrouble",
    "Column",
    "ColumnsTrouble",
    "Engine",
    "GroupQuery",
    "Groups",
    "Kind",
    "Manifest",
    "NarrowStore",
    "OpenStores",
    "Page",
    "Query",
    "QueryTrouble",
    "Store",
    "StoreDamaged",
    "TooCostly",
    "WrongQuery",
    "as_objects",
    "build",
    "check_files",
    "open_store",
    "read_groups",
    "read_manifest",
    "read_query",
    "read_where",
]
