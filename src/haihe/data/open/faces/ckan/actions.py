"""All actions, known once this is imported."""

from haihe.data.open.faces.ckan import (
    datastore_actions,
    group_actions,
    package_actions,
    site_actions,
    write_actions,
)
from haihe.data.open.faces.ckan.registry import ACTIONS

__all__ = ["ACTIONS", "datastore_actions", "group_actions", "package_actions", "site_actions", "write_actions"]
