from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ItemsConfig(AppConfig):
    name = "haihe.platforms.services.items"
    label = "services_items"
    verbose_name = "政务服务事项"

    def ready(self) -> None:
        from haihe.platforms.services.items import tasks, telling  # noqa: F401 - its jobs; its words for notices

        post_migrate.connect(_load_items, sender=self)


def _load_items(**_: Any) -> None:
    """The items ship with the release, like its tables; a new version is there as soon as the tables are.

    `haihe upgrade` brings them in at its end only: the version before couldn't read them.
    """
    from django.db import connection

    from haihe.platforms.services.items import operations
    from haihe.platforms.services.items.models import ItemEntry

    if ItemEntry._meta.db_table in connection.introspection.table_names():
        operations.load_items()
