"""A new index takes over whole; one that can't be used leaves the last good one serving."""

import json
from pathlib import Path

import pytest

from haihe.gateway.index import Indexes, IndexUnusable, SubjectIndex
from haihe.gateway.policy import IndexRow
from haihe.gateway.testing import RESOURCE, Door, Person, build_index, question, relief_fields
from haihe.gateway.tests.conftest import LIU, ZHANG


def answer(door: Door, id_number: str) -> str:
    return str(json.loads(door.post(question(id_number)).body)["answer"])


def switch(door: Door, path: str, snapshot: str) -> None:
    door.indexes = [IndexRow(RESOURCE, snapshot, path)]
    door.apply()


def test_the_new_index_answers_as_soon_as_it_is_current(door: Door) -> None:
    path = build_index(door.folder, [Person(ZHANG, "张晓梅", relief_fields())], keyring=door.keyring, snapshot="s2")
    assert answer(door, ZHANG) == "NO_MATCH"
    switch(door, path, "s2")
    assert (answer(door, ZHANG), answer(door, LIU.id_number)) == ("MATCH", "NO_MATCH")
    assert door.records()[-1]["snapshot"] == "s2"


@pytest.mark.parametrize("path", ["indexes/none", "../../etc", "indexes/damaged"])
def test_an_unusable_index_leaves_the_last_one_serving(door: Door, path: str, caplog: pytest.LogCaptureFixture) -> None:
    (door.folder / "indexes" / "damaged").mkdir()
    (door.folder / "indexes" / "damaged" / "data.mdb").write_bytes(b"x" * 8192)
    switch(door, path, "s2")
    assert answer(door, LIU.id_number) == "MATCH"
    assert RESOURCE in door.desk.indexes.unusable
    assert "can't be used" in caplog.text


def test_an_index_under_a_wrong_name_is_not_used(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    path = build_index(door.folder, [], keyring=door.keyring, snapshot="s2")
    switch(door, path, "s3")
    assert answer(door, LIU.id_number) == "MATCH"
    assert "is the index of" in caplog.text


def test_a_withdrawn_index_is_gone(door: Door) -> None:
    door.indexes = []
    door.apply()
    assert answer(door, LIU.id_number) == "UNKNOWN"


def test_an_index_without_description_is_unusable(tmp_path: Path) -> None:
    import lmdb

    with lmdb.open(str(tmp_path / "bare")) as env, env.begin(write=True) as write:
        write.put(b"k" * 16, b"v")
    with pytest.raises(IndexUnusable):
        SubjectIndex(tmp_path / "bare", resource=RESOURCE, snapshot="s1")


def test_the_same_index_is_not_opened_again(door: Door) -> None:
    before = door.desk.indexes.get(RESOURCE)
    door.apply()
    assert door.desk.indexes.get(RESOURCE) is before


def test_closing_closes_all(tmp_path: Path, door: Door) -> None:
    indexes = Indexes(door.folder)
    indexes.close()
    assert indexes.get(RESOURCE) is None
