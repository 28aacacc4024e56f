"""A confirmed model runs when it is due, once, and not while it is paused."""

from datetime import timedelta

import pytest

from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.matching.errors import InputRefused
from haihe.data.matching.models import MatchModel, MatchRun
from haihe.data.matching.operations.scheduling import pause_model, run_due
from haihe.data.matching.testing import MODEL, confirmed, feed, permitted

pytestmark = pytest.mark.django_db
WEEKLY = 'schedule = "0 6 * * 1"\n' + MODEL.lstrip()


def test_what_is_due_runs_once() -> None:
    permitted()
    feed()
    confirmed(WEEKLY)
    due = MatchModel.objects.get().next_due
    assert due is not None
    assert due > NOW
    assert run_due(now=NOW) == []
    (number,) = run_due(now=due)
    run = MatchRun.objects.get(number=number)
    assert (run.asked_by, run.state) == (None, "QUEUED")
    assert run_due(now=due) == []
    assert MatchModel.objects.get().next_due == due + timedelta(days=7)


def test_a_run_at_work_is_not_begun_twice() -> None:
    permitted()
    feed()
    confirmed(WEEKLY)
    due = MatchModel.objects.get().next_due
    assert due is not None
    run_due(now=due)
    assert run_due(now=due + timedelta(days=7)) == []
    assert MatchRun.objects.count() == 1


def test_a_paused_model_waits_for_its_steward() -> None:
    permitted()
    feed()
    number = confirmed(WEEKLY)
    due = MatchModel.objects.get().next_due
    assert due is not None
    pause_model(actor=cast_actor("steward_gjj"), number=number, paused=True, now=NOW)
    assert run_due(now=due) == []
    pause_model(actor=cast_actor("steward_gjj"), number=number, paused=False, now=due)
    assert run_due(now=due + timedelta(days=7)) != []


@pytest.mark.parametrize("line", ["every day", "* * * * *", "0 6 * *"])
def test_a_schedule_that_cannot_be_kept_is_refused(line: str) -> None:
    permitted()
    feed()
    with pytest.raises(InputRefused, match="运行计划"):
        confirmed(f'schedule = "{line}"\n' + MODEL.lstrip())
