"""Under too many, nobody gets an error: each gets a moment, which is theirs, in the order in which they came."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.scoreday.testing import SLUG, Hall, candidate
from haihe.scoreday.waiting_line import IN_TIME_S, KEPT_S, WaitingLine

PLACE = re.compile(r'name="place" value="([^"]+)"')


def place_on(page: bytes) -> str:
    found = PLACE.search(page.decode())
    assert found
    return found[1]


@given(
    gaps=st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=200),
    capacity=st.integers(min_value=1, max_value=100),
)
def test_moments_are_in_the_order_of_coming_and_never_closer_than_the_capacity(
    gaps: list[float], capacity: int
) -> None:
    line, now, moments = WaitingLine(capacity), 1000.0, []
    for n, gap in enumerate(gaps):
        now += gap
        moment = line.come(b"%d" % n, now)
        moments.append(now if moment is None else moment)
        assert moment is None or moment > now
    assert moments == sorted(moments)
    # In any second no more are answered than the capacity, but for those that are let in a little early.
    for start in moments:
        within = sum(start <= moment < start + 1 for moment in moments)
        assert within <= capacity * (1 + IN_TIME_S) + 2


@given(others=st.integers(min_value=0, max_value=300), asks=st.integers(min_value=1, max_value=5))
def test_asking_again_keeps_the_moment(others: int, asks: int) -> None:
    line = WaitingLine(1)
    line.come(b"first", 0.0)
    mine = line.come(b"me", 0.0)
    for n in range(others):
        line.come(b"other %d" % n, 0.1)
    assert {line.come(b"me", 0.2) for _ in range(asks)} == {mine}


@given(late=st.floats(min_value=0, max_value=2 * KEPT_S))
def test_a_moment_is_used_once_and_kept_for_a_while(late: float) -> None:
    line = WaitingLine(10)
    moments = [line.come(b"%d" % n, 0.0) for n in range(30)]
    mine = moments[-1]
    assert mine is not None
    assert not line.use(mine, mine - 1)
    assert line.use(mine, mine + late) == (late <= KEPT_S)
    assert not line.use(mine, mine + late)


def test_whoever_waits_is_told_when_and_is_answered_then(hall: Hall) -> None:
    hall.change(capacity_per_s=2)
    everybody = [candidate(n) for n in range(10)]
    pages = [hall.ask(one.number, one.id_number) for one in everybody]
    assert [page.status for page in pages] == [200] + [202] * 9
    assert "您前面还有 9 人" in pages[-1].body.decode()
    last = everybody[-1]
    assert last.number not in pages[-1].body.decode()
    assert last.id_number not in pages[-1].body.decode()
    assert len(hall.records()) == 1
    hall.pass_time(9 / 2)
    reply = hall.post({"place": place_on(pages[-1].body)})
    assert reply.status == 200
    assert f"{last.values['total']} / 750" in reply.body.decode()


def test_coming_too_early_costs_nothing_and_gains_nothing(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    me = candidate(5)
    first = hall.ask(me.number, me.id_number)
    again = hall.post({"place": place_on(first.body)})
    anew = hall.ask(me.number, me.id_number)
    when = re.compile(r'data-at="(\d+)"')
    assert first.status == again.status == anew.status == 202
    assert len({when.findall(page.body.decode())[0] for page in (first, again, anew)}) == 1
    hall.pass_time(1)
    assert hall.ask(me.number, me.id_number).status == 200


def test_a_place_is_good_for_one_release_and_one_person(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    other = hall.keyring.seal(b'["26120000000002","120101200801150021",0.0]', context="scoreday-place:another")
    import base64

    assert hall.post({"place": base64.urlsafe_b64encode(other).decode()}).status == 422
    assert hall.post({"place": place[:-2] + "AA"}).status == 422
    hall.pass_time(2)
    assert str(candidate(1).values["total"]) in hall.post({"place": place}).body.decode()


@pytest.mark.parametrize("late", [1.0, 600.0])
def test_nobody_gains_by_using_a_place_twice(hall: Hall, late: float) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    hall.pass_time(late)
    # Others came meanwhile and stand in line.
    for n in range(2, 12):
        hall.ask(candidate(n).number, candidate(n).id_number)
    assert hall.post({"place": place}).status == 200
    assert hall.post({"place": place}).status == 202


def test_a_line_survives_a_restart_of_the_program(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    hall.score_day._lines.clear()
    hall.pass_time(1)
    assert hall.post({"place": place}, path=f"/{SLUG}/").status == 200
