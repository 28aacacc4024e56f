"""The database's own guard: rows may come, and then stay as they are."""

from django.db.migrations.operations import RunSQL

# One function for all tables. It is left behind when a table's trigger goes, as others may lean on it.
_FUNCTION = """
CREATE OR REPLACE FUNCTION history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
"""


def append_only(table: str) -> RunSQL:
    """Return the migration operation that refuses every UPDATE and DELETE on the table.

    TRUNCATE is left alone: only the table's owner may, who could drop the trigger as well, and test runs need it.
    """
    trigger = f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION"
    return RunSQL(f"{_FUNCTION}{trigger} history_refuse_change();", f"DROP TRIGGER only_grows ON {table};")
