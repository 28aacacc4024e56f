"""The client follows what changes: a cursor, then who changed since, whole or not at all."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import lmdb
import pytest

from haihe.client import AsyncHaihe, Changes, Haihe, NotTrusted, QueryAnswer, Refused
from haihe.client.credentials import Credentials
from haihe.client.parts import ChangeReader
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import CLIENT, PURPOSE, SECRET, SUBSCRIBE_SERVICE
from haihe.gateway.testing_changes import Register, Row, subscribe
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.kernel.keyring import Keyring
from haihe.kernel.subject_changes import FILE, Changed, ChangesMeta, encode_changed, encode_changes_meta
from haihe.kernel.subject_index import META_KEY, IndexMeta

FIELDS = ["kind", "amount"]


class Followed(NamedTuple):
    register: Register
    url: str


@pytest.fixture
def followed(tmp_path: Path, keyring: Keyring) -> Iterator[Followed]:
    """A register behind a gateway on a port; Liu's kind changes with every snapshot."""

    def write(path: Path, meta: IndexMeta, _: Path | None) -> None:
        number = int(meta.snapshot[1:])
        lineage = tuple((n, f"r{n}") for n in range(1, number + 1))
        with lmdb.open(str(path / FILE), subdir=False, lock=False) as env, env.begin(write=True) as put:
            told = ChangesMeta(resource=meta.resource, fields=meta.fields, lineage=lineage)
            put.put(META_KEY, encode_changes_meta(told))
            put.put(keyring.subject_key(LIU.id_number), encode_changed(Changed(0, (number, 0, 0))))

    with Loopback(tmp_path, keyring=keyring) as gateway:
        subscribe(gateway.door, *FIELDS)
        register = Register(gateway.door, write)
        register.publish({LIU.id_number: Row()})
        yield Followed(register, gateway.url)


def follow(haihe: Haihe, since: str, subjects: list[str]) -> Changes:
    return haihe.subscribe(SUBSCRIBE_SERVICE, subjects, since=since, fields=FIELDS, purpose=PURPOSE, case="S-1")


def test_only_who_changed_has_a_line_and_the_next_cursor_goes_on_from_there(followed: Followed) -> None:
    with Haihe(followed.url, CLIENT, SECRET) as haihe:
        start = haihe.cursor(SUBSCRIBE_SERVICE, fields=FIELDS, purpose=PURPOSE, case="S-1")
        assert start.service == SUBSCRIBE_SERVICE
        followed.register.publish({LIU.id_number: Row(kind="特困供养")})
        changes = follow(haihe, start.text, [ZHANG, LIU.id_number, "not a number"])
        changed, wrong = changes.lines
        assert (changed.n, changed.answer, dict(changed.values)) == (1, QueryAnswer.FOUND, {"kind": "特困供养"})
        assert (wrong.n, wrong.answer, wrong.problem and wrong.problem.slug) == (2, None, "invalid-identifier")
        assert follow(haihe, changes.cursor, [ZHANG, LIU.id_number]).lines == ()
        with pytest.raises(Refused, match="malformed-request"):
            follow(haihe, "AAAA", [ZHANG])
        with pytest.raises(ValueError, match="10000"):
            follow(haihe, changes.cursor, [])


def test_many_parts_are_read_as_one(followed: Followed) -> None:
    async def ask() -> Changes:
        async with AsyncHaihe(followed.url, CLIENT, SECRET) as haihe:
            start = await haihe.cursor(SUBSCRIBE_SERVICE, fields=FIELDS, purpose=PURPOSE, case="S-1")
            followed.register.publish({LIU.id_number: Row(kind="特困供养")})
            wrong = [f"not a number {n}" for n in range(4_500)]
            return await haihe.subscribe(
                SUBSCRIBE_SERVICE, [*wrong, LIU.id_number], since=start.text, fields=FIELDS, purpose=PURPOSE, case="S-1"
            )

    changes = asyncio.run(ask())
    assert [line.n for line in changes.lines] == list(range(4_501))
    assert changes.lines[-1].answer is QueryAnswer.FOUND
    assert changes.cursor


@pytest.mark.parametrize(
    "numbers", [[1, 0], [0, 0], [2], [-1]], ids=["in another order", "twice", "past the end", "before the beginning"]
)
def test_lines_that_can_t_be_are_not_believed(numbers: list[int]) -> None:
    reader = ChangeReader(Credentials(CLIENT, SECRET, lambda: 0.0), 2)
    head = {"part": 1, "parts": 1, "first": 0, "count": 2, "as_of": None, "evidence": None}
    with pytest.raises(NotTrusted):
        reader.lines(head, [*({"n": number, "answer": "NOT_FOUND"} for number in numbers), {"cursor": "c"}])
