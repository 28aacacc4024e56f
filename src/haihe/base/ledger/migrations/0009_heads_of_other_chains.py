from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema_heads.sql").read_text()
BACK = """
DROP INDEX ledger_record_heads;
ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_head_of_nobody,
    ADD CONSTRAINT ledger_record_kind_check
        CHECK (kind IN ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER', 'REFUSED'));
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_uses_of_a_record")]
    operations = [migrations.RunSQL(SCHEMA, BACK)]
