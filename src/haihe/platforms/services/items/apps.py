from typing import Any, Final

from django.apps import AppConfig
from django.db.models.signals import post_migrate

MANY_ITEMS: Final = ("services_items", "0002_many_items")
"""Before this migration, the version before may still be running; it can't read what items may leave out since."""


class ItemsConfig(AppConfig):
    name = "haihe.platforms.services.items"
    label = "services_items"
    verbose_name = "政务服务事项"

    def ready(self) -> None:
        post_migrate.connect(_load_items, sender=self)


def _load_items(**_: Any) -> None:
    """The items ship with the release, like its tables; a new version is there as soon as the tables are."""
    from haihe.platforms.services.items import operations

    if takes_many_items():
        operations.load_items()


def takes_many_items() -> bool:
    """Tell whether the database is as far as the items of this release need it."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return MANY_ITEMS in MigrationRecorder(connection).applied_migrations()
