"""Background work of cases: ask again by the clock, and as soon as there is reason to."""

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.platforms.services import operations
from haihe.platforms.services.adapters import LedgerTrace, gateway_is_healthy, verifier

GATEWAY_SWITCHES_WITHIN_S = 5
"""The gateway hears of a new snapshot or grant on its own; asked before it switched, it would answer as yesterday."""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="services.sweep", name="services.sweep")
def sweep(timestamp: int) -> None:
    """Say what is late. Ask for every case that is due; if the gateway is back, for all that wait."""
    operations.say_late_appeals(now=timezone.now())
    operations.escalate_late(now=timezone.now())
    # The gateway's health is a signed round trip that leaves a record; it is asked only where that helps somebody.
    if operations.somebody_met_silence(now=timezone.now()) and gateway_is_healthy():
        operations.source_reachable_again(now=timezone.now())
    _recheck()


@app.periodic(cron="3 0 * * *")
@app.task(queueing_lock="services.declare_needs", name="services.declare_needs")
def declare_needs(timestamp: int) -> None:
    """Tell the catalogue what the items need that are in force from today."""
    operations.declare_needs(now=timezone.now())


@app.task(name="services.recheck")
def recheck() -> None:
    _recheck()


def recheck_soon() -> None:
    recheck.configure(schedule_in={"seconds": GATEWAY_SWITCHES_WITHIN_S}).defer()


def _recheck() -> None:
    operations.recheck_waiting(verifier=verifier(), trace=LedgerTrace(), now=timezone.now())
