from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ServicesConfig(AppConfig):
    name = "haihe.platforms.services"
    label = "services"
    verbose_name = "政务服务"

    def ready(self) -> None:
        from haihe.platforms.services import events  # noqa: F401 - subscribes

        post_migrate.connect(_load_items, sender=self)


def _load_items(**_: Any) -> None:
    """The items ship with the release, like its tables; a new version is there as soon as the tables are."""
    from haihe.platforms.services import operations
    from haihe.platforms.services.models import ItemVersion

    if ItemVersion._meta.db_table in _tables():
        operations.load_items()


def _tables() -> list[str]:
    from django.db import connection

    return connection.introspection.table_names()
