"""A question refused for want of a grant is asked again as soon as there is one, not when a back-off ends."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.base.outbox.testing import deliver_all
from haihe.data.sharing import api as sharing
from haihe.data.sharing.testing import cast_actor, granted
from haihe.kernel.answers import Answer
from haihe.kernel.problems import Problem
from haihe.platforms.services import adapters, tasks
from haihe.platforms.services.models import Case
from haihe.platforms.services.testing import ScriptedVerifier, asked, says, unreachable
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db
OWNER = cast_actor("approver_mzj")


def _refused(slug: str) -> ScriptedVerifier:
    return ScriptedVerifier(lambda _: sharing.QuestionRefused(Problem.of(slug)))


def _suspended_grant() -> UUID:
    now = timezone.now()
    grant_id, by = granted(now=now), timezone.localdate(now) + timedelta(days=9)
    sharing.suspend_grant(actor=OWNER, grant_id=grant_id, reason="核查用途", put_right_by=by, now=now)
    deliver_all()
    return grant_id


def _soon() -> int:
    return ProcrastinateJob.objects.filter(task_name="services.recheck").count()


def test_who_waits_is_asked_for_soon_after_the_grant_goes_on() -> None:
    grant_id = _suspended_grant()
    number = asked("liu", _refused("grant-suspended"), now=timezone.now())
    assert _soon() == 0
    sharing.resume_grant(actor=OWNER, grant_id=grant_id, words="核查完毕", now=timezone.now())
    deliver_all()
    assert _soon() == 1
    adapters.use_verifier(says(Answer.MATCH))
    tasks.recheck()
    assert Case.objects.get(number=number).state == CaseState.APPROVED


def test_a_grant_that_stops_wakes_nobody() -> None:
    grant_id = _suspended_grant()
    asked("liu", _refused("grant-suspended"), now=timezone.now())
    sharing.terminate_grant(actor=OWNER, grant_id=grant_id, reason="目的已实现", now=timezone.now())
    deliver_all()
    assert _soon() == 0


def test_a_grant_wakes_only_those_who_were_refused() -> None:
    asked("liu", unreachable(), now=timezone.now())
    asked("zhang", says(Answer.NO_MATCH), now=timezone.now())
    granted(now=timezone.now())
    deliver_all()
    assert _soon() == 0
