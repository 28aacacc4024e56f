"""Plant services of the other kinds: one that a department's interface answers, one that tells what changed."""

from datetime import datetime
from ipaddress import ip_network
from urllib.parse import urlsplit

from haihe.base.accounts.api import actor_for
from haihe.data.sharing import operations
from haihe.data.sharing.demo.bringing import granted
from haihe.data.sharing.demo.entries_kinds import (
    RELIEF_CHANGES,
    RENT_FOLLOWING,
    RENT_REVIEW,
    interface_rules,
    relief_live,
)
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations.changing_source import ChangedSource
from haihe.data.sharing.operations.services import NewService
from haihe.data.sharing.source_versions import version_of


def plant_kinds(*, pages_url: str, at: datetime, now: datetime) -> None:
    """Plant what isn't there yet. `pages_url` is where this city's pages serve the made-up interface; without it
    there is none to ask."""
    _open(RELIEF_CHANGES, now)
    granted(RENT_FOLLOWING, at=at, now=now)
    if pages_url:
        _open(relief_live(pages_url), now)
        _point_to(pages_url, now)
        granted(RENT_REVIEW, at=at, now=now)


def _open(service: NewService, now: datetime) -> None:
    if not Service.objects.filter(slug=service.slug).exists():
        operations.open_service(actor=actor_for("steward_mzj", now=now), service=service, now=now)


def _point_to(pages_url: str, now: datetime) -> None:
    """Let the owner say where the interface is, the data centre confirm it: the pages may have another port by now."""
    row, rules = Service.objects.get(slug="relief-live"), interface_rules(pages_url)
    if (row.source or {})["url"] != rules["url"]:
        changed = ChangedSource(rules=rules, seen=version_of(row))
        operations.change_source(actor=actor_for("steward_mzj", now=now), slug=row.slug, changed=changed, now=now)
        row.refresh_from_db()
    if row.waits_for_confirmation:
        centre = actor_for("operator", now=now)
        operations.confirm_source(actor=centre, slug=row.slug, networks=[_network(rules["url"])], now=now)


def _network(url: str) -> str:
    """Return the pages' own address: the gateway asks there and nowhere else."""
    try:
        return str(ip_network(urlsplit(url).hostname or ""))
    except ValueError:
        return "127.0.0.0/8"
