from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

_NEEDS = "catalogue_needs"
"""Where the catalogue keeps what items ask for; on the way back to an older version there is no such table."""


class ServicesConfig(AppConfig):
    name = "haihe.platforms.services"
    label = "services"
    verbose_name = "政务服务"

    def ready(self) -> None:
        from haihe.platforms.services import events, telling  # noqa: F401 - subscribes; its words for notices

        post_migrate.connect(_load_items, sender=self)


def _load_items(**_: Any) -> None:
    """The items ship with the release, like its tables; a new version is there as soon as the tables are."""
    from django.utils import timezone

    from haihe.platforms.services import operations
    from haihe.platforms.services.models import ItemVersion

    tables = _tables()
    if ItemVersion._meta.db_table in tables:
        operations.load_items()
    if _NEEDS in tables:
        operations.declare_needs(now=timezone.now())


def _tables() -> list[str]:
    from django.db import connection

    return connection.introspection.table_names()
