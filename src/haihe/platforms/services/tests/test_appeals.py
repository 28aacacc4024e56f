"""A refusal is looked at again once, by somebody else than who decided, within a time."""

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.models import Membership, User
from haihe.base.notices.models import Notice
from haihe.kernel.answers import Answer
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow, ServicesError
from haihe.platforms.services.models import Appeal, Case
from haihe.platforms.services.operations.sealing import open_applicant, open_form
from haihe.platforms.services.testing import (
    NOW,
    actor,
    asked,
    item_by,
    officer,
    opened_by,
    says,
    signed_in,
    steps_of,
    take,
)
from haihe.platforms.services.workflow import APPEAL_OPEN, APPEALS, AppealState

pytestmark = pytest.mark.django_db

MARKET = "120029"
DECIDER = officer("CLERK", MARKET)
REVIEWER = officer("APPROVER", MARKET)
WHY = "我的材料是齐全的"


def refused(process: str = "plain", **values: Any) -> str:
    number = opened_by(process, "liu", **values)
    take(number, "accept", "accept")
    if process == "two-departments":
        take(number, "other-opinion", "unmet", by=officer("CLERK", "120048"))
    take(number, "examine")
    take(number, "decide", "decline", note="不符合第三条规定的条件")
    return number


def appealed(process: str = "plain", **values: Any) -> str:
    number = refused(process, **values)
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    operations.take_appeal(actor=REVIEWER, number=number, now=NOW)
    return number


def answer(number: str, outcome: str, *, by: Actor = REVIEWER, reason: str = "复核认为条件已经符合") -> str:
    return operations.decide_appeal(actor=by, number=number, outcome=outcome, reason=reason, now=NOW)


def test_a_refusal_is_appealed_and_has_fifteen_working_days() -> None:
    number = refused()
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    appeal = Appeal.objects.get()
    assert (appeal.state, appeal.organisation, appeal.decided_by) == (AppealState.FILED, MARKET, DECIDER.user_id)
    # Monday and fifteen working days: the end of a Monday three weeks later.
    assert appeal.due_at == datetime(2026, 12, 14, 15, 59, 59, tzinfo=UTC)
    told = Notice.objects.filter(kind="services.appeal_filed").values_list("role", "organisation")
    assert set(told) == {("CLERK", MARKET), ("APPROVER", MARKET)}


def test_not_accepted_is_a_refusal_too_and_so_is_a_decision_on_papers() -> None:
    number = opened_by("plain")
    take(number, "accept", "refuse", note="不属于本机关职权范围")
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    fund = asked("zhang", says(Answer.NO_MATCH))
    operations.decide(actor=actor("clerk_gjj"), number=fund, grant=False, reason="没有低保身份", now=NOW)
    operations.file_appeal(actor=actor("zhang"), number=fund, statement=WHY, now=NOW)
    assert Appeal.objects.count() == 2


def test_whoever_decided_does_not_review_nor_does_another_body_or_the_applicant() -> None:
    number = refused()
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    with pytest.raises(NotPermitted):
        operations.take_appeal(actor=DECIDER, number=number, now=NOW)
    with pytest.raises(CaseNotFound):
        operations.take_appeal(actor=officer("APPROVER", "120048"), number=number, now=NOW)
    liu = actor("liu")
    both = Actor(liu.user_id, liu.name, liu.roles | {("APPROVER", MARKET)}, liu.subject_key)
    with pytest.raises(NotPermitted):
        operations.take_appeal(actor=both, number=number, now=NOW)
    with pytest.raises(CaseNotFound):
        operations.file_appeal(actor=actor("zhang"), number=number, statement=WHY, now=NOW)


def test_the_database_itself_refuses_a_review_by_whoever_decided() -> None:
    number = refused()
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    with pytest.raises(Exception, match="appeal_reviewed_by_somebody_else"):
        Appeal.objects.update(reviewer=DECIDER.user_id)


def test_an_appeal_is_made_once_in_time_and_with_a_reason() -> None:
    number = refused()
    with pytest.raises(InputRefused):
        operations.file_appeal(actor=actor("liu"), number=number, statement="不服", now=NOW)
    with pytest.raises(NotNow, match="期限已过"):
        operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW + timedelta(days=61))
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW + timedelta(days=60))
    with pytest.raises(NotNow, match="只能申诉一次"):
        operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)


def test_what_was_not_refused_is_not_appealed() -> None:
    number = opened_by("plain")
    with pytest.raises(NotNow, match="没有被拒绝"):
        operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)


