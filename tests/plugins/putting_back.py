"""The tables as the migrations left them, again after each test that commits.

Django empties every table and lets each app fill its own anew, a second and more for a test that wrote three rows. Here
the database itself empties the tables that hold anything, and puts back what this worker's clone began with.
"""

from typing import Final

import pytest
from django.db import connection
from django.test import TransactionTestCase

KEPT: Final = "as_migrated"
"""The schema in which a worker's database keeps its first rows."""

_COLUMNS: Final = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = {table} AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_FILLED: Final = """
SELECT oid::regclass AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
_KEEP: Final = f"""
CREATE SCHEMA {KEPT};
CREATE TABLE {KEPT}.rows (name regclass PRIMARY KEY, kept name NOT NULL, columns text NOT NULL);

DO $$
DECLARE
    filled record;
    columns text;
BEGIN
    FOR filled IN {_FILLED} LOOP
        {_COLUMNS.format(table="filled.name")} INTO columns;
        INSERT INTO {KEPT}.rows VALUES (filled.name, 'of_' || filled.name::oid, columns);
        EXECUTE format('CREATE TABLE {KEPT}.of_%s AS SELECT %s FROM %s', filled.name::oid, columns, filled.name);
    END LOOP;
END $$;

CREATE FUNCTION {KEPT}.put_back() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE
    filled record;
    first record;
BEGIN
    FOR filled IN {_FILLED} LOOP
        EXECUTE format('DELETE FROM %s', filled.name);
    END LOOP;
    FOR first IN SELECT * FROM {KEPT}.rows LOOP
        EXECUTE format(
            'INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT * FROM {KEPT}.%I', first.name, first.columns, first.kept
        );
    END LOOP;
END $$;
"""


def keep_first_rows(patch: pytest.MonkeyPatch) -> None:
    """Keep what this worker's database holds now, and have every test that commits end with just that."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP)
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: put_back())


def put_back() -> None:
    """Make all tables what they were. Triggers and foreign keys sleep meanwhile, the append-only ledger's too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {KEPT}.put_back()")
