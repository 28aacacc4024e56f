"""For tests of faces: the demo's datasets with the files of a few, and the pages served to real clients."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.utils import override_settings
from django.utils import timezone

from haihe.data.open.demo import plant, plant_some
from haihe.data.open.models import AccessKey, Dataset, DatasetVersion, Licence, OpeningType
from haihe.data.open.operations import make_version

BUILT = ("libraries", "hospitals", "air-quality-hourly", "primary-schools")
"""With places; with places and days; with times; and the one that is conditional."""
FEW = (*BUILT, "clinics", "metro-stations", "fever-clinics", "drug-catalogue", "insured-hospitals", "incubators")
"""Enough for pages of records."""
CONDITIONAL = "primary-schools"
CONDITION = "限科研使用 <b>&"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


def plant_with_files(slugs: Collection[str] | None = None, *, now: datetime) -> None:
    """Plant these, or all 391, and make the files of those in `BUILT`."""
    if slugs is None:
        plant(scale=0.001, now=now, progress=lambda what, share: None)
    else:
        plant_some(slugs, scale=0.001, now=now, progress=lambda what, share: None)
    for pk in DatasetVersion.objects.filter(dataset__slug__in=BUILT).values_list("pk", flat=True):
        make_version(pk, now=now)


def close_one(*, now: datetime) -> None:
    """Let one of those that have files be open on conditions only."""
    told = {"opening_type": OpeningType.CONDITIONAL, "opening_condition": CONDITION, "licence": Licence.AGREEMENT}
    Dataset.objects.filter(slug=CONDITIONAL).update(**told, updated_at=now)


def access_key(secret: str, *datasets: str, per_day: int = 100) -> AccessKey:
    """Give a reader a key."""
    now = timezone.now()
    return AccessKey.objects.create(
        key_hash=hashlib.sha256(secret.encode()).digest(),
        holder="读者",
        quota_per_day=per_day,
        valid_until=now + timedelta(days=90),
        datasets=list(datasets) or None,
        made_at=now,
    )


@contextmanager
def serving() -> Iterator[str]:
    """Serve the pages on a free port within this test's transaction; yield their address."""
    shared, hosts = connections["default"], [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    with (
        override_settings(ALLOWED_HOSTS=hosts),
        make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Quiet) as server,
    ):

        def serve() -> None:
            connections["default"] = shared
            server.serve_forever(poll_interval=0.02)

        shared.inc_thread_sharing()
        # Between requests a server lets go of connections; as in Django's own client, this one stays.
        signals = (request_started, request_finished)
        for signal in signals:
            signal.disconnect(close_old_connections)
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            for signal in signals:
                signal.connect(close_old_connections)
            shared.dec_thread_sharing()
