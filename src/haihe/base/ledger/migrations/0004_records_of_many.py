from pathlib import Path

from django.db import migrations

PACKED = (Path(__file__).parents[1] / "schema_packed.sql").read_text()
BACK = """
DROP FUNCTION ledger_append_packed(text[], bytea[], bytea[]);
DROP TABLE ledger_use, ledger_packed;
DROP INDEX ledger_record_batches;
ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_of_many,
    DROP CONSTRAINT ledger_record_kind_check,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'QUERY', 'REFUSED'));
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_queries")]
    operations = [migrations.RunSQL(PACKED, BACK)]
