from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema_uses.sql").read_text()
# The order in which uses are put in is harmless to whoever goes back.
BACK = """
ALTER TABLE ledger_use ADD CONSTRAINT ledger_use_seq_fkey FOREIGN KEY (seq) REFERENCES ledger_packed;
DROP TRIGGER of_a_record ON ledger_use;
DROP FUNCTION ledger_check_uses();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_comparisons_and_deliveries")]
    operations = [migrations.RunSQL(SCHEMA, BACK)]
