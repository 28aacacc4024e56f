"""What the rooms below announce and cases wait for."""

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.sharing import api as sharing
from haihe.platforms.services import operations, tasks
from haihe.platforms.services.items import api as items

_IN_FORCE = "ACTIVE"


@outbox.subscribe("exchange.snapshot_published")
def ask_for_those_who_wait(payload: dict[str, object]) -> None:
    """A register was fed anew: a person who wasn't on it this morning may be on it now."""
    if operations.source_refreshed(resource=str(payload["resource"]), now=timezone.now()):
        tasks.recheck_soon()


@outbox.subscribe(sharing.GRANT_CHANGED)
def ask_for_those_who_were_refused(payload: dict[str, object]) -> None:
    """A grant was made, or goes on: whoever met a refusal for want of it needn't wait for the clock."""
    if payload["state"] != _IN_FORCE:
        return
    organisation, service = str(payload["organisation"]), str(payload["service"])
    if operations.source_permitted(organisation=organisation, service=service, now=timezone.now()):
        tasks.recheck_soon()


@outbox.subscribe(sharing.CLIENT_ENABLED)
def ask_for_those_whose_system_was_off(payload: dict[str, object]) -> None:
    """A department's system may ask (again)."""
    if operations.source_permitted(organisation=str(payload["organisation"]), now=timezone.now()):
        tasks.recheck_soon()


@outbox.subscribe(sharing.SERVICE_STARTED)
def ask_for_those_whose_service_rested(payload: dict[str, object]) -> None:
    """A service answers again: for everybody who holds a grant of it."""
    if operations.source_permitted(service=str(payload["service"]), now=timezone.now()):
        tasks.recheck_soon()


@outbox.subscribe(sharing.DATA_CORRECTED)
def look_again_at_what_was_decided(payload: dict[str, object]) -> None:
    """The source corrected an answer that one of our cases was given."""
    outcome = operations.answer_corrected(
        organisation=str(payload["consumer"]),
        number=str(payload["case"]),
        evidence=str(payload["evidence"]),
        now=timezone.now(),
    )
    if outcome == operations.Outcome.ASKED_AGAIN:
        tasks.recheck_soon()


@outbox.subscribe(items.ITEM_CHANGED)
def declare_what_items_need(payload: dict[str, object]) -> None:
    """A version was approved here: the catalogue hears which papers it asks for, or will by the daily round."""
    operations.declare_needs(now=timezone.now())
