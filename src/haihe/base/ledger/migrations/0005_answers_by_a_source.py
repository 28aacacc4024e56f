from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema_proxy.sql").read_text()
BACK = """
ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_answered,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'QUERY', 'BATCH_VERIFY', 'REFUSED')),
    ADD CONSTRAINT ledger_record_answered CHECK (coalesce(answer, 'NONE') = ANY (CASE kind
        WHEN 'VERIFY' THEN ARRAY['MATCH', 'NO_MATCH', 'UNKNOWN']
        WHEN 'QUERY' THEN ARRAY['FOUND', 'NOT_FOUND', 'UNKNOWN']
        ELSE ARRAY['NONE'] END));
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_records_of_many")]
    operations = [migrations.RunSQL(SCHEMA, BACK)]