def test_upheld_ends_it() -> None:
    number = appealed()
    assert answer(number, "uphold", reason="原决定事实清楚") == ""
    appeal = Appeal.objects.get()
    assert (appeal.state, appeal.reviewer_name, appeal.reason) == ("UPHELD", REVIEWER.name, "原决定事实清楚")
    assert Case.objects.get().state == "DECLINED"
    with pytest.raises(ForbiddenMove):
        answer(number, "replace")


def test_sent_back_a_new_case_begins_with_all_that_was_said_and_the_refused_one_stays_as_it_is() -> None:
    number = appealed(reason="RENT")
    again = Case.objects.get(number=answer(number, "send_back"))
    before = Case.objects.get(number=number)
    assert (before.state, before.decided_name) == ("DECLINED", DECIDER.name)
    assert Appeal.objects.get(renewed=again).case == before
    assert (again.state, again.item, bytes(again.subject_key)) == (
        "AWAITING_ACCEPTANCE",
        before.item,
        bytes(before.subject_key),
    )
    assert open_applicant(again) == open_applicant(before)
    assert open_form(again) == open_form(before)
    take(again.number, "accept", "accept")
    take(again.number, "examine")
    take(again.number, "decide", "approve")
    take(again.number, "deliver")
    assert Case.objects.get(number=again.number).state == "CLOSED"


def test_replaced_the_new_case_is_granted_under_the_name_of_whoever_reviewed() -> None:
    again = answer(appealed("two-departments"), "replace")
    case = Case.objects.get(number=again)
    assert (case.state, case.decided_by, case.basis) == ("APPROVED", REVIEWER.user_id, "PAPER")
    assert set(steps_of(again)) == {"deliver"}
    take(again, "deliver")
    assert Case.objects.get(number=again).state == "CLOSED"


def test_a_registration_is_sent_back_not_granted_past_its_own_checks() -> None:
    item_by("company-opening")
    number = opened_by("company-opening", company_name="天津演示有限公司")
    Case.objects.filter(number=number).update(
        state="DECLINED", decided_at=NOW, closed_at=NOW, decided_by=DECIDER.user_id, decision_reason="名称不符合"
    )
    operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)
    operations.take_appeal(actor=REVIEWER, number=number, now=NOW)
    with pytest.raises(NotNow, match="重新办理"):
        answer(number, "replace")
    assert Case.objects.count() == 1
    assert answer(number, "send_back")


def test_where_the_applicant_has_applied_anew_that_case_comes_first() -> None:
    number = appealed()
    other = opened_by("plain")
    with pytest.raises(NotNow, match=other):
        answer(number, "send_back")
    operations.withdraw(actor=actor("liu"), number=other, now=NOW)
    assert answer(number, "send_back")


def test_whoever_took_the_review_answers_it_and_says_why() -> None:
    number = appealed()
    with pytest.raises(InputRefused):
        answer(number, "uphold", reason="维持")
    with pytest.raises(InputRefused):
        answer(number, "whatever")
    colleague = Actor(uuid.uuid4(), "同事", frozenset({("CLERK", MARKET)}))
    with pytest.raises(NotPermitted):
        answer(number, "uphold", by=colleague)


def test_a_late_review_is_told_once_to_clerks_and_approvers() -> None:
    appealed()
    late = NOW + timedelta(days=30)
    assert operations.say_late_appeals(now=NOW) == 0
    assert operations.say_late_appeals(now=late) == 1
    assert operations.say_late_appeals(now=late) == 0
    assert set(Notice.objects.filter(kind="services.appeal_late").values_list("role", flat=True)) == {
        "CLERK",
        "APPROVER",
    }


def test_an_appeal_can_be_taken_back_while_it_is_open() -> None:
    number = appealed()
    operations.withdraw_appeal(actor=actor("liu"), number=number, now=NOW)
    with pytest.raises(ForbiddenMove):
        answer(number, "uphold")
    with pytest.raises(NotNow):
        operations.file_appeal(actor=actor("liu"), number=number, statement=WHY, now=NOW)


def at_desk(organisation: str, role: str) -> Client:
    name = f"{role}-{organisation}"
    user, _is_new = User.objects.get_or_create(
        id=uuid.uuid5(uuid.NAMESPACE_OID, name), defaults={"username": name, "name": name}
    )
    Membership.objects.get_or_create(user=user, role=role, organisation=organisation)
    client = Client()
    client.force_login(user)
    return client


