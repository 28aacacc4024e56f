"""A backup of a running city, and a city from a backup. Rehearsed by tests/faults/test_backup_and_restore.py.

The order makes it whole while everything runs on: first the gateways' journal, then the database, then the files. A
record that is shipped meanwhile is in both, and shipping knows it again; files never change once they are there, so
those of the dump are all there, and what came since is only more.

The keyring is not in it: whoever holds both a backup and the keyring can read everything. Its fingerprint is, so that a
restore with another keyring is refused before it begins.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import lmdb
import psycopg

from haihe.data.exchange.bucket import BucketAway, BucketDamaged, NotInBucket, bucket_of
from haihe.kernel.environment import BucketPlace
from haihe.kernel.keyring import Keyring, KeyringError
from haihe.kernel.ledger_proof import public_key_hex
from haihe.launch import postgres
from haihe.launch.data_dir import DataDir
from haihe.launch.trouble import Trouble

FORMAT: Final = 1
LAKE_MANIFEST: Final = "manifest.json"
MANIFEST, DATABASE, JOURNAL, FILES = "manifest.json", "database.dump", "journal", "files"
_LEFT_OUT: Final = frozenset(
    # Made anew at a start, or found again: servers and their logs, what is passing, who runs here.
    {"postgres", "postgres-is-in", "nats", "logs", "figures", "running.json", "keyring.json", JOURNAL}
)

type Say = Callable[[str], None]


class BackupError(Trouble):
    """The backup can't be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds."""

    files: int
    size_bytes: int


def make_backup(data_dir: Path, target: Path, *, now: datetime, say: Say) -> Made:
    """Write a backup of the installation that runs in `data_dir` into the new folder `target`. Raises: Trouble."""
    folder = DataDir(data_dir.absolute())
    running = folder.running()
    url = os.environ.get("HAIHE_DATABASE_URL") or (running.database_url if running else "")
    if not url:
        raise BackupError(
            f"nothing runs in {folder.path}: a backup is made of a running city, or of HAIHE_DATABASE_URL"
        )
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target} isn't empty; name a new folder")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    say("journal 日志")
    _copy_journal(folder.path / JOURNAL, target / JOURNAL)
    say("database 数据库")
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target / DATABASE}", url)
    say("files 文件")
    _copy_files(folder.path, target / FILES)
    bring_stored(_stored(url), target / FILES, BucketPlace.from_mapping(os.environ))
    return _write_manifest(target, folder.keyring(), now)


def check_backup(source: Path) -> dict[str, object]:
    """Return the manifest of a backup whose every file is what was written. Raises: BackupError."""
    try:
        manifest: dict[str, object] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        expected = manifest["files"]
    except (OSError, ValueError, KeyError) as trouble:
        raise BackupError(f"{source} is no backup of ours ({type(trouble).__name__})") from trouble
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} was made by a newer program; use that one")
    found = {str(path.relative_to(source)): _sha256(path) for path in _files(source)}
    if wrong := sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name)):  # type: ignore[attr-defined, misc]  # JSON of our own
        raise BackupError(f"{source} is damaged: {wrong[0]} and {len(wrong) - 1} more files are not what was written")
    return manifest


def restore(source: Path, data_dir: Path, keyring_file: Path, *, say: Say) -> None:
    """Make a city in the new folder `data_dir` from a backup; start it with `haihe up` then. Raises: Trouble."""
    say("checking 校验")
    manifest = check_backup(source)
    text = _keyring_text(keyring_file, str(manifest["keyring"]))
    folder = DataDir(data_dir.absolute())
    if folder.path.exists() and any(folder.path.iterdir()):
        raise BackupError(f"{folder.path} isn't empty; a city is restored into a new folder")
    folder.make()
    folder.keyring_file.touch(mode=0o600)
    folder.keyring_file.write_text(text, encoding="utf-8")
    say("database 数据库")
    _restore_database(source / DATABASE, folder)
    say("files 文件")
    for part in (source / FILES).iterdir():
        _copy(part, folder.path / part.name)
    _copy(source / JOURNAL, folder.path / JOURNAL)


