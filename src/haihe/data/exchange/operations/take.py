"""Taking a run's rejected rows away, whole."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from uuid import UUID

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.exchange.models import FeedRunMove
from haihe.data.exchange.quality.api import rules_of_run
from haihe.data.exchange.queries import may_take_rejects, visible_runs
from haihe.data.exchange.rejects import rejects_csv, rejects_of


def take_rejects(actor: Actor, run_id: UUID, *, now: datetime, code: str = "") -> Iterator[str]:
    """Return the rejects, of one reason or all, as lines of CSV, and write into the run's history who took them.

    Raises: NotPermitted (also where there is no such run for this actor), SnapshotDamaged.
    """
    run = visible_runs(actor).filter(pk=run_id).first()
    if run is None or not may_take_rejects(actor, run):
        raise NotPermitted("only the owner's people take rejects")
    lines = rejects_csv(rejects_of(run, code=code), rules_of_run(run))
    # The first line comes after the file has been proved, so damage is told before anything was sent.
    first = next(lines)
    FeedRunMove.objects.create(run=run, name="take_rejects", target=run.state, at=now, by=actor.name)
    return chain([first], lines)
