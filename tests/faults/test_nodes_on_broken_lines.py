"""Centre, department, district and street in network namespaces: lines are cut, nodes and the database killed, disks
filled, files come twice, a column turns into another type. At the end every file is accounted for, once, and every
row of a table stands, once, in the snapshot and in the table that it was delivered into at another node.

HAIHE_SOAK_SECONDS lengthens it (`make soak`).
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from haihe.data.exchange.delivery.testing import FIELDS
from haihe.data.exchange.testing import TITLES, id_number, row
from tests.faults.city_of_nodes import BAD, GOOD, NODES, PATIENCE_S, TARGET_NODE, City, register, running_city

pytestmark = [pytest.mark.faults, pytest.mark.engine("ip")]
SECONDS = float(os.environ.get("HAIHE_SOAK_SECONDS", "20"))
UNDER_WAY = "finished_at IS NULL AND state <> 'HELD'"
WHOLE, SPOILT = 500, 7
"""Rows of the department's table, and those of them with an impossible date."""


@pytest.fixture(scope="module")
def city(open_folder: Path) -> Iterator[City]:
    with running_city(open_folder / f"nodes-{time.monotonic_ns()}") as here:
        wait = "nodes don't connect"
        until(lambda: here.ask("SELECT count(seen_at) FROM exchange_nodes_node") == [(4,)], lambda: wait)
        yield here


def until(holds: Callable[[], bool], what: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.2)


@contextmanager
def broken(city: City, node: str) -> Iterator[None]:
    city.net.cut(node)
    try:
        yield
    finally:
        city.net.mend(node)


def one_fault(city: City, chance: random.Random, number: int) -> None:
    """Break something for a moment."""
    node = (*NODES, TARGET_NODE)[number % 4]
    fault = chance.randrange(4) if number >= 4 else number
    if fault == 0:
        with broken(city, node):
            city.drop(NODES[number % 3], f"dark-{number}.csv", register(number * 1000))
            time.sleep(chance.uniform(1.5, 4.0))
    elif fault == 1:
        city.kill(node)
        time.sleep(chance.uniform(0.2, 1.0))
        city.start_node(node)
    elif fault == 2:
        city.kill("worker")
        time.sleep(chance.uniform(0.2, 1.0))
        city.start("worker", sys.executable, "-m", "haihe", "worker")
    else:
        city.restart_database()


def test_a_full_disk_keeps_what_it_has_and_goes_on(city: City) -> None:
    said = "SELECT trouble FROM exchange_nodes_node WHERE name = 'hp-street'"
    with city.full("hp-street"):
        city.drop("hp-street", "full.csv", register(700_000))
        until(lambda: city.ask(said) == [("DISK_FULL",)], lambda: city.ask(said))
        assert city.ask("SELECT count(*) FROM exchange_nodes_transfer WHERE filename = 'full.csv'") == [(0,)]
    taken = "SELECT state FROM exchange_nodes_transfer WHERE filename = 'full.csv'"
    until(lambda: city.ask(taken) == [("TAKEN",)], lambda: city.ask(taken))
    until(lambda: city.ask(said) == [("",)], lambda: city.ask(said))
    with city.full("centre"):
        city.drop("hp-district", "no-room.csv", register(701_000))
        waits = "SELECT up_messages > 0 FROM exchange_nodes_node WHERE name = 'hp-district'"
        until(lambda: city.ask(waits) == [(True,)], lambda: city.ask(waits))
        time.sleep(2)
        assert city.ask("SELECT count(*) FROM exchange_nodes_transfer WHERE filename = 'no-room.csv'") == [(0,)]
    taken = taken.replace("full.csv", "no-room.csv")
    until(lambda: city.ask(taken) == [("TAKEN",)], lambda: city.ask(taken))


def test_every_file_is_accounted_for_once_whatever_breaks(city: City) -> None:
    chance = random.Random(7)  # noqa: S311 - the same faults each time
    ends, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends or number < 4:
        city.drop(NODES[(number + 1) % 3], f"light-{number}.csv", register(500_000 + number * 1000))
        one_fault(city, chance, number)
        number += 1
    twice = register(900_000)
    city.drop("mzj-1", "twice-a.csv", twice)
    city.drop("mzj-1", "twice-b.csv", twice)
    city.drop("mzj-1", "words.csv", register(910_000, amount="一千零一十元"))
    transfers = (
        "SELECT node_id || '/' || filename, state, run, reason FROM exchange_nodes_transfer WHERE filename LIKE '%.csv'"
    )

    def ended() -> bool:
        done = [name for name, state, _, _ in city.ask(transfers) if state in ("TAKEN", "REFUSED")]
        return set(done) == set(city.dropped)

    until(ended, lambda: (set(city.dropped) - {name for name, *_ in city.ask(transfers)}, city.ask(transfers)))
    # A worker killed between taking a job and beginning it leaves a run to nobody; it is offered anew within 3 minutes.
    until(
        lambda: city.ask(f"SELECT count(*) FROM exchange_feedrun WHERE {UNDER_WAY}") == [(0,)],
        lambda: city.ask(f"SELECT filename, state FROM exchange_feedrun WHERE {UNDER_WAY}"),
        within_s=240,
    )
    found = city.ask(transfers)
    assert Counter(name for name, *_ in found) == Counter(list(city.dropped)), "each file came once"
    taken = {run: name for name, state, run, _ in found if state == "TAKEN"}
    refused = [reason for _, state, _, reason in found if state == "REFUSED"]
    # The one thing that may be refused: a file older than what serves already, which came late over a broken line.
    assert all("早于" in reason for reason in refused)
    runs = city.ask(
        "SELECT id, source_sha256, state, rows_in, rows_accepted, rows_rejected, filename, reasons"
        " FROM exchange_feedrun WHERE filename LIKE '%.csv'"
    )
    assert len(runs) == len(taken), "no run without a transfer, no transfer with two"
    for run, digest, state, rows_in, accepted, rejected, filename, reasons in runs:
        assert city.dropped[taken[run]] == digest, "the bytes that were dropped"
        assert rows_in == accepted + rejected
        if filename == "words.csv":
            assert state in ("HELD", "REJECTED"), "what another type makes of a column is for a person to decide"
        elif state == "FAILED":
            # Its process was killed. Nothing is lost: the file lies there for another run.
            assert (city.folder / "data" / "feeds" / str(run) / "received.sealed").exists()
        else:
            assert (rows_in, rejected, sum(reasons.values())) == (GOOD + BAD, BAD, BAD)
    [(serving,)] = city.ask("SELECT row_count FROM exchange_snapshot WHERE is_current")
    assert serving == GOOD, "what turned bad didn't replace what was good"


