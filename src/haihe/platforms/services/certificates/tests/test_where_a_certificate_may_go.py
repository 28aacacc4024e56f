"""The table of states: no way back from an end, nobody alone against a holder, no certificate that holds twice."""

import contextlib
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services.certificates import operations, queries
from haihe.platforms.services.certificates.errors import CertificatesError, NotNow
from haihe.platforms.services.certificates.models import Certificate, CertificateProposal
from haihe.platforms.services.certificates.standing import standing
from haihe.platforms.services.certificates.testing import NOW, issued, officer
from haihe.platforms.services.certificates.workflow import BY_TWO, CERTIFICATE, CertificateState

CLERK, OTHER, HEAD, SECOND = (
    officer("CLERK"),
    officer("CLERK", name="other"),
    officer("APPROVER"),
    officer("APPROVER", name="second"),
)
OFFICERS = (CLERK, OTHER, HEAD, SECOND)
REASON = "以欺骗手段取得许可"


def test_ends_are_ends() -> None:
    assert CERTIFICATE.terminal == {CertificateState.REVOKED, CertificateState.CANCELLED}
    assert {move.name for move in CERTIFICATE.moves} >= BY_TWO


class Walk(RuleBasedStateMachine):
    """One certificate in many hands, with time going by."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.ended: CertificateState | None = None

    @initialize()
    def begin(self) -> None:
        self.row = issued(valid_until=(NOW + timedelta(days=30)).date())

    def _try(self, verb: Any, **told: Any) -> None:
        with contextlib.suppress(CertificatesError, NotPermitted):
            verb(number=self.row.number, now=self.now, **told)
        self.row.refresh_from_db()

    @rule(who=st.sampled_from(OFFICERS), name=st.sampled_from(["suspend", "revoke", "cancel", "expire"]))
    def propose(self, who: Actor, name: str) -> None:
        before = self.row.state
        self._try(operations.propose, actor=who, name=name, reason=REASON)
        assert self.row.state == before

    @rule(who=st.sampled_from(OFFICERS), agree=st.booleans())
    def decide(self, who: Actor, agree: bool) -> None:
        before, proposal = self.row.state, queries.open_proposal(self.row)
        self._try(operations.decide, actor=who, agree=agree)
        if self.row.state != before:
            assert proposal is not None
            assert agree
            assert who in (HEAD, SECOND)
            assert proposal.proposed_by != who.user_id

    @rule(who=st.sampled_from(OFFICERS))
    def resume(self, who: Actor) -> None:
        before = self.row.state
        self._try(operations.resume, actor=who, reason=REASON)
        assert (before, self.row.state) != (CertificateState.SUSPENDED, CertificateState.VALID) or who in (HEAD, SECOND)

    @precondition(lambda self: self.now > NOW + timedelta(days=20))
    @rule(who=st.sampled_from(OFFICERS))
    def cancel(self, who: Actor) -> None:
        self._try(operations.end, actor=who, reason=REASON)

    @rule(days=st.integers(1, 20))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def sweep(self) -> None:
        operations.expire_due(now=self.now)
        self.row.refresh_from_db()
        assert standing(self.row, now=self.now) == self.row.state

    @invariant()
    def an_end_stays(self) -> None:
        if self.ended is not None:
            assert self.row.state == self.ended
        if hasattr(self, "row") and self.row.state in CERTIFICATE.terminal:
            self.ended = CertificateState(self.row.state)
            assert queries.open_proposal(self.row) is None

    @invariant()
    def nothing_holds_after_its_term(self) -> None:
        if hasattr(self, "row") and self.now > NOW + timedelta(days=31):
            assert standing(self.row, now=self.now) is not CertificateState.VALID

    @invariant()
    def the_history_leads_where_it_stands(self) -> None:
        if hasattr(self, "row"):
            moves = [event for event in self.row.events.order_by("id") if event.target]
            assert moves[-1].target == self.row.state
            assert all(one.target == after.source for one, after in pairwise(moves))


class TestWalks(TestCase):
    """Each walk in its own transaction."""

    def test_whatever_officers_do(self) -> None:
        quick = settings(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(Walk, settings=quick)


@pytest.mark.django_db
def test_whoever_proposes_doesnt_decide() -> None:
    row = issued()
    operations.propose(actor=HEAD, number=row.number, name="revoke", reason=REASON, now=NOW)
    with pytest.raises(NotPermitted):
        operations.decide(actor=HEAD, number=row.number, agree=True, now=NOW)
    operations.decide(actor=SECOND, number=row.number, agree=True, now=NOW)
    row.refresh_from_db()
    assert row.state == CertificateState.REVOKED


@pytest.mark.django_db
def test_a_decision_can_be_made_once() -> None:
    row = issued()
    operations.propose(actor=CLERK, number=row.number, name="suspend", reason=REASON, now=NOW)
    operations.decide(actor=HEAD, number=row.number, agree=True, now=NOW)
    with pytest.raises(NotNow):
        operations.decide(actor=SECOND, number=row.number, agree=True, now=NOW)
    assert CertificateProposal.objects.count() == 1


@pytest.mark.django_db
def test_what_was_proposed_lapses_with_what_it_was_about() -> None:
    row = issued()
    operations.propose(actor=CLERK, number=row.number, name="revoke", reason=REASON, now=NOW)
    operations.end(actor=CLERK, number=row.number, reason="持证人申请注销", now=NOW)
    assert queries.open_proposal(Certificate.objects.get(pk=row.pk)) is None


@pytest.mark.django_db
def test_a_reason_is_written_down_and_told() -> None:
    row = issued()
    for reason in ("", "短", " \x00 "):
        with pytest.raises(CertificatesError):
            operations.propose(actor=CLERK, number=row.number, name="revoke", reason=reason, now=NOW)
    operations.propose(actor=CLERK, number=row.number, name="revoke", reason=REASON, now=NOW)
    operations.decide(actor=HEAD, number=row.number, agree=True, now=NOW)
    last = row.events.order_by("-id")[0]
    assert (last.name, last.words, last.clause) == ("revoke", REASON, "行政许可法 第69条：撤销行政许可")


@pytest.mark.django_db
def test_the_database_itself_refuses_one_pair_of_hands() -> None:
    row = issued()
    operations.propose(actor=CLERK, number=row.number, name="revoke", reason=REASON, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateProposal.objects.update(state="CONFIRMED", decided_by=CLERK.user_id)


@pytest.mark.django_db
def test_history_only_grows() -> None:
    row = issued()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.events.update(words="无事发生")
