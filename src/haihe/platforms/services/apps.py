from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

_PROCESSES = "processes_processversion"
_NEEDS = "catalogue_needs"
"""Where the catalogue keeps what items ask for; on the way back to an older version there is no such table."""


class ServicesConfig(AppConfig):
    name = "haihe.platforms.services"
    label = "services"
    verbose_name = "政务服务"

    def ready(self) -> None:
        from haihe.base.processes import api as processes
        from haihe.platforms.services import events, telling  # noqa: F401 - subscribes; its words for notices
        from haihe.platforms.services.companies import PROGRAMS
        from haihe.platforms.services.forms import api as forms
        from haihe.platforms.services.hearing import hear
        from haihe.platforms.services.offers import ItemOffers, held_papers
        from haihe.platforms.services.process_files import shipped
        from haihe.platforms.services.receiving import bind, receive

        post_migrate.connect(_declare_needs, sender=self)
        forms.register_receiver(receive)
        forms.register_binder(bind)
        forms.register_offers(ItemOffers())
        forms.register_holdings(held_papers)
        for name in shipped():
            processes.listen(name, hear)
        for name, program in PROGRAMS.items():
            processes.register(name, program)


def _declare_needs(**_: Any) -> None:
    """The items ship with the release, like its tables; so does what they ask for."""
    from django.db import connection
    from django.utils import timezone

    from haihe.platforms.services import operations
    from haihe.platforms.services.process_files import load_processes

    tables = connection.introspection.table_names()
    if _PROCESSES in tables:
        load_processes(now=timezone.now())
    if _NEEDS in tables:
        operations.declare_needs(now=timezone.now())
