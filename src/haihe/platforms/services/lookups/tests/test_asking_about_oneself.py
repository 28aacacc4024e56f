"""One asks about oneself and nobody else; what goes wrong is told and never guessed."""

from datetime import timedelta

import pytest

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.models import User
from haihe.city import cast
from haihe.kernel.answers import UnknownReason
from haihe.platforms.services.lookups import limits, operations
from haihe.platforms.services.lookups.errors import InputRefused, LockedOut, LookupNotFound, NotRealName, TooOften
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.models import LookupTry
from haihe.platforms.services.lookups.records import Told
from haihe.platforms.services.lookups.testing import (
    EVIDENCE,
    NOW,
    ScriptedQuerier,
    citizen,
    doubts,
    is_away,
    knows_nobody,
    owner_of,
    refuses,
    tells,
)

pytestmark = pytest.mark.django_db
BALANCE, INSPECTION = "housing-fund-balance", "vehicle-inspection"
CAR = {
    "plate_number": "津A12345",
    "inspected_until": "2027-01-01",
    "vehicle_status": "正常",
    "vehicle_kind": "小型轿车",
}


def ask(actor: Actor, querier: ScriptedQuerier, slug: str = BALANCE, typed: str = "", minutes: float = 0) -> Told:
    return operations.ask(actor=actor, slug=slug, typed=typed, querier=querier, now=NOW + timedelta(minutes=minutes))


def test_the_question_is_about_the_account_and_in_the_citys_name() -> None:
    register = tells(balance_yuan="1.00", fund_status="正常", branch="河西", opened_on="2011")
    told = ask(citizen("liu"), register)
    (asked,) = register.asked
    assert (asked["id_number"], asked["name"]) == (cast.LIU.id_number, cast.LIU.name)
    assert (asked["organisation"], asked["service"]) == ("120037", "own-fund-balance")
    assert str(asked["case"]).startswith("ZC-20261123-")
    assert str(cast.LIU.id_number) not in str(asked["case"])
    assert (told.outcome, told.evidence, told.values["balance_yuan"]) == (Outcome.FOUND, EVIDENCE, "1.00")


def test_what_wasnt_asked_for_is_dropped_even_if_it_came() -> None:
    told = ask(citizen("liu"), tells(balance_yuan="1.00", employer="不该来的"))
    assert "employer" not in told.values


@pytest.mark.parametrize(
    ("querier", "outcome"),
    [
        (knows_nobody(), Outcome.ABSENT),
        (doubts(UnknownReason.RECORD_IN_DOUBT), Outcome.UNKNOWN),
        (is_away(), Outcome.UNREACHABLE),
        (refuses("grant-suspended"), Outcome.ENDED),
        (refuses("grant-terminated"), Outcome.ENDED),
        (refuses("unknown-service"), Outcome.ENDED),
        (refuses("quota-exceeded"), Outcome.BUSY),
        (refuses("rate-limited"), Outcome.BUSY),
        (refuses("malformed-request"), Outcome.UNREACHABLE),
    ],
)
def test_each_trouble_has_its_outcome_and_no_value(querier: ScriptedQuerier, outcome: Outcome) -> None:
    told = ask(citizen("liu"), querier)
    assert (told.outcome, dict(told.values)) == (outcome, {})
    assert LookupTry.objects.get().outcome == outcome


def test_who_is_no_citizen_or_not_known_by_number_asks_nothing() -> None:
    register = tells(balance_yuan="1.00")
    clerk = User.objects.create_user("clerk", None, name="李敏", is_synthetic=True)
    with pytest.raises(NotPermitted):
        ask(Actor(clerk.pk, "李敏", frozenset({("CLERK", "120040")})), register)
    with pytest.raises(NotRealName):
        ask(Actor(clerk.pk, "李敏", frozenset({("CITIZEN", "")})), register)
    with pytest.raises(LookupNotFound):
        ask(citizen("liu"), register, slug="no-such-lookup")
    assert register.asked == []


@pytest.mark.parametrize("typed", ["津A12345", "津a·12345", " 津Ａ１２３４５ ", "津A-12345"])
def test_ones_own_car_is_shown_however_its_plate_is_written(typed: str) -> None:
    assert ask(citizen("liu"), tells(**CAR), INSPECTION, typed).values["inspected_until"] == "2027-01-01"


def test_another_plate_tells_the_same_whether_one_has_a_car_or_not() -> None:
    liu, zhang = citizen("liu"), citizen("zhang")
    wrong, none = ask(liu, tells(**CAR), INSPECTION, "津B99999"), ask(zhang, knows_nobody(), INSPECTION, "津A12345")
    assert (wrong.outcome, none.outcome) == (Outcome.WRONG, Outcome.WRONG)
    assert (dict(wrong.values), wrong.as_of) == (dict(none.values), none.as_of) == ({}, None)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "津", "x" * 41, "津A12345' OR '1'='1", "津A12345\x00", "<script>", "%", "../../etc/passwd"),
        *("津A1234５６７８９", "{{7*7}}"),
    ],
)
def test_what_cant_be_a_plate_asks_nobody(typed: str) -> None:
    register = tells(**CAR)
    with pytest.raises(InputRefused):
        ask(citizen("liu"), register, INSPECTION, typed.replace("\x00", "\x00;--"))
    assert register.asked == []
    assert not LookupTry.objects.exists()


def test_after_five_wrong_plates_the_right_one_isnt_tried_either() -> None:
    liu, register = citizen("liu"), tells(**CAR)
    for number in range(limits.MOST_WRONG):
        assert ask(liu, register, INSPECTION, f"津B0000{number}").outcome is Outcome.WRONG
    with pytest.raises(LockedOut) as locked:
        ask(liu, register, INSPECTION, "津A12345")
    assert 0 < locked.value.wait_s <= limits.LOCKED_FOR.total_seconds()
    assert len(register.asked) == limits.MOST_WRONG
    assert ask(liu, tells(balance_yuan="1.00")).outcome is Outcome.FOUND
    assert ask(citizen("zhang"), register, INSPECTION, "津A12345").outcome is Outcome.FOUND
    assert ask(liu, register, INSPECTION, "津A12345", minutes=16).outcome is Outcome.FOUND


def test_questions_still_out_count_as_guesses() -> None:
    liu = citizen("liu")
    for _ in range(limits.MOST_WRONG):
        LookupTry.objects.create(owner=owner_of(liu), slug=INSPECTION, at=NOW)
    with pytest.raises(LockedOut):
        ask(liu, tells(**CAR), INSPECTION, "津A12345")


def test_who_asks_too_often_waits_a_little() -> None:
    liu, register = citizen("liu"), tells(balance_yuan="1.00")
    for _ in range(limits.MOST_IN_A_MINUTE):
        ask(liu, register)
    with pytest.raises(TooOften) as waits:
        ask(liu, register)
    assert 0 < waits.value.wait_s <= 60
    assert ask(liu, register, minutes=1.1).outcome is Outcome.FOUND


def test_a_hundred_a_day_are_enough() -> None:
    liu = citizen("liu")
    LookupTry.objects.bulk_create(
        LookupTry(owner=owner_of(liu), slug=BALANCE, at=NOW - timedelta(hours=2), outcome=Outcome.FOUND)
        for _ in range(limits.MOST_IN_A_DAY)
    )
    with pytest.raises(TooOften):
        ask(liu, tells(balance_yuan="1.00"))
