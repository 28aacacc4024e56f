from pathlib import Path

from django.db import migrations

QUERIES = (Path(__file__).parents[1] / "schema_query.sql").read_text()
BACK = """
ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_answered,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'REFUSED')),
    ADD CONSTRAINT ledger_record_answer_check CHECK (answer IN ('MATCH', 'NO_MATCH', 'UNKNOWN')),
    ADD CONSTRAINT ledger_record_answered CHECK ((kind = 'VERIFY') = (answer IS NOT NULL));
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_audits_and_filters")]
    operations = [migrations.RunSQL(QUERIES, BACK)]
