from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema_compare.sql").read_text()
BACK = (Path(__file__).parents[1] / "schema_subscribe.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_changes_since_a_cursor")]
    operations = [migrations.RunSQL(SCHEMA, BACK)]
