"""Runs by schedule: a confirmed version says when; a steward may pause them."""

from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import SYSTEM, Actor, Role, require
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, ModelRefused, read_definition
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import MatchModel
from haihe.data.matching.operations.running import start_run
from haihe.data.matching.queries import confirmed_version, model_for


def run_due(*, now: datetime) -> list[str]:
    """Ask for a run of each model that is due; return the runs' numbers. Two sweeps at once begin each once."""
    begun = []
    with transaction.atomic():
        due = MatchModel.objects.filter(paused=False, next_due__lte=now).order_by("next_due")
        for model in due.select_for_update(skip_locked=True):
            plan_next(model, now=now)
            try:
                begun.append(start_run(actor=SYSTEM, number=model.number, now=now))
            except NotNow:
                # The run before is still at work, or nothing is in force: the next time will come.
                continue
    return begun


def plan_next(model: MatchModel, *, now: datetime) -> None:
    """Set when the version in force runs next; the row is locked by the caller."""
    model.next_due = next_run(_in_force(model), after=now)
    model.save(update_fields=["next_due"])


def next_run(definition: Definition | None, *, after: datetime) -> datetime | None:
    if definition is None or not definition.schedule:
        return None
    return exchange.next_due(definition.schedule, working_days=definition.working_days, after=after)


def pause_model(*, actor: Actor, number: str, paused: bool, now: datetime) -> None:
    """Stop or go on running by schedule. Raises: NotFound, NotPermitted."""
    found = model_for(actor, number)
    require(actor, Role.STEWARD, organisation=found.organisation)
    with transaction.atomic():
        model = MatchModel.objects.select_for_update().get(pk=found.pk)
        model.paused = paused
        model.save(update_fields=["paused"])
        plan_next(model, now=now)


def _in_force(model: MatchModel) -> Definition | None:
    version = confirmed_version(model)
    try:
        return read_definition(version.text) if version else None
    except ModelRefused:
        return None
