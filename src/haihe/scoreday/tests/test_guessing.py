"""Who guesses is stopped; who is many, and right, isn't."""

from haihe.scoreday.guessing import LOCKED_S, MOST_FROM_ONE, MOST_OF_ONE, MOST_OF_ONE_FROM_ONE, GuessGuard
from haihe.scoreday.looking_up import Credentials
from haihe.scoreday.testing import Hall, candidate
from haihe.scoreday.tests.test_waiting_in_line import place_on

ME = candidate(1)


def test_five_wrong_tries_of_one_number_lock_it_for_that_address(hall: Hall) -> None:
    for n in range(2, 2 + MOST_OF_ONE_FROM_ONE):
        assert hall.ask(ME.number, candidate(n).id_number).status == 403
    assert hall.ask(ME.number, ME.id_number).status == 429
    # The candidate, who comes from elsewhere, isn't locked out by it.
    assert hall.ask(ME.number, ME.id_number, peer="198.51.100.9").status == 200
    hall.pass_time(LOCKED_S)
    assert hall.ask(ME.number, ME.id_number).status == 200


def test_numbers_tried_one_after_another_for_one_person_are_stopped_as_soon(hall: Hall) -> None:
    for n in range(MOST_OF_ONE_FROM_ONE):
        assert hall.ask(f"{26129000000000 + n}", ME.id_number).status == 403
    assert hall.ask("26129000009999", ME.id_number).status == 429
    assert hall.ask(ME.number, ME.id_number, peer="198.51.100.9").status == 200


def test_one_person_tried_from_everywhere_is_locked_for_all(hall: Hall) -> None:
    for n in range(MOST_OF_ONE):
        assert hall.ask(f"{26129000000000 + n}", ME.id_number, peer=f"203.0.113.{n}").status == 403
    assert hall.ask(ME.number, ME.id_number, peer="198.51.100.9").status == 429


def test_an_address_that_tries_many_pairs_is_locked(hall: Hall) -> None:
    for n in range(MOST_FROM_ONE):
        assert hall.ask(f"{26129000000000 + n}", candidate(1000 + n).id_number).status == 403
    assert hall.ask(ME.number, ME.id_number).status == 429
    assert hall.ask(ME.number, ME.id_number, peer="198.51.100.9").status == 200


def test_the_addresses_of_one_subscriber_count_as_one(hall: Hall) -> None:
    for n in range(MOST_FROM_ONE):
        hall.ask(f"{26129000000000 + n}", candidate(1000 + n).id_number, peer=f"2001:db8:1:1::{n:x}")
    assert hall.ask(ME.number, ME.id_number, peer="2001:db8:1:1:ffff::1").status == 429
    assert hall.ask(ME.number, ME.id_number, peer="2001:db8:1:2::1").status == 200


def test_a_school_behind_one_address_is_borne_as_many_mistakes_as_it_has_candidates(hall: Hall) -> None:
    hall.ask("26129000009999", candidate(999).id_number)
    for round_ in range(MOST_FROM_ONE // 10):
        for n in range(10):
            assert hall.ask(candidate(n).number, candidate(n).id_number).status == 200
        for n in range(15):
            made_up = candidate(1000 + 15 * round_ + n)
            assert hall.ask(f"{26129000000000 + 15 * round_ + n}", made_up.id_number).status == 403
    assert hall.ask(ME.number, ME.id_number).status == 200


def test_whoever_has_a_place_keeps_it_whatever_others_guess_beside_them(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(ME.number, ME.id_number).body)
    for n in range(MOST_FROM_ONE):
        hall.ask(f"{26129000000000 + n}", candidate(1000 + n).id_number)
    hall.pass_time(1)
    assert hall.post({"place": place}).status == 200


def test_a_whole_school_from_one_address_is_answered(hall: Hall) -> None:
    for _ in range(MOST_FROM_ONE):
        for n in range(3):
            assert hall.ask(candidate(n).number, candidate(n).id_number).status == 200


def test_a_number_tried_from_everywhere_is_locked_for_all(hall: Hall) -> None:
    for n in range(MOST_OF_ONE):
        hall.ask(ME.number, candidate(2).id_number, peer=f"203.0.113.{n}")
    assert hall.ask(ME.number, ME.id_number, peer="198.51.100.9").status == 429


def test_a_locked_try_asks_the_register_nothing(hall: Hall) -> None:
    for n in range(2, 2 + MOST_OF_ONE_FROM_ONE):
        hall.ask(ME.number, candidate(n).id_number)
    before = len(hall.records())
    hall.ask(ME.number, ME.id_number)
    assert len(hall.records()) == before


def test_memory_of_guesses_is_bounded() -> None:
    guard = GuessGuard()
    for n in range(80_000):
        guard.failed(Credentials(str(n), str(n)), f"2001:db8:{n % 60000:x}::1", now=float(n) / 1000)
    assert len(guard._kept) <= 200_000
