"""Every event of a case is news to the applicant's side, with what they can do, or says why it isn't."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from haihe.base.accounts.models import Membership
from haihe.base.notices.models import Notice
from haihe.base.notices.words import say
from haihe.base.processes.sweeping import sweep
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.models import Case
from haihe.platforms.services.news import APPEAL_TOLD, LATE, OTHER_BODY, TOLD, UNDER_NOTICE, UNTOLD
from haihe.platforms.services.testing import NOW, actor, asked, officer, opened_by, says, signed_in, take
from haihe.platforms.services.workflow import WORKFLOW, AppealState

OPERATIONS = Path(operations.__file__).parent
MARKET = "120029"
DOES_ZH, DOES_EN = re.compile("请|不用|可以"), re.compile(r"please|needn't|can |may ", re.IGNORECASE)


def recorded() -> Iterator[ast.expr]:
    """Yield what stands where operations say which event they record."""
    for file in OPERATIONS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                yield node.args[1]


def names_in(told: ast.expr) -> set[str]:
    if isinstance(told, ast.IfExp):
        return names_in(told.body) | names_in(told.orelse)
    if isinstance(told, ast.JoinedStr):
        prefix = told.values[0]
        assert isinstance(prefix, ast.Constant)
        return {name for name in (*TOLD, *UNTOLD) if name.startswith(str(prefix.value))}
    return {told.value} if isinstance(told, ast.Constant) and isinstance(told.value, str) else set()


def test_the_table_names_every_event_and_none_that_there_is_not() -> None:
    found = {move.name for move in WORKFLOW.moves}.union(*(names_in(told) for told in recorded()))
    assert found - TOLD.keys() - UNTOLD.keys() == set(), "say in news.py whether the applicant hears of it"
    assert (TOLD.keys() | UNTOLD.keys()) - found == {LATE, OTHER_BODY, UNDER_NOTICE}
    assert TOLD.keys().isdisjoint(UNTOLD)
    assert all(UNTOLD.values())


@pytest.mark.parametrize("event", sorted(TOLD))
def test_each_says_in_both_languages_what_happened_and_what_one_can_do(event: str) -> None:
    facts = {"number": "GJJ-20261123-000001", "state": "EXAMINING", "event": event, "body": ""}
    with translation.override("zh-hans"):
        chinese = say("services.case_changed", facts)
    with translation.override("en"):
        english = say("services.case_changed", facts)
    assert facts["number"] in chinese
    assert facts["number"] in english
    assert DOES_ZH.search(chinese)
    assert DOES_EN.search(english)
    assert not re.search(r"[一-鿿]", english)


def test_each_state_of_an_appeal_says_what_one_can_do() -> None:
    assert set(APPEAL_TOLD) == set(AppealState)
    for state in AppealState:
        with translation.override("en"):
            assert DOES_EN.search(say("services.appeal", {"number": "N", "state": state}))
        with translation.override("zh-hans"):
            assert DOES_ZH.search(say("services.appeal", {"number": "N", "state": state}))


def test_notices_of_before_there_was_a_table_still_speak() -> None:
    with translation.override("zh-hans"):
        assert "审查中" in say("services.case_changed", {"number": "N", "state": "EXAMINING"})


def _plain(*steps: tuple[str, str]) -> Callable[[], str]:
    def go() -> str:
        number = opened_by("plain")
        for step, choice in steps:
            take(number, step, choice)
        return number

    return go


def _paused() -> str:
    number = _plain(("accept", "accept"))()
    clerk = officer("CLERK", MARKET)
    operations.pause_case(actor=clerk, number=number, reason="expert-review", note="送专家组评审", now=NOW)
    operations.resume_case(actor=clerk, number=number, now=NOW + timedelta(days=1))
    return number


def _withdrawn() -> str:
    number = opened_by("plain")
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    return number


def _late() -> str:
    number = _plain(("accept", "accept"))()
    sweep(now=NOW + timedelta(days=20))
    return number


def _two_departments() -> str:
    number = opened_by("two-departments")
    take(number, "accept", "accept")
    return number


def _by_data() -> str:
    number = asked("liu", says(Answer.MATCH))
    operations.close_case(actor=actor("clerk_gjj"), number=number, now=NOW)
    return number


CASES = {
    "accepted, examined, decided, delivered": (
        _plain(("accept", "accept"), ("examine", ""), ("decide", "approve"), ("deliver", "")),
        {"open", "ready", "accept", "to_decision", "approve", "close"},
    ),
    "supplemented": (_plain(("accept", "missing")), {"ask_supplement"}),
    "not accepted": (_plain(("accept", "refuse")), {"refuse_acceptance"}),
    "declined": (_plain(("accept", "accept"), ("examine", ""), ("decide", "decline")), {"decline"}),
    "sent back": (_plain(("accept", "accept"), ("examine", ""), ("decide", "back")), {"send_back"}),
    "paused and resumed": (_paused, {"pause", "resume"}),
    "withdrawn": (_withdrawn, {"withdraw"}),
    "late": (_late, {LATE}),
    "by another body": (_two_departments, {OTHER_BODY}),
    "by data": (_by_data, {"open", "approve_on_evidence", "close"}),
    "by paper": (lambda: asked("liu", says(Answer.UNKNOWN)), {"fall_back_to_paper"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_reaches_the_applicants_inbox(name: str) -> None:
    go, expected = CASES[name]
    signed_in(Client(), "liu")
    Membership.objects.update(valid_from=NOW - timedelta(days=1))
    number = go()
    told = Notice.objects.filter(kind="services.case_changed", user=actor("liu").user_id)
    assert expected <= {notice.facts["event"] for notice in told}
    assert {notice.path for notice in told} == {f"/services/cases/{number}/"}


@pytest.mark.django_db
def test_those_who_act_for_a_company_hear_of_it_too() -> None:
    for person in ("liu", "zhang"):
        signed_in(Client(), person)
    Membership.objects.update(valid_from=NOW - timedelta(days=1))
    number = opened_by("plain")
    Case.objects.filter(number=number).update(actor_key=actor("zhang").subject_key)
    take(number, "accept", "accept")
    told = Notice.objects.filter(kind="services.case_changed", facts__event="accept").values_list("user", flat=True)
    assert set(told) == {actor("liu").user_id, actor("zhang").user_id}