def test_on_the_pages_a_citizen_appeals_and_somebody_else_reviews() -> None:
    number = refused()
    phone = signed_in(Client(), "liu")
    assert "可以在" in phone.get(f"/services/cases/{number}/").text
    assert phone.post(f"/services/cases/{number}/appeal/", {"statement": "不"}).status_code == 422
    phone.post(f"/services/cases/{number}/appeal/", {"statement": WHY})

    decider, reviewer = at_desk(MARKET, "CLERK"), at_desk(MARKET, "APPROVER")
    assert "请同事复核" in decider.get("/services/desk/appeals/").text
    assert "由我复核" not in decider.get(f"/services/desk/cases/{number}/").text
    assert decider.post(f"/services/desk/cases/{number}/appeal-take/").status_code == 422
    assert number in reviewer.get("/services/desk/appeals/").text
    assert WHY in reviewer.get(f"/services/desk/cases/{number}/").text
    reviewer.post(f"/services/desk/cases/{number}/appeal-take/")
    reviewer.post(
        f"/services/desk/cases/{number}/appeal-decide/", {"outcome": "replace", "reason": "复核认为条件已经符合"}
    )

    again = Case.objects.exclude(number=number).get()
    assert again.state == "APPROVED"
    page = phone.get(f"/services/cases/{number}/").text
    assert "撤销原决定，准予" in page
    assert f"/services/cases/{again.number}/" in page
    assert number not in reviewer.get("/services/desk/appeals/").text
    assert number in reviewer.get("/services/desk/appeals/?show=closed").text
    assert number not in at_desk("120048", "APPROVER").get("/services/desk/appeals/?show=closed").text
    assert phone.get("/services/desk/appeals/").status_code == 403


@pytest.mark.parametrize("after", ["", "x", "-1", "99999", "30"])
def test_a_forged_page_of_the_list_is_an_empty_page(after: str) -> None:
    assert at_desk(MARKET, "APPROVER").get(f"/services/desk/appeals/?after={after}").status_code == 200


_SERIAL = itertools.count()


class Appealing(RuleBasedStateMachine):
    """Everybody tries anything with refused cases."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        item = item_by("plain")
        number = opened_by("plain", now=self.now) if not Case.objects.filter(item_slug=item.slug).exists() else ""
        if number:
            take(number, "accept", "refuse", note="不属于本机关职权范围")

    def teardown(self) -> None:
        Appeal.objects.all().update(renewed=None, state="FILED", closed_at=None)
        Appeal.objects.all().delete()

    @rule(who=st.sampled_from(["liu", "zhang"]), days=st.sampled_from([0, 10, 80]))
    def file(self, who: str, days: int) -> None:
        self.now += timedelta(days=days)
        self._each(lambda n: operations.file_appeal(actor=actor(who), number=n, statement=WHY, now=self.now))

    @rule(who=st.sampled_from([DECIDER, REVIEWER, officer("APPROVER", "120048")]))
    def take(self, who: Actor) -> None:
        self._each(lambda n: operations.take_appeal(actor=who, number=n, now=self.now))

    @rule(who=st.sampled_from([DECIDER, REVIEWER]), outcome=st.sampled_from(["uphold", "send_back", "replace", "no"]))
    def answer(self, who: Actor, outcome: str) -> None:
        self._each(
            lambda n: operations.decide_appeal(actor=who, number=n, outcome=outcome, reason="复核理由", now=self.now)
        )

    @rule()
    def withdraw(self) -> None:
        self._each(lambda n: operations.withdraw_appeal(actor=actor("liu"), number=n, now=self.now))

    @rule()
    def refuse_what_goes_on(self) -> None:
        for case in Case.objects.filter(state="AWAITING_ACCEPTANCE"):
            take(case.number, "accept", "refuse", note="不属于本机关职权范围", now=self.now)

    def _each(self, act: Callable[[str], Any]) -> None:
        for number in list(Case.objects.order_by("pk").values_list("number", flat=True)):
            try:
                act(number)
            except (ServicesError, ForbiddenMove, NotPermitted):
                continue

    @invariant()
    def promises_hold(self) -> None:
        for appeal in Appeal.objects.select_related("case", "renewed"):
            assert appeal.reviewer != appeal.case.decided_by
            assert (appeal.closed_at is None) == (appeal.state in APPEAL_OPEN)
            assert (appeal.renewed is not None) == (appeal.state in ("SENT_BACK", "REPLACED"))
            assert appeal.case.state in ("NOT_ACCEPTED", "DECLINED"), "what was decided stays decided"


def test_whatever_happens_a_refusal_is_reviewed_once_by_somebody_else() -> None:
    run_state_machine_as_test(
        Appealing,
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_every_state_of_an_appeal_that_is_open_leads_on() -> None:
    assert APPEALS.terminal == frozenset(AppealState.values) - set(APPEAL_OPEN)
