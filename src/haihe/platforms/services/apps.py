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

        post_migrate.connect(_declare_needs, sender=self)


def _declare_needs(**_: Any) -> None:
    """The items ship with the release, like its tables; so does what they ask for."""
    from django.db import connection
    from django.utils import timezone

    from haihe.platforms.services import operations
    from haihe.platforms.services.items import api as items

    if _NEEDS in connection.introspection.table_names() and items.takes_many_items():
        operations.declare_needs(now=timezone.now())
