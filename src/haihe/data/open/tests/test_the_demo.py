"""The demo's 391 datasets: as many as the article says, of real kinds, and clean enough for the gate."""

from collections import Counter
from datetime import date

import pytest

from haihe.data.open.columns import OpenColumn, kind_of
from haihe.data.open.demo.making import table
from haihe.data.open.demo.registry import TOTAL_ROWS, Planned, planned
from haihe.data.open.demo.usage import USAGE
from haihe.data.open.gate import looking
from haihe.data.open.gate.facts import Facts
from haihe.data.open.sources import typed
from haihe.data.open.topics import topics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
TODAY = date(2026, 11, 26)


def as_facts(one: Planned) -> Facts:
    columns = tuple(
        OpenColumn(name=c.name, title=c.title, title_en=c.title_en, kind=kind_of(c.name, c.letter))
        for c in one.shape.columns
    )
    return Facts(
        title=one.title,
        title_en=one.title_en,
        summary=one.shape.zh,
        publisher=one.owner,
        topic=one.topic,
        keywords=one.nouns,
        update_cycle=one.cycle,
        opening_type="UNCONDITIONAL",
        grade="GENERAL",
        licence="CC-BY-4.0",
        columns=columns,
        key=one.shape.key,
    )


def test_there_are_as_many_as_the_article_says() -> None:
    rows = [*planned().values(), USAGE]
    counted = (
        len({one.owner for one in rows}),
        len(rows),
        sum(one.has_api for one in rows),
        len({o.topic for o in rows}),
    )
    assert counted == (43, 391, 134, 21)
    assert {one.topic for one in rows} == set(topics())
    assert sum(one.rows(1) for one in rows) == TOTAL_ROWS
    assert [one.slug for one in rows if not one.rows_at_1] == [USAGE.slug], "its rows are the city's own"


def test_titles_are_told_apart() -> None:
    titles = Counter((one.owner, one.title) for one in (*planned().values(), USAGE))
    assert titles.most_common(1)[0][1] == 1


def test_rows_are_the_same_each_time_and_pass_the_gate() -> None:
    for one in planned().values():
        rows = table(one, rows=40, today=TODAY)
        facts = as_facts(one)
        report = looking.check(typed(rows, facts.columns), facts)
        assert report.passed, (one.slug, report.findings)
    one = planned()["libraries"]
    assert table(one, rows=50, today=TODAY).equals(table(one, rows=50, today=TODAY))


def test_keys_tell_rows_apart() -> None:
    by_shape = {one.shape.name: one for one in planned().values()}
    for one in by_shape.values():
        rows = table(one, rows=500, today=TODAY)
        assert rows.group_by(list(one.shape.key)).aggregate([]).num_rows == 500, one.slug
