"""Embedded PostgreSQL reads Chinese, survives odd places, and never half exists."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from haihe.launch import os_user
from haihe.launch.postgres import PROGRAMS, EmbeddedPostgres, PostgresError, copy_programs


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that only we can enter, so PostgreSQL's own user cannot when we are root."""
    tmp_path.chmod(0o700)
    yield tmp_path
    note = tmp_path / "postgres-is-in"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)


def test_chinese_trigrams_are_not_blind(embedded_postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(embedded_postgres.url("haihe_template")) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        [found] = connection.execute("SELECT show_trgm('低保核验')").fetchone() or ([],)
        connection.rollback()
    assert len(found) >= 4


def test_a_closed_folder_is_replaced_and_told(closed_folder: Path) -> None:
    said: list[str] = []
    server = EmbeddedPostgres(closed_folder / "postgres", durable=False)
    server.prepare(said.append)
    server.start()
    try:
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.is_running()
    finally:
        server.stop("immediate")
    moved = os.geteuid() == 0
    assert any("cannot be reached" in line and str(server.home) in line for line in said) == moved
    assert (server.home == closed_folder / "postgres") != moved
    assert EmbeddedPostgres(closed_folder / "postgres").home == server.home
    assert not server.is_running()


def test_what_a_deleted_directory_left_is_not_taken_for_ours(closed_folder: Path) -> None:
    if os.geteuid() != 0:
        return
    server = EmbeddedPostgres(closed_folder / "postgres", durable=False)
    server.prepare()
    (closed_folder / "postgres-is-in").unlink()
    said: list[str] = []
    server.prepare(said.append)
    [left_over] = server.home.parent.glob(f"{server.home.name}.left-over-*")
    shutil.rmtree(left_over)
    assert any(str(left_over) in line for line in said)


def test_a_path_too_long_for_a_socket_works(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / ("海河" * 20) / "postgres", durable=False)
    server.start()
    try:
        assert server.answers()
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    finally:
        server.stop("immediate")
        shutil.rmtree(server.socket_dir)


def test_an_interrupted_making_is_made_again(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "interrupted", durable=False)
    (open_folder / "interrupted.unfinished").mkdir()
    (open_folder / "interrupted.unfinished" / "PG_VERSION").write_text("18\n")
    server.prepare()
    assert (server.home / "global" / "pg_control").exists()
    assert not (open_folder / "interrupted.unfinished").exists()


def test_a_cluster_of_another_release_is_refused(open_folder: Path) -> None:
    home = open_folder / "old"
    home.mkdir()
    (home / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match=r"PostgreSQL 12.*operations\.md"):
        EmbeddedPostgres(home).prepare()


def test_the_product_is_durable_and_listens_on_no_port(open_folder: Path) -> None:
    words = EmbeddedPostgres(open_folder / "durable").command()
    assert "listen_addresses=" in words
    assert not {"fsync=off", "full_page_writes=off", "synchronous_commit=off"} & set(words)


def test_a_copy_of_the_programs_runs(open_folder: Path) -> None:
    copy_programs(open_folder / "programs")
    for program in ("initdb", "postgres", "pg_ctl"):
        assert "18." in os_user.run([str(open_folder / "programs" / PROGRAMS / program), "--version"])
    copy_programs(open_folder / "programs")
    assert [path.name for path in open_folder.glob("programs*")] == ["programs"]


def test_its_user_may_not_enter_what_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert os_user.can_use(tmp_path, to="x") == (os.geteuid() != 0)
    assert not os_user.can_use(tmp_path / "missing", to="r")
