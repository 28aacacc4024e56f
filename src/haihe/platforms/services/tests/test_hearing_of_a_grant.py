"""A question refused for want of a grant is asked again as soon as there is one, not when a back-off ends."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.base.outbox.testing import deliver_all
from haihe.data.sharing import api as sharing
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations import start_service
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


def test_who_waits_is_asked_for_soon_after_its_system_may_ask_again() -> None:
    granted(now=timezone.now())
    steward = cast_actor("steward_gjj")
    told = {"organisation": "120040", "client_id": "gjj-platform", "title": "平台"}
    sharing.register_client(actor=steward, **told, is_platform=True, now=timezone.now())
    sharing.disable_client(actor=steward, client_id="gjj-platform", now=timezone.now())
    deliver_all()
    asked("liu", _refused("credentials-missing"), now=timezone.now())
    sharing.enable_client(actor=steward, client_id="gjj-platform", now=timezone.now())
    deliver_all()
    assert _soon() == 1


def test_who_waits_is_asked_for_soon_after_the_service_starts_again() -> None:
    granted(now=timezone.now())
    Service.objects.update(enabled=False)
    asked("liu", _refused("unknown-service"), now=timezone.now())
    start_service(actor=OWNER, slug="relief-status", reason="改造完成", now=timezone.now())
    deliver_all()
    assert _soon() == 1
