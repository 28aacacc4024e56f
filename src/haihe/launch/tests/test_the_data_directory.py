"""A data directory has one holder at a time, and keys that are made once and never silently replaced."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from haihe.launch.data_dir import DataDir, DataDirError, Running

RUNNING = Running(pid=7, url="http://127.0.0.1:8000", gateway_url="g", database_url="secret-db", nats_url="secret-nats")


@pytest.fixture
def folder(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "var" / "haihe")
    made.make()
    return made


def test_keys_are_made_once_and_for_the_owner_only(folder: DataDir) -> None:
    keyring = folder.keyring()
    assert stat.S_IMODE(folder.keyring_file.stat().st_mode) == 0o600
    assert folder.keyring().subject_key("x") == keyring.subject_key("x")


def test_new_keys_are_refused_beside_an_old_database(folder: DataDir) -> None:
    (folder.path / "postgres").mkdir()
    with pytest.raises(DataDirError, match="put it back"):
        folder.keyring()


def test_damaged_keys_are_told_without_quoting_them(folder: DataDir) -> None:
    folder.keyring_file.write_text('{"format": 1, "subject_secret": "hush"}')
    with pytest.raises(DataDirError, match="damaged") as told:
        folder.keyring()
    assert "hush" not in str(told.value)


def test_a_second_holder_is_refused_and_told_of_the_first(folder: DataDir) -> None:
    with folder.held():
        folder.announce(RUNNING)
        with (
            pytest.raises(DataDirError, match=r"process 7, which serves http://127\.0\.0\.1:8000") as told,
            folder.held(),
        ):
            raise AssertionError
        assert "secret" not in str(told.value)
    with folder.held():
        pass


def test_addresses_are_found_only_while_it_runs(folder: DataDir) -> None:
    assert folder.running() is None
    with folder.held():
        assert folder.running() is None
        folder.announce(replace(RUNNING, ready=True))
        assert folder.running() == replace(RUNNING, ready=True)
        assert stat.S_IMODE((folder.path / "running.json").stat().st_mode) == 0o600
    assert folder.running() is None


def test_others_may_not_look_around(folder: DataDir) -> None:
    assert folder.path.stat().st_mode & 0o066 == 0


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirError, match="cannot be used"):
        DataDir(tmp_path / "file" / "haihe").make()
