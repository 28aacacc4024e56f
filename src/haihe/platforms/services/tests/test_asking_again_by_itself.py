"""Whoever waits for a source is asked for again: by the clock, after a new snapshot, when the gateway is back."""

from datetime import timedelta

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.errors import CaseNotFound, NotNow
from haihe.platforms.services.models import Case, Verification
from haihe.platforms.services.testing import (
    NOW,
    PAPER,
    RESOURCE,
    ListedTrace,
    ScriptedVerifier,
    actor,
    asked,
    says,
    unreachable,
)
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db


def _sweep(verifier: ScriptedVerifier, *, minutes: float) -> int:
    now = NOW + timedelta(minutes=minutes)
    return operations.recheck_waiting(verifier=verifier, trace=ListedTrace(), now=now)


def _state(number: str) -> str:
    return Case.objects.get(number=number).state


def test_nobody_is_asked_for_before_the_pause_is_over() -> None:
    number = asked("liu", unreachable())
    assert _sweep(says(Answer.MATCH), minutes=0.5) == 0
    assert _sweep(says(Answer.MATCH), minutes=1) == 1
    assert _state(number) == CaseState.APPROVED


def test_a_no_is_asked_again_when_its_register_was_fed_anew() -> None:
    number = asked("zhang", says(Answer.NO_MATCH))
    assert operations.source_refreshed(resource="120012/000999", now=NOW) == 0
    assert operations.source_refreshed(resource=RESOURCE, now=NOW) == 1
    _sweep(says(Answer.MATCH), minutes=0)
    assert _state(number) == CaseState.APPROVED


def test_when_the_gateway_is_back_the_pause_of_those_who_met_silence_ends() -> None:
    silent = asked("liu", unreachable())
    asked("zhang", says(Answer.NO_MATCH))
    assert operations.source_reachable_again(now=NOW) == 1
    assert _sweep(says(Answer.MATCH), minutes=0) == 1
    assert _state(silent) == CaseState.APPROVED


def test_a_case_with_the_paper_in_hand_or_withdrawn_waits_for_nothing() -> None:
    first, second = asked("liu", unreachable()), asked("zhang", unreachable())
    operations.accept_paper(actor=actor("clerk_gjj"), number=first, paper=PAPER, note="低保证", now=NOW)
    operations.withdraw(actor=actor("zhang"), number=second, now=NOW)
    assert not Verification.objects.filter(next_ask_at__isnull=False).exists()
    assert operations.source_refreshed(resource=RESOURCE, now=NOW) == 0


def test_one_case_that_breaks_does_not_stop_the_sweep() -> None:
    broken, sound = asked("liu", unreachable()), asked("zhang", unreachable())
    Case.objects.filter(number=broken).update(sealed_applicant=b"damaged")
    _sweep(says(Answer.MATCH), minutes=1)
    assert _state(sound) == CaseState.APPROVED
    assert _state(broken) == CaseState.AWAITING_PAPER


def test_a_person_may_ask_again_but_not_every_second() -> None:
    number = asked("liu", unreachable())
    with pytest.raises(NotNow):
        operations.ask_again(actor=actor("liu"), number=number, verifier=unreachable(), trace=ListedTrace(), now=NOW)
    later = NOW + timedelta(seconds=30)
    operations.ask_again(actor=actor("liu"), number=number, verifier=says(Answer.MATCH), trace=ListedTrace(), now=later)
    assert _state(number) == CaseState.APPROVED


def test_nobody_asks_again_in_anothers_case() -> None:
    number = asked("liu", unreachable())
    with pytest.raises(CaseNotFound):
        operations.ask_again(
            actor=actor("zhang"), number=number, verifier=says(Answer.MATCH), trace=ListedTrace(), now=NOW
        )


def test_a_citizen_does_not_take_their_own_paper_in() -> None:
    number = asked("liu", unreachable())
    with pytest.raises(NotPermitted):
        operations.accept_paper(actor=actor("liu"), number=number, paper=PAPER, note="低保证", now=NOW)
