"""New snapshots of a register come into use while gateways answer without pause from it.

No request is lost, refused or answered with an error; each answer is right for the snapshot whose date it bears, and
that is the one in use when it was asked for, or the one that came next; the files of those before are let go.
"""

import asyncio
import json
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest

from haihe.gateway.record import timestamp
from haihe.gateway.testing import Person, question, relief_fields, signed_headers
from haihe.kernel.keyring import Keyring
from haihe.launch.child import Child
from tests.faults.asking import CONNECTIONS, Askers, post, until
from tests.faults.gateways import City, running_city
from tests.faults.test_gateway_under_faults import ID_NUMBERS

pytestmark = pytest.mark.faults
SNAPSHOTS = 8
_ANSWERS_BETWEEN = 10 * CONNECTIONS
_STATES = ("在保", "停保", None)
_ANSWERS = {"在保": "MATCH", "停保": "NO_MATCH", None: "NO_MATCH"}


@cache
def _first() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def as_of(snapshot: int) -> datetime:
    return _first() + timedelta(minutes=snapshot)


def state(person: int, snapshot: int) -> str | None:
    """Say what a snapshot has of a person, another thing in each; None: nothing."""
    return _STATES[(person + snapshot) % len(_STATES)]


def people(snapshot: int) -> list[Person]:
    found = [(number, state(place, snapshot)) for place, number in enumerate(ID_NUMBERS)]
    return [Person(number, "合成人", relief_fields(status)) for number, status in found if status]


@dataclass(frozen=True, slots=True)
class Answered:
    person: int
    sent_at: float
    came_at: float
    status: int
    said: dict[str, str]


@dataclass(slots=True)
class Watch(Askers):
    """Asks about everybody in turn, without end, and keeps every answer."""

    wanted: int = 1 << 30
    answers: list[Answered] = field(default_factory=list)
    _asked: int = 0

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        person = self._asked % len(ID_NUMBERS)
        self._asked += 1
        body = question(ID_NUMBERS[person])
        sent_at = time.monotonic()
        status, answer = await post(reader, writer, body, signed_headers(body))
        self.answers.append(Answered(person, sent_at, time.monotonic(), status, json.loads(answer)))

    @property
    def unanswered(self) -> int:
        """How many questions nothing came back for; once it has stopped, nothing will."""
        return self._asked - len(self.answers)

    def saying(self, snapshot: int) -> bool:
        return any(one.said.get("as_of") == told(snapshot) for one in self.answers[-CONNECTIONS:])


def told(snapshot: int) -> str:
    return timestamp(as_of(snapshot).timestamp())


@pytest.mark.parametrize("gateways", [1, 2])
def test_an_index_is_switched_under_load(tmp_path: Path, keyring: Keyring, gateways: int) -> None:
    with running_city(tmp_path, keyring, people(1), gateways=gateways, as_of=as_of(1)) as city:
        watches = [Watch(port, ID_NUMBERS) for port in city.ports]
        for watch in watches:
            watch.start()
        try:
            in_use = _publish_again_and_again(city, watches)
        finally:
            for watch in watches:
                watch.stop()
        for watch in watches:
            assert (watch.broken, watch.unanswered, {one.status for one in watch.answers}) == (0, 0, {200})
            assert [one for one in watch.answers if not _is_right(one, in_use)] == []
        given = [one.said["evidence"] for watch in watches for one in watch.answers]
        recorded = city.ledger()
    assert len(given) > SNAPSHOTS * _ANSWERS_BETWEEN * gateways
    assert sorted(recorded) == sorted(given)


def _publish_again_and_again(city: City, watches: list[Watch]) -> dict[int, tuple[float, float]]:
    """Return of each snapshot from when it may have been in use, and when every gateway had let it go."""
    began = {1: 0.0}
    ended: dict[int, float] = {}
    until(partial(_all_say, watches, 1), timeout_s=60)
    for snapshot in range(2, SNAPSHOTS + 1):
        seen = [len(watch.answers) for watch in watches]
        began[snapshot] = time.monotonic()
        city.publish(f"s{snapshot}", people(snapshot), as_of=as_of(snapshot))
        until(partial(_all_say, watches, snapshot), timeout_s=60)
        until(partial(_let_go, city, f"s{snapshot - 1}"), timeout_s=60)
        ended[snapshot - 1] = time.monotonic()
        _remove(city, snapshot - 2)
        until(partial(_answered_more, watches, seen), timeout_s=60)
    return {snapshot: (start, ended.get(snapshot, float("inf"))) for snapshot, start in began.items()}


def _is_right(answer: Answered, in_use: dict[int, tuple[float, float]]) -> bool:
    """Say whether it is what its snapshot has, and that snapshot was in use between question and answer."""
    snapshot = next((each for each in in_use if told(each) == answer.said["as_of"]), None)
    if snapshot is None:
        return False
    start, end = in_use[snapshot]
    expected = _ANSWERS[state(answer.person, snapshot)]
    return answer.said["answer"] == expected and answer.came_at >= start and answer.sent_at <= end


def _all_say(watches: list[Watch], snapshot: int) -> bool:
    return all(watch.saying(snapshot) for watch in watches)


def _answered_more(watches: list[Watch], before: list[int]) -> bool:
    return all(len(watch.answers) > count + _ANSWERS_BETWEEN for watch, count in zip(watches, before, strict=True))


def _let_go(city: City, snapshot: str) -> bool:
    """Say whether no gateway has a snapshot's index open or mapped into memory any more."""
    return not any(f"/{snapshot}/" in files for files in map(_files_of, city.gateways))


def _files_of(gateway: Child) -> str:
    process = Path(f"/proc/{gateway.pid}")
    opened = [str(link.readlink()) for link in (process / "fd").iterdir() if link.is_symlink()]
    return "\n".join([(process / "maps").read_text(), *opened])


def _remove(city: City, snapshot: int) -> None:
    """What the exchange does with the index before the last one."""
    for folder in city.folders:
        for index in (folder / "indexes").glob(f"*/s{snapshot}"):
            shutil.rmtree(index)
