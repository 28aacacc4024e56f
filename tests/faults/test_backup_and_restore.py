"""A running city is backed up, lost, and restored: rehearsed whole, with real programs, as docs/operations.md says."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from haihe.kernel.keyring import Keyring
from haihe.launch import services
from haihe.launch.story import steps
from haihe.launch.story.stage import Stage
from haihe.launch.temporary import CityProcess

pytestmark = pytest.mark.faults


@contextmanager
def serving(running: CityProcess) -> Iterator[None]:
    running.start()
    try:
        running.wait_until_ready()
        yield
    finally:
        running.stop()


def feeds(running: CityProcess) -> list[tuple[object, ...]]:
    url = json.loads((running.folder.path / "running.json").read_text())["database_url"]
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT id, path, data_sha256, is_current FROM exchange_snapshot ORDER BY id"
        ).fetchall()


def haihe(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of ours to its end, without anybody's settings."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": services.python_path()}
    return subprocess.run(
        [sys.executable, "-m", "haihe", *words], env=environment, capture_output=True, text=True, check=False
    )


def audited(running: CityProcess) -> str:
    """Return what the audit of the ledger says of a running city."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": services.python_path()}
    done = subprocess.run(
        [sys.executable, "-m", "haihe", "ledger", "audit"],
        env=environment | {"HAIHE_DATA_DIR": str(running.folder.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may pass through; pytest's are closed to it."""
    with tempfile.TemporaryDirectory(prefix="haihe-backup-", ignore_cleanup_errors=True) as text:
        Path(text).chmod(0o711)
        yield Path(text)


def test_a_city_comes_back_from_its_backup(base: Path) -> None:
    backup, keyring, new = base / "backup", base / "keyring.json", base / "new"
    before = CityProcess(base / "lost", "--scale", "0.0005")
    with serving(before):
        # Somebody was asked about, a moment ago: some of it may still be in the gateway's journal only.
        stage = Stage(before, base)
        steps.liu(stage)
        # The worker goes on laying registers down: what is fed from now on needn't be in the backup.
        fed = feeds(before)
        made = haihe("backup", "make", str(backup), "--data-dir", str(before.folder.path))
        assert made.returncode == 0, made.stderr
        shutil.copy(before.folder.keyring_file, keyring)
    shutil.rmtree(before.folder.path)
    assert not list(backup.rglob("keyring*"))

    restored = haihe("backup", "restore", str(backup), "--keyring", str(keyring), "--data-dir", str(new))
    assert restored.returncode == 0, restored.stderr
    after = CityProcess(new)
    with serving(after):
        steps.prove(Stage(after, base, evidence=stage.evidence))
        steps.zhang(Stage(after, base))
        assert set(fed) <= set(feeds(after))
        assert "CLEAN" in audited(after)
    refused_whatever_is_wrong(backup, keyring, base)


def refused_whatever_is_wrong(backup: Path, keyring: Path, base: Path) -> None:
    """Another keyring, a folder in use, a file that changed: refused before anything is written."""
    other = base / "other.json"
    other.write_text(Keyring.generate().to_json())
    fresh = base / "fresh"
    for words, said in (
        (("--keyring", str(other), "--data-dir", str(fresh)), "keyring of another city"),
        (("--keyring", str(keyring), "--data-dir", str(base / "new")), "isn't empty"),
    ):
        refused = haihe("backup", "restore", str(backup), *words)
        assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    with (backup / "database.dump").open("r+b") as dump:
        dump.seek(1000)
        dump.write(b"x")
    damaged = haihe("backup", "check", str(backup))
    assert (damaged.returncode, "database.dump" in damaged.stderr) == (1, True), damaged.stderr
    assert not fresh.exists()
