"""Each clock of the law over holidays and worked weekends, counted by hand from the State Council's notices."""

import re
from datetime import date
from pathlib import Path

import pytest

from haihe.data.sharing.workflow import CITY_CLOCKS, CLOCKS, ClockName
from haihe.kernel.clocks import due_after

ONE, TEN = ClockName.ANSWER_UNCONDITIONAL, ClockName.ANSWER_CONDITIONAL


@pytest.mark.parametrize(
    ("clock", "start", "due"),
    [
        # art. 21, one day. Friday → Monday; a worked Saturday and Sunday count; a holiday's eve waits it out.
        (ONE, "2026-11-20", "2026-11-23"),
        (ONE, "2026-02-13", "2026-02-14"),
        (ONE, "2026-02-14", "2026-02-24"),
        (ONE, "2026-09-30", "2026-10-08"),
        (ONE, "2026-09-18", "2026-09-20"),
        (ONE, "2025-09-26", "2025-09-28"),
        (ONE, "2025-12-31", "2026-01-04"),
        # art. 21, ten days: two plain weeks; over the Spring Festival; over the National Day.
        (TEN, "2026-11-23", "2026-12-07"),
        (TEN, "2026-02-06", "2026-02-27"),
        (TEN, "2026-02-11", "2026-03-03"),
        (TEN, "2026-09-25", "2026-10-15"),
        (TEN, "2025-09-24", "2025-10-14"),
        (TEN, "2026-04-24", "2026-05-12"),
        # Handed in on a rest day: the first working day counts as one.
        (TEN, "2026-11-21", "2026-12-04"),
        (TEN, "2026-10-03", "2026-10-20"),
        # art. 21, the one extension, from the day on which the first ten ended.
        (ClockName.EXTENSION, "2026-09-24", "2026-10-15"),
        # art. 22, twenty days: plain weeks; over the Spring Festival with both its worked Saturdays; over Mid-Autumn
        # and the National Day with the worked Sunday before and the worked Saturday after.
        (ClockName.DELIVERY, "2026-11-23", "2026-12-21"),
        (ClockName.DELIVERY, "2026-02-06", "2026-03-12"),
        (ClockName.DELIVERY, "2026-09-10", "2026-10-14"),
        (ClockName.DELIVERY, "2026-09-18", "2026-10-22"),
        # The city's two days for the pre-check, within the ten: a worked Saturday before the Spring Festival is one.
        (ClockName.PRECHECK, "2026-11-23", "2026-11-25"),
        (ClockName.PRECHECK, "2026-02-13", "2026-02-24"),
        (ClockName.PRECHECK, "2026-09-30", "2026-10-09"),
        # The city's five days to confirm a receipt, from a holiday and before a worked Saturday.
        (ClockName.RECEIPT, "2026-10-07", "2026-10-13"),
        (ClockName.RECEIPT, "2026-02-27", "2026-03-05"),
        # The city's figures for art. 27 and 28: over the Dragon Boat and the Spring Festival; over Labour Day with its
        # worked Saturday; a worked Sunday and a worked Saturday's next working day.
        (ClockName.DISPOSAL, "2026-06-12", "2026-06-29"),
        (ClockName.DISPOSAL, "2026-02-06", "2026-02-27"),
        (ClockName.MEDIATION, "2026-04-10", "2026-05-12"),
        (ClockName.STOP_FILING, "2026-09-18", "2026-09-20"),
        (ClockName.STOP_FILING, "2026-02-28", "2026-03-02"),
        # art. 26, ten days.
        (ClockName.CORRECTION, "2026-06-12", "2026-06-29"),
        (ClockName.CORRECTION, "2026-12-17", "2026-12-31"),
    ],
)
def test_due_day(clock: ClockName, start: str, due: str) -> None:
    assert CLOCKS[clock].due(date.fromisoformat(start)) == date.fromisoformat(due)


def test_beyond_the_announced_calendar_no_day_is_invented() -> None:
    assert CLOCKS[TEN].due(date(2026, 12, 21)) is None


def test_the_figures_are_those_of_the_law() -> None:
    assert {name.value: (clock.ceiling, clock.clause[-4:]) for name, clock in CLOCKS.items()} == {
        "ANSWER_UNCONDITIONAL": (1, "第21条"),
        "ANSWER_CONDITIONAL": (10, "第21条"),
        "EXTENSION": (10, "第21条"),
        "CORRECTION": (10, "第26条"),
        "PRECHECK": (2, "第21条"),
        "DELIVERY": (20, "第22条"),
        "RECEIPT": (5, "第22条"),
        "DISPOSAL": (10, "第27条"),
        "MEDIATION": (20, "第28条"),
        "STOP_FILING": (1, "第27条"),
        "ANSWER_OPENING": (2, "暂行办法"),
        "ANSWER_OBJECTION": (5, "暂行办法"),
    }


def test_the_manual_says_the_same() -> None:
    manual = (Path(__file__).parents[5] / "docs" / "sharing.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(\w+)` [^|]*\| (\d+) \| (第\d+条|暂行办法) \| the (law|city) \|$", manual, flags=re.MULTILINE
    )
    assert {(name, int(days), clause, whose == "city") for name, days, clause, whose in rows} == {
        (name.value, clock.ceiling, clock.clause[-4:], name in CITY_CLOCKS) for name, clock in CLOCKS.items()
    }


def test_ten_and_ten_more_are_twenty_from_the_start() -> None:
    start = date(2026, 9, 10)
    assert due_after(start, 20) == date(2026, 10, 14)
