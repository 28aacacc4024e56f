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
        place = line.come(b"%d" % n, now)
        moments.append(now if place is None else place.moment)
        assert place is None or place.moment > now
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
    places = [line.come(b"%d" % n, 0.0) for n in range(30)]
    assert places[-1] is not None
    mine = places[-1].moment
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
    # Who they are is proved and journalled before their place is told; the look itself needs no second record.
    assert len(hall.records()) == 10
    hall.pass_time(9 / 2)
    reply = hall.post({"place": place_on(pages[-1].body)})
    assert reply.status == 200
    assert str(hall.records()[-1]["evidence"]) in reply.body.decode()
    assert len(hall.records()) == 10
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
    records = len(hall.records())
    again = hall.post({"place": place})
    assert again.status == 202
    # They stand behind all others, with a place of their own that is good, and a record of its own.
    before = re.search(r"您前面还有 (\d+) 人", again.body.decode())
    assert before is not None
    assert int(before[1]) >= 9
    hall.pass_time(20)
    assert hall.post({"place": place_on(again.body)}).status == 200
    assert len(hall.records()) == records + 1


def test_a_line_survives_a_restart_of_the_program(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    hall.score_day._lines.clear()
    hall.pass_time(1)
    hall.score_day.since = hall.now
    assert hall.post({"place": place}, path=f"/{SLUG}/").status == 200
    # It may have been used before the restart, so this look has a record of its own.
    assert len(hall.records()) == 3


def test_what_is_made_up_takes_nobodys_place(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    for n in range(500):
        assert hall.ask(f"{26129000000000 + n}", candidate(1000 + n).id_number, peer=f"203.0.113.{n}").status == 403
    page = hall.ask(candidate(1).number, candidate(1).id_number).body.decode()
    assert "您前面还有 1 人" in page


def test_a_register_renewed_meanwhile_is_told_with_a_record_of_its_own(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    hall.renew_register("renewed")
    hall.pass_time(1)
    assert hall.post({"place": place}).status == 200
    assert [record["snapshot"] for record in hall.records()] == ["made-up", "made-up", "renewed"]


def test_a_grant_withdrawn_while_somebody_waits_ends_it_for_them_too(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(candidate(1).number, candidate(1).id_number).body)
    hall.now += 1
    hall.withdraw()
    reply = hall.post({"place": place})
    assert reply.status == 503
    assert "总分" not in reply.body.decode()


def test_whoever_waited_for_the_certificate_gets_the_certificate(hall: Hall) -> None:
    result = hall.ask(candidate(1).number, candidate(1).id_number)
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    waiting = hall.post({"place": place_on(result.body)}, path=f"/{SLUG}/certificate")
    assert waiting.status == 202
    assert f'action="/{SLUG}/certificate"' in waiting.body.decode()
    hall.pass_time(2)
    assert b"<svg" in hall.post({"place": place_on(waiting.body)}, path=f"/{SLUG}/certificate").body


def test_a_place_whose_record_never_reached_the_disk_needs_a_new_one(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    first, me = candidate(0), candidate(1)
    hall.ask(first.number, first.id_number)
    hall.journal.is_full = True
    assert hall.ask(me.number, me.id_number).status == 503
    hall.journal.is_full = False
    # They ask again and are told their place, which stands though its record doesn't.
    again = hall.ask(me.number, me.id_number)
    assert again.status == 202
    kept = len(hall.records())
    hall.pass_time(2)
    reply = hall.post({"place": place_on(again.body)})
    assert reply.status == 200
    assert len(hall.records()) == kept + 1
    assert str(hall.records()[-1]["evidence"]) in reply.body.decode()