def fetch_table_anew(city: City) -> None:
    """As 重新取数 on the node's page does."""
    city.order(
        "UPDATE exchange_nodes_nodefeed SET anew = anew + 1 WHERE connector = 'database'",
        "UPDATE exchange_nodes_node SET orders = orders + 1 WHERE name = 'mzj-1'",
    )


def table_runs(city: City, state: str) -> int:
    [(count,)] = city.ask(
        f"SELECT count(*) FROM exchange_feedrun WHERE filename = 'public.relief' AND state = '{state}'"
    ) or [(0,)]
    return int(count)


def published_anew(city: City) -> None:
    before = table_runs(city, "PUBLISHED")
    fetch_table_anew(city)
    until(
        lambda: table_runs(city, "PUBLISHED") > before, lambda: city.ask("SELECT state, outcome FROM exchange_feedrun")
    )


def test_source_and_target_are_equal_row_by_row(city: City) -> None:
    columns = ", ".join(f'"{title}" text' for title in TITLES)
    city.at_department("source", f"CREATE TABLE relief ({columns})")
    good = [row(id_number(800_000 + n), size=str(1 + n % 9), amount=f"{700 + n}.00") for n in range(WHOLE)]
    spoilt = [row(id_number(810_000 + n), valid_until="2027-02-30") for n in range(SPOILT)]
    for cells in (*good, *spoilt):
        values = ", ".join(f"'{cell}'" for cell in cells)
        city.at_department("source", f"INSERT INTO relief VALUES ({values})")
    published_anew(city)

    # A column turns into words: nobody guesses what they mean, and what serves goes on serving, as old as it is.
    serving = "SELECT id, as_of FROM exchange_snapshot WHERE is_current"
    before = city.ask(serving)
    city.at_department(
        "source", "ALTER TABLE relief ALTER \"月保障金额\" TYPE text USING '约' || \"月保障金额\" || '元'"
    )
    fetch_table_anew(city)
    until(lambda: table_runs(city, "HELD") + table_runs(city, "REJECTED") > 0, lambda: city.ask(serving))
    assert city.ask(serving) == before
    number = """trim(both '约元' from "月保障金额")::numeric"""
    city.at_department("source", f'ALTER TABLE relief ALTER "月保障金额" TYPE numeric(9, 2) USING {number}')

    city.net.cut(TARGET_NODE)
    published_anew(city)
    city.kill(TARGET_NODE)
    city.net.mend(TARGET_NODE)
    city.start_node(TARGET_NODE)
    arrived = (
        "SELECT d.state FROM exchange_delivery_datadelivery d JOIN exchange_snapshot s ON d.snapshot = s.id"
        " WHERE s.is_current"
    )
    until(lambda: city.ask(arrived) == [("DONE",)], lambda: city.ask(arrived))

    source = city.at_department("source", "SELECT * FROM relief")
    rows = {tuple(None if value is None else str(value) for value in each) for each in source}
    kept = [tuple(each) for each in city.told("snapshot")]
    refused = [tuple(cells) for cells, _ in city.told("rejects")]
    assert len(rows) == len(source) == len(kept) + len(refused)
    assert set(kept) == {tuple(cells) for cells in good}
    assert set(refused) == {tuple(cells) for cells in spoilt}
    assert set(kept) | set(refused) == rows

    wanted = [tuple(each) for each in city.told("delivered")]
    names = ", ".join(("haihe_key", *FIELDS))
    found = city.at_department("target", f"SELECT {names} FROM relief")
    assert len(found) == len(set(found)) == len(wanted) == WHOLE
    assert set(found) == set(wanted)
    assert city.at_department("target", "SELECT count(DISTINCT haihe_delivery) FROM relief") == [(1,)]
    twice = "SELECT count(*) - count(DISTINCT number) FROM haihe_deliveries"
    assert city.at_department("target", twice) == [(0,)]