def fingerprint(keyring: Keyring) -> str:
    """Return what tells one keyring from another and opens nothing: its public key of the ledger."""
    return public_key_hex(keyring.ledger_private_key)


def _copy_journal(journal: Path, target: Path) -> None:
    target.mkdir()
    if not (journal / "data.mdb").exists():
        return
    with lmdb.open(str(journal), readonly=True, max_dbs=16) as environment:
        # A consistent state of one moment, whatever is written meanwhile.
        environment.copy(str(target), compact=True)


def _copy_files(data_dir: Path, target: Path) -> None:
    target.mkdir()
    for part in sorted(data_dir.iterdir()):
        if part.name not in _LEFT_OUT and not part.is_socket():
            _copy(part, target / part.name)


def _stored(url: str) -> list[tuple[str, str]]:
    """Return path and manifest's SHA-256 of the snapshots that are kept in a bucket."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT s.path, r.manifest_sha256 FROM exchange_snapshot s JOIN exchange_feedrun r ON r.id = s.run_id "
            "WHERE s.stored_at IS NOT NULL ORDER BY s.path"
        ).fetchall()


def bring_stored(stored: Iterable[tuple[str, str]], files: Path, place: BucketPlace | None) -> int:
    """Bring what the data directory let go of from the bucket into a backup; return how many files. Raises: Trouble."""
    brought = 0
    try:
        for path, sha256 in stored:
            brought += _bring_file(f"{path}/{LAKE_MANIFEST}", sha256, files, place)
            told = json.loads((files / path / LAKE_MANIFEST).read_bytes())["files"]
            brought += sum(_bring_file(f"{path}/{name}", facts["sha256"], files, place) for name, facts in told.items())
    except (BucketAway, BucketDamaged, NotInBucket) as trouble:
        raise BackupError(f"the lake's bucket: {type(trouble).__name__}: {trouble}") from trouble
    return brought


def _bring_file(key: str, sha256: str, files: Path, place: BucketPlace | None) -> bool:
    if (files / key).exists():
        return False
    if place is None:
        raise BackupError(f"{key} is in a bucket: give HAIHE_LAKE_BUCKET and what belongs to it, as the city has them")
    bucket_of(place).get(key, files / key, sha256)
    return True


def _copy(part: Path, target: Path) -> None:
    if part.is_dir():
        shutil.copytree(part, target, ignore=_work_in_progress)
    else:
        shutil.copy2(part, target)


def _work_in_progress(folder: str, names: list[str]) -> set[str]:
    """Unfinished work is done again by whoever owns it; it may vanish while it is copied."""
    return {name for name in names if name in {"unfinished", "work", "spill"} or (Path(folder) / name).is_socket()}


def _restore_database(dump: Path, folder: DataDir) -> None:
    if url := os.environ.get("HAIHE_DATABASE_URL"):
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(dump))
        return
    cluster = postgres.EmbeddedPostgres(folder.path / "postgres")
    cluster.start()
    try:
        cluster.create_database()
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={cluster.url()}", str(dump))
    finally:
        cluster.stop()


def _run(program: str, *options: str) -> None:
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's with options of our own
        [str(postgres.programs() / program), *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _keyring_text(file: Path, expected: str) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        found = fingerprint(Keyring.from_json(text))
    except (OSError, KeyringError) as trouble:
        raise BackupError(f"{file} is no keyring: {trouble}") from trouble
    if found != expected:
        raise BackupError(f"{file} is the keyring of another city: what this backup seals cannot be read with it")
    return text


def _write_manifest(target: Path, keyring: Keyring, now: datetime) -> Made:
    files = {str(path.relative_to(target)): path for path in _files(target)}
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "keyring": fingerprint(keyring),
        "files": {name: _sha256(path) for name, path in files.items()},
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    return Made(len(files), sum(path.stat().st_size for path in files.values()))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
