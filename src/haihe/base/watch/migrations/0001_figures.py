from pathlib import Path

from django.db import migrations

SCHEMA = (Path(__file__).parents[1] / "schema.sql").read_text()
DROP = """
DROP FUNCTION gateway_sum_figures(text, text, timestamptz);
DROP FUNCTION gateway_keep_figures(text, jsonb);
DROP TABLE gateway_figures;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(SCHEMA, DROP)]
