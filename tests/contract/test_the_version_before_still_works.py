"""A new database version rolls out with the version before still running: it finds its columns and can write its rows.

`version_before.json` names the last migrations of the version that is in use; it moves on with each release.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

VERSION_BEFORE: dict[str, str] = json.loads((Path(__file__).parent / "version_before.json").read_text())
_DATABASE = "haihe_version_before"
_TEXT = re.compile(r"character varying\((\d+)\)")
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull AND c.relkind = 'r',
    a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""


@dataclass(frozen=True, slots=True)
class Column:
    """How a column looks to who reads and writes it."""

    kind: str
    is_required: bool
    has_default: bool


type Tables = dict[str, dict[str, Column]]


@dataclass(frozen=True, slots=True)
class Rollout:
    """The tables as the version before has them, between the two steps, and what was said at the end."""

    old: Tables
    between: Tables
    at_the_end: str


def _run(url: str, *words: str) -> str:
    environment = os.environ | {"HAIHE_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "haihe.web.settings"}
    done = subprocess.run([sys.executable, *words], env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _tables(url: str) -> Tables:
    found: Tables = {}
    with psycopg.connect(url) as connection:
        for table, name, kind, is_required, has_default in connection.execute(_COLUMNS):
            found.setdefault(table, {})[name] = Column(kind, is_required, has_default)
    return found


@pytest.fixture(scope="module")
def rollout() -> Iterator[Rollout]:
    here = settings.HAIHE.database_url
    parts = urlsplit(here)
    admin, url = urlunsplit(parts._replace(path="/postgres")), urlunsplit(parts._replace(path=f"/{_DATABASE}"))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_DATABASE))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_DATABASE)))
    _run(url, "-c", _VERSION_BEFORE.format(versions=VERSION_BEFORE))
    old = _tables(url)
    _run(url, "-c", _STEP.format(step="before"))
    between = _tables(url)
    _run(url, "-c", _STEP.format(step="after"))
    yield Rollout(old, between, _run(url, "-m", "django", "migrate", "--check"))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(drop)


_VERSION_BEFORE = """
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
others = [executor.loader.graph.leaf_nodes(app)[0] for app in ("contenttypes", "auth", "sessions", "procrastinate")]
executor.migrate([*others, *{versions}.items()])
"""
_STEP = "import django; django.setup(); from haihe.launch import upgrade; upgrade.apply_{step}()"


def test_what_the_version_before_reads_is_there_between_the_steps(rollout: Rollout) -> None:
    missing = [
        f"{table}.{name}"
        for table, columns in rollout.old.items()
        for name, column in columns.items()
        if not _holds(rollout.between.get(table, {}).get(name), column)
    ]
    assert missing == [], "drop or change it in a migration with `phase = AFTER`"


def test_what_the_version_before_writes_is_taken_between_the_steps(rollout: Rollout) -> None:
    demanded = [
        f"{table}.{name}"
        for table, columns in rollout.old.items()
        for name, column in rollout.between.get(table, {}).items()
        if name not in columns and column.is_required and not column.has_default
    ]
    assert demanded == [], "give the new column a db_default, or let it be null"


def test_after_both_steps_nothing_is_left_to_do(rollout: Rollout) -> None:
    assert rollout.at_the_end.strip() in ("", "No planned migration operations.")


def _holds(new: Column | None, old: Column) -> bool:
    """Tell whether the new column still gives and takes what the old one did; texts may become longer."""
    if new is None or (new.is_required and not old.is_required and not new.has_default):
        return False
    lengths = [_length(column.kind) for column in (new, old)]
    if None in lengths:
        return new.kind == old.kind
    return (lengths[0] or 0) >= (lengths[1] or 0)


def _length(kind: str) -> int | None:
    found = _TEXT.fullmatch(kind)
    return int(found[1]) if found else None
