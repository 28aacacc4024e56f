"""What a rehearsal came to is told as it was: whatever went wrong makes it not good, and is marked."""

from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.rehearsal_report import Rehearsal, Spread, read_rehearsal
from haihe.kernel.rehearsal_told import facts, pictures, verdict
from haihe.kernel.result_release import Words
from haihe.kernel.series_chart import series_chart

_NOTHING = Spread(0, 0, 0)
GOOD = Rehearsal(
    title=Words("高考成绩 <演示>", "Results & more"), profile=Words("常见的一天", "A usual day"), machine="2 × x86",
    at="2026-11-26T08:00:00+00:00", capacity_per_s=500, candidates=4, requests=9, seconds=3.0, arrivals=(3, 1, 0),
    answered=(1, 2, 1), waiting=(2, 1, 0), latency_ms=Spread(1, 2, 3), waits_s=_NOTHING, late_ms=_NOTHING, promises=2,
    promises_broken=0, results=4, certificates=1, results_wrong=0, errors=0, mistyped=1, made_up=2, made_up_refused=1,
    made_up_locked=1, shut_out=0, known_ms=_NOTHING, made_up_ms=_NOTHING, records=5, ledger_s=0.1,
)  # fmt: skip


class _Drawn(HTMLParser):
    def __init__(self, svg: str) -> None:
        super().__init__()
        self._found: list[tuple[str, dict[str, str]]] = []
        self.feed(svg)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append((tag, {name: value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for found, attributes in self._found if found == tag]


def test_it_is_good_where_everybody_got_what_is_theirs() -> None:
    assert GOOD.is_good
    assert not any(fact.is_fault for fact in facts(GOOD))
    assert "通过" in verdict(GOOD).zh
    assert read_rehearsal(msgspec.to_builtins(GOOD)) == GOOD


@pytest.mark.parametrize(
    "changes",
    [{"results_wrong": 1}, {"errors": 1}, {"promises_broken": 1}, {"shut_out": 1}, {"records": 4}, {"records": 6}],
)
def test_whatever_went_wrong_makes_it_not_good_and_is_marked(changes: dict[str, int]) -> None:
    report = msgspec.structs.replace(GOOD, **changes)
    assert not report.is_good
    assert sum(fact.is_fault for fact in facts(report)) == 1
    assert "没有通过" in verdict(report).zh


@pytest.mark.parametrize("english", [False, True])
def test_pictures_are_whole_and_name_what_they_show(english: bool) -> None:
    for picture in pictures(GOOD, english=english):
        assert _Drawn(picture.svg).attributes("svg")[0]["aria-label"] == picture.title.in_language(english)


@given(
    values=st.lists(st.integers(min_value=0, max_value=10**7), max_size=200),
    other=st.lists(st.integers(min_value=0, max_value=10**7), max_size=200),
    name=st.text(alphabet="<>&\"'海a", max_size=8),
)
def test_any_figures_are_drawn_within_the_picture(values: list[int], other: list[int], name: str) -> None:
    drawn = _Drawn(series_chart([(name, values), ("b", other)], label=name, seconds="s"))
    assert drawn.attributes("svg")[0]["aria-label"] == name
    for line in drawn.attributes("polyline"):
        for point in line["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 720
            assert 0 <= y <= 220


@given(values=st.lists(st.floats(min_value=0, max_value=1e6), max_size=300))
def test_a_spread_is_in_order(values: list[float]) -> None:
    spread = Spread.of(values)
    assert 0 <= spread.median <= spread.p99 <= spread.most
