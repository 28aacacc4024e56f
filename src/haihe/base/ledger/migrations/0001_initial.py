from pathlib import Path

from django.db import migrations, models

SCHEMA = (Path(__file__).parents[1] / "schema.sql").read_text()
DROP = """
DROP FUNCTION ledger_append(text[]);
DROP TABLE ledger_record, ledger_batch;
DROP FUNCTION ledger_lock_writer(), ledger_refuse_change(), ledger_instant(text), ledger_told(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(SCHEMA, DROP),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("header", models.TextField()),
                ("signature", models.TextField()),
                ("public_key", models.TextField()),
                ("members", models.BinaryField()),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("previous", models.TextField()),
            ],
            options={"db_table": "ledger_batch", "ordering": ["number"], "managed": False},
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("body", models.TextField()),
                ("evidence", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("consumer", models.TextField(null=True)),
                ("service", models.TextField(null=True)),
                ("answer", models.TextField(null=True)),
                ("subject", models.TextField(null=True)),
            ],
            options={"db_table": "ledger_record", "ordering": ["-seq"], "managed": False},
        ),
    ]
