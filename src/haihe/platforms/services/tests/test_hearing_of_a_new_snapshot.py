"""A register fed anew wakes those who wait for it, a few seconds later, when the gateway has switched."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.kernel.answers import Answer
from haihe.platforms.services import adapters, events, tasks
from haihe.platforms.services.models import Case
from haihe.platforms.services.testing import RESOURCE, asked, says, unreachable
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db


def test_who_waits_is_asked_for_soon_and_granted() -> None:
    number = asked("zhang", says(Answer.NO_MATCH), now=timezone.now())
    events.ask_for_those_who_wait({"resource": RESOURCE})
    job = ProcrastinateJob.objects.get(task_name="services.recheck")
    assert job.scheduled_at is not None
    wait = job.scheduled_at - timezone.now()
    assert timedelta(seconds=1) < wait <= timedelta(seconds=tasks.GATEWAY_SWITCHES_WITHIN_S)
    adapters.use_verifier(says(Answer.MATCH))
    tasks.recheck()
    assert Case.objects.get(number=number).state == CaseState.APPROVED


def test_where_nobody_waits_nothing_is_scheduled() -> None:
    asked("liu", says(Answer.MATCH))
    events.ask_for_those_who_wait({"resource": RESOURCE})
    assert not ProcrastinateJob.objects.filter(task_name="services.recheck").exists()


def test_the_sweep_asks_when_the_pause_is_over_also_while_the_gateway_is_away() -> None:
    number = asked("liu", unreachable(), now=timezone.now() - timedelta(minutes=2))
    adapters.use_verifier(says(Answer.MATCH))
    tasks.sweep(timestamp=0)
    assert Case.objects.get(number=number).state == CaseState.APPROVED


def test_the_sweep_runs_every_minute_and_never_twice_at_once() -> None:
    assert tasks.sweep.queueing_lock == "services.sweep"
    periodic = tasks.sweep.blueprint.periodic_registry.periodic_tasks
    assert [one.cron for one in periodic.values() if one.task.name == "services.sweep"] == ["* * * * *"]
