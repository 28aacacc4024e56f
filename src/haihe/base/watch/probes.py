"""Who measures what: one function per rule, registered while the applications get ready, only read afterwards."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

import httpx
from django.conf import settings

from haihe.base.jobs import api as jobs
from haihe.base.ledger import api as ledger
from haihe.base.notices import api as notices
from haihe.base.outbox import api as outbox
from haihe.base.watch.rules import RULES

_TIMEOUT_S = 8.0
_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured of one subject. What a probe does not mention counts as well."""

    value: float
    subject: str = ""
    title: str = ""
    owner: str = ""
    path: str = ""


type Probe = Callable[[datetime], Iterable[Reading]]
_probes: dict[str, Probe] = {}


def probe(rule: str) -> Callable[[Probe], Probe]:
    """Register the function that measures for a rule; call it from `AppConfig.ready` (import the decorated module)."""
    if rule not in RULES:
        raise LookupError(rule)

    def register(function: Probe) -> Probe:
        _probes[rule] = function
        return function

    return register


def probe_of(rule: str) -> Probe | None:
    """Return who measures for the rule; None where nobody does in this installation."""
    return _probes.get(rule)


@probe("gateway-down")
def gateway_down(now: datetime) -> Iterable[Reading]:
    """Ask the gateway after its health: it follows a request of its own to the durable record and back."""
    return [Reading(0 if _health() is not None else 1)]


@probe("journal-backlog")
def journal_backlog(now: datetime) -> Iterable[Reading]:
    health = _health()
    return [Reading(float(health["journal_backlog"]))] if health is not None else []


@probe("ledger-unsealed")
def ledger_unsealed(now: datetime) -> Iterable[Reading]:
    return [Reading(_since(ledger.unsealed().since, now), path="/ledger/")]


@probe("queue-stuck")
def queue_stuck(now: datetime) -> Iterable[Reading]:
    return [Reading(_since(queue.due_since, now), queue.name, queue.name) for queue in jobs.queues()]


@probe("dead-letters")
def dead_letters(now: datetime) -> Iterable[Reading]:
    return [Reading(outbox.backlog().dead)]


@probe("dead-sendings")
def dead_sendings(now: datetime) -> Iterable[Reading]:
    """Return by way how many messages were given up, or may have gone out: somebody decides about each."""
    return [Reading(way.count, way.channel, way.label, path=way.path) for way in notices.stuck_sendings()]


@probe("disk-full")
def disk_full(now: datetime) -> Iterable[Reading]:
    """Return how much is taken of each disk that the centre keeps data on; folders of one disk are told once."""
    root = Path(settings.HAIHE.data_dir)
    disks: dict[int, Path] = {}
    for folder in (root, *sorted(each for each in root.iterdir() if each.is_dir()), Path(gettempdir())):
        disks.setdefault(folder.stat().st_dev, folder)
    named = {str(folder)[-_NAME_LENGTH:]: folder for folder in disks.values()}
    return [Reading(_taken(folder), name, name) for name, folder in named.items()]


def _taken(folder: Path) -> float:
    """Return the percentage that ordinary processes can't use any more."""
    usage = shutil.disk_usage(folder)
    return 100 * (1 - usage.free / usage.total) if usage.total else 0


def _health() -> dict[str, float] | None:
    try:
        answer = httpx.get(f"{settings.HAIHE.gateway_url}/healthz", timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError:
        return None
    return dict(answer.json()) if answer.status_code == httpx.codes.OK else None


def _since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0
