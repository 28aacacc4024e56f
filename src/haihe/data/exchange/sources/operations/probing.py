"""Testing a source: which of its legs hold, and which one doesn't. Nothing is fetched and nothing changed."""

from datetime import datetime
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import Leg, LegFound, Legs
from haihe.data.exchange.sources.models import Source, SourceEvent
from haihe.data.exchange.sources.queries import kept_source
from haihe.data.exchange.sources.secrets import secret_of
from haihe.data.exchange.sources.sites import site_of


def probe_source(actor: Actor, source_id: UUID, *, now: datetime) -> Legs:
    """Walk the legs of a source. Raises: NotPermitted."""
    source = kept_source(actor, source_id)
    legs = _walk(source, now)
    Source.objects.filter(pk=source.pk).update(tested_at=now, tested_well=legs.failed is None)
    SourceEvent.objects.create(source=source, name="probe", told=legs.fault, at=now, by=actor.name)
    return legs


def _walk(source: Source, now: datetime) -> Legs:
    connector = CONNECTORS[source.connector]
    found: list[LegFound] = []
    try:
        settings = read_as(source.settings, connector.settings)
        # Extended as it goes: what came before a failure counts.
        found.extend(connector.check(settings, secret_of(source), site_of(source.owner, now=now)))
    except FetchFailed as failed:
        return _failed(connector.legs, found, failed)
    return Legs(tuple(found))


def _failed(order: tuple[Leg, ...], found: list[LegFound], failed: FetchFailed) -> Legs:
    """The leg that fails is the fault's own, or the first that wasn't reached where that one held already."""
    names = list(order)
    held = {leg.leg for leg in found}
    open_legs = [leg for leg in names if leg not in held]
    at = failed.leg if failed.leg in open_legs else (open_legs or names)[0]
    skipped = tuple(leg for leg in open_legs if leg != at)
    return Legs(tuple(found), at, failed.fault, failed.sentence, skipped)
