from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema_subscribe.sql").read_text()
BACK = """
DROP INDEX ledger_record_batches;
CREATE INDEX ledger_record_batches ON ledger_record (seq DESC) WHERE kind = 'BATCH_VERIFY';
ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_of_many,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'REFUSED')),
    ADD CONSTRAINT ledger_record_of_many CHECK (kind <> 'BATCH_VERIFY' OR subject IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_answers_by_a_source")]
    operations = [migrations.RunSQL(SCHEMA, BACK)]
