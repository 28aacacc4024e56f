"""Runs: asked for by a steward or the schedule, done by the worker, stopped by whoever may."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, Role, require
from haihe.base.jobs import api as jobs
from haihe.base.numbering.api import next_number
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.living import locked_run
from haihe.data.matching.operations.moving import make_move, record
from haihe.data.matching.queries import confirmed_version, model_for, parts_in, run_for
from haihe.data.matching.tasks import process_match
from haihe.data.matching.workflow import RUN, Part

DEFAULT_ENGINE: Final = "duckdb"


def start_run(*, actor: Actor, number: str, now: datetime, engine: str = DEFAULT_ENGINE) -> str:
    """Ask for a run of the version in force; return the run's number. Raises: NotFound, NotPermitted, NotNow."""
    model = model_for(actor, number)
    if actor is not SYSTEM:
        require(actor, Role.STEWARD, organisation=model.organisation)
    version = confirmed_version(model)
    if version is None:
        raise NotNow(_("这个模型还没有确认过的版本，不能运行。"))
    with transaction.atomic():
        run = MatchRun(
            number=next_number("BD", MatchRun.objects.all(), now),
            version=version,
            organisation=model.organisation,
            engine=engine,
            asked_by=actor.user_id,
            asked_name=actor.name,
            queued_at=now,
        )
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            raise NotNow(_("这个模型正在运行，请等它结束。")) from None
        record(run, actor, "ask", Part.SYSTEM if actor is SYSTEM else Part.STEWARD, RUN.moves[0].clause, now=now)
        process_match.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    return run.number


def cancel_run(*, actor: Actor, number: str, now: datetime) -> None:
    """Stop a run that waits or runs; an engine hears of it within a second. Raises: NotFound, NotPermitted, NotNow."""
    with transaction.atomic():
        run = locked_run(run_for(actor, number).pk)
        make_move(run, actor, "cancel", parts_in(actor, run.organisation), now=now)
        run.ended_at = now
        run.save()
