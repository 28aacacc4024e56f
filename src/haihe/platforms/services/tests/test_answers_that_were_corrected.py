"""A source corrects the answer a case rests on: an open case is asked for again, else a clerk looks; never more."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.models import Notice
from haihe.kernel.answers import Answer
from haihe.platforms.services import events, operations, queries
from haihe.platforms.services.adapters import use_verifier
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow
from haihe.platforms.services.models import Case, Verification
from haihe.platforms.services.operations import Outcome
from haihe.platforms.services.testing import (
    NOW,
    PAPER,
    ListedTrace,
    ScriptedVerifier,
    actor,
    asked,
    says,
    signed_in,
    unreachable,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=2)
FUND = "120040"


def heard(number: str, *, organisation: str = FUND, evidence: str = "") -> Outcome:
    told = evidence or str(Verification.objects.get().evidence)
    return operations.answer_corrected(organisation=organisation, number=number, evidence=told, now=LATER)


def review(username: str, number: str, verifier: ScriptedVerifier, note: str = "已核对，无需改变") -> str:
    return operations.review(
        actor=actor(username), number=number, paper=PAPER, note=note, verifier=verifier, now=LATER + timedelta(hours=1)
    )


def notices() -> QuerySet[Notice]:
    """What clerks were told of corrections."""
    return Notice.objects.filter(kind="services.to_review")


def test_a_case_that_waits_is_asked_for_again_at_once_and_granted() -> None:
    number = asked("liu", says(Answer.NO_MATCH))
    assert heard(number) == Outcome.ASKED_AGAIN
    operations.recheck_waiting(verifier=says(Answer.MATCH), trace=ListedTrace(), now=LATER)
    assert Case.objects.get().state == "APPROVED"
    assert not notices().exists()


def test_a_case_that_was_granted_stays_granted_and_a_clerk_looks_again() -> None:
    number = asked("liu", says(Answer.MATCH))
    assert heard(number) == Outcome.TO_REVIEW
    assert heard(number) == Outcome.TO_REVIEW
    case = Case.objects.get()
    assert case.state == "APPROVED"
    assert case.events.filter(name="answer_corrected").count() == 1
    assert [(notice.role, notice.organisation) for notice in notices()] == [("CLERK", FUND)]
    assert list(queries.desk_to_review(actor("clerk_gjj"))) == [case]
    assert not queries.desk_to_review(actor("outsider")).exists()


def test_even_an_answer_that_is_no_now_changes_no_decision() -> None:
    number = asked("liu", says(Answer.MATCH))
    heard(number)
    assert review("clerk_gjj", number, says(Answer.NO_MATCH), "已联系申请人核对") == "NO_MATCH"
    case = Case.objects.get()
    assert case.state == "APPROVED"
    assert case.events.get(name="review_corrected").facts["note"] == "已联系申请人核对"
    assert not queries.desk_to_review(actor("clerk_gjj")).exists()
    with pytest.raises(NotNow):
        review("clerk_gjj", number, says(Answer.MATCH))


def test_other_evidence_another_department_or_no_case_is_nothing() -> None:
    number = asked("liu", says(Answer.MATCH))
    assert heard(number, evidence=str(uuid.uuid4())) == Outcome.NOTHING
    assert heard(number, organisation="120020") == Outcome.NOTHING
    assert heard("GJJ-20261123-999999") == Outcome.NOTHING
    assert heard("'; DROP TABLE") == Outcome.NOTHING
    assert not notices().exists()


def test_a_case_that_was_withdrawn_is_left_alone() -> None:
    number = asked("liu", says(Answer.NO_MATCH))
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    assert heard(number) == Outcome.NOTHING


def test_only_a_clerk_of_the_body_reviews_with_words_and_only_when_the_source_answers() -> None:
    number = asked("liu", says(Answer.MATCH))
    with pytest.raises(NotNow):
        review("clerk_gjj", number, says(Answer.MATCH))
    heard(number)
    with pytest.raises(NotPermitted):
        review("liu", number, says(Answer.MATCH))
    with pytest.raises(CaseNotFound):
        review("outsider", number, says(Answer.MATCH))
    with pytest.raises(InputRefused):
        review("clerk_gjj", number, says(Answer.MATCH), " ")
    with pytest.raises(NotNow):
        review("clerk_gjj", number, unreachable())
    assert Verification.objects.get().reviewed_at is None


def test_the_desk_shows_it_and_the_clerk_reviews_by_a_click(client: Client) -> None:
    number = asked("liu", says(Answer.MATCH))
    events.look_again_at_what_was_decided(
        {"consumer": FUND, "case": number, "evidence": str(Verification.objects.get().evidence)}
    )
    clerk = signed_in(client, "clerk_gjj")
    page = reverse("services:desk-case", args=[number])
    assert number in clerk.get(reverse("services:desk")).text
    assert "答复已更正，请复核" in clerk.get(page).text
    use_verifier(says(Answer.MATCH))
    try:
        act = reverse("services:desk-act", args=[number, "review"])
        answer = clerk.post(act, {"paper": PAPER, "review-note": "数据一致，决定不变"})
    finally:
        use_verifier(None)
    assert answer.status_code == 302
    shown = clerk.get(page).text
    assert "数据一致，决定不变" in shown
    assert "答复已更正，请复核" not in shown
    assert "答复已更正，请复核" not in clerk.get(reverse("services:desk")).text
