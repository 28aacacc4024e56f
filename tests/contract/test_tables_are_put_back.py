"""A test that commits leaves the tables as the migrations left them, the append-only ones too."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from haihe.base.accounts.models import User
from haihe.base.ledger.operations import append
from haihe.base.ledger.testing import make_body
from haihe.platforms.services.items.models import ItemEntry
from tests.plugins.putting_back import KEPT, put_back

DIGEST = "SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {} t"
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"


def contents() -> dict[str, str]:
    """Return a digest of each table's rows."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(DIGEST.format(name))
            found[name] = cursor.fetchone()[0]
    return found


@pytest.mark.django_db(transaction=True)
def test_whatever_was_written_changed_or_deleted_is_as_it_was() -> None:
    put_back()
    before = contents()
    assert ItemEntry.objects.exists(), "items come with the tables"
    User.objects.create(username="somebody")
    append([make_body()])
    ContentType.objects.all().delete()
    ItemEntry.objects.update(title="changed")
    changed = {name for name, digest in contents().items() if before[name] != digest}
    assert {"accounts_user", "ledger_record", "django_content_type", ItemEntry._meta.db_table} <= changed
    put_back()
    assert contents() == before


@pytest.mark.django_db
def test_what_is_kept_lies_outside_of_what_is_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {KEPT}.rows WHERE name::text = 'django_migrations'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",), "triggers and foreign keys are awake"
