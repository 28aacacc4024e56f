"""A request is answered once, also across restarts, and what is too old to be accepted anyway is forgotten."""

import random

from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.replay import ReplayWindow, fingerprint, oldest_minute
from haihe.gateway.server import open_desk
from haihe.gateway.testing import Door, question, signed_headers
from haihe.gateway.tests.conftest import LIU

prints = st.binary(min_size=8, max_size=8)


@given(st.lists(st.tuples(st.integers(0, 2), prints), max_size=60))
def test_it_remembers_exactly_what_it_saw(sightings: list[tuple[int, bytes]]) -> None:
    window, seen = ReplayWindow(), set()
    for minute, print_ in sightings:
        assert window.first_sight(minute, print_) == ((minute, print_) not in seen)
        seen.add((minute, print_))


def test_it_remembers_across_the_growth_of_its_tables() -> None:
    window, source = ReplayWindow(), random.Random(7)  # noqa: S311 - a repeatable test
    many = [source.randbytes(8) for _ in range(150_000)]
    assert all(window.first_sight(0, print_) for print_ in many)
    assert not any(window.first_sight(0, print_) for print_ in many)
    assert len(window) == len(many)


def test_old_minutes_are_forgotten() -> None:
    window = ReplayWindow()
    for minute in (1, 2, 3):
        window.first_sight(minute, b"12345678")
    window.forget_before(3)
    assert len(window) == 1
    assert window.first_sight(2, b"12345678")


@given(st.integers(0, 2**33), st.integers(-300, 300))
def test_no_minute_is_forgotten_while_it_could_still_be_signed_in(now: int, skew: int) -> None:
    assert (now + skew) // 60 >= oldest_minute(now)


def test_fingerprints_tell_clients_and_nonces_apart() -> None:
    assert len({fingerprint("a", "bc"), fingerprint("ab", "c"), fingerprint("a", "bd")}) == 3


def test_a_replay_is_refused_after_a_restart_too(door: Door) -> None:
    body = question(LIU.id_number)
    asked = signed_headers(body, created=int(door.now))
    assert door.post(body, headers=asked).status == 200
    desk = open_desk(
        door.folder, keyring=door.keyring, journal=door.journal, commits=door.commits, clock=door.clock,
        monotonic=door.clock,
    )  # fmt: skip
    door.desk.replay = desk.replay
    assert door.post(body, headers=asked).status == 409
