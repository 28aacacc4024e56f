"""Counts outlive their process, and what each may ask holds for all processes together."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from haihe.data.open.counting import (
    ANONYMOUS_PER_DAY,
    Allowance,
    Asker,
    Beside,
    CountFile,
    InFiles,
    hold,
    place_of,
    rewrite,
    take_place,
)
from haihe.kernel.city_day import day_of

NOW = 1_772_337_600.0
"""2026-03-01, noon in the city."""
DAY = day_of(NOW)


def test_a_file_keeps_names_and_sums_and_grows(tmp_path: Path) -> None:
    counts = CountFile(tmp_path / "1.uses")
    beside = Beside(tmp_path / "1.uses")
    for number in range(1500):
        assert counts.add(f"line {number % 1000}") == number // 1000 + 1
        assert beside.get(f"line {number % 1000}") == number // 1000 + 1
    again = CountFile(tmp_path / "1.uses")
    assert (again.name, again.sums()) == (counts.name, counts.sums())
    rewrite(tmp_path / "1.uses", without={f"line {number}" for number in range(500)})
    left = CountFile(tmp_path / "1.uses")
    assert (left.name, len(left), left.get("line 0"), left.get("line 999")) == (counts.name, 500, 0, 1)
    assert (tmp_path / "1.uses").stat().st_mode & 0o777 == 0o600
    with pytest.raises(ValueError, match="too long"):
        counts.add("x" * 200)
    (tmp_path / "2.uses").write_bytes(b"something else" * 20)
    with pytest.raises(ValueError, match="no file of counts"):
        CountFile(tmp_path / "2.uses")


def test_a_file_that_grows_has_its_room_on_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "1.uses"
    counts = CountFile(file)
    for n in range(520):
        counts.add(f"line {n}")
    told = file.stat()
    assert told.st_blocks * 512 >= told.st_size
    counts.close()


def test_a_killed_process_leaves_all_it_counted(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from haihe.data.open.counting.count_file import CountFile\n"
        "counts = CountFile(pathlib.Path(sys.argv[1]))\n"
        "while True: print(counts.add('a'), flush=True)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "1.uses")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        for _line in range(200):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        told = [int(line) for line in process.stdout.read().split()]
    assert CountFile(tmp_path / "1.uses").get("a") >= (told or [200])[-1]


def test_each_process_has_a_number_of_its_own_until_it_ends(tmp_path: Path) -> None:
    (first, held), (second, other) = take_place(tmp_path), take_place(tmp_path)
    assert (first, second, hold(tmp_path, 1)) == (1, 2, None)
    os.close(held)
    again, held = take_place(tmp_path)
    assert again == 1
    for descriptor in (held, other):
        os.close(descriptor)


def test_quotas_hold_for_all_processes_together_and_over_their_starts(tmp_path: Path) -> None:
    asker = Asker("address 192.0.2.1", 5)

    def process(number: int) -> Allowance:
        return Allowance(1000, InFiles(tmp_path, str(number), "a secret"))

    one, two = process(1), process(2)
    assert [allowance.take(asker, NOW).problem for allowance in (one, two, one, two)] == [""] * 4
    one = process(1)
    assert (one.take(asker, NOW).problem, one.take(asker, NOW).problem) == ("", "quota-exceeded")
    assert two.take(asker, NOW).problem == "quota-exceeded"
    assert two.take(Asker("address 192.0.2.2", 5), NOW).problem == ""
    assert two.refused == {"quota-exceeded": 1}
    assert two.take(asker, NOW + 86_400).problem == ""
    assert {file.name.split(".")[1] for file in tmp_path.glob("*.asked")} == {"2026-03-02"}
    assert all(b"192.0.2.1" not in file.read_bytes() for file in tmp_path.iterdir())


def test_who_is_beyond_all_that_can_be_remembered_shares_and_nobody_begins_anew(tmp_path: Path) -> None:
    counts = InFiles(tmp_path, "1", "a secret", most=3)
    for asker in ("a", "b", "c", "d", "e", "a"):
        counts.add(asker, DAY)
    assert [counts.used(asker, DAY) for asker in "abcde"] == [2, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("peer", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("a:b", "a:b"),
        ("", ""),
    ],
)
def test_a_household_is_one_address(peer: str, place: str) -> None:
    assert place_of(peer) == place


def test_too_many_in_a_second_wait() -> None:
    allowance, asker = Allowance(per_second=3), Asker.at("192.0.2.1")
    assert [allowance.take(asker, 1_000_000.0).problem for _ in range(4)] == ["", "", "", "rate-limited"]
    assert allowance.take(asker, 1_000_000.0).headers["retry-after"] == "1"
    assert allowance.take(Asker.at("192.0.2.2"), 1_000_000.0).problem == ""
    assert allowance.take(asker, 1_000_001.0).problem == ""
    assert f'"day";r={ANONYMOUS_PER_DAY - 5};' in allowance.take(asker, 1_000_001.0).headers["ratelimit"]
