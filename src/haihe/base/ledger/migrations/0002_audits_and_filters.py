from django.db import migrations, models

# A rare asker, or the few refusals, are found without reading past everybody else's records.
INDEXES = """
CREATE INDEX ledger_record_consumer ON ledger_record (consumer, seq DESC) WHERE consumer IS NOT NULL;
CREATE INDEX ledger_record_refused ON ledger_record (seq DESC) WHERE kind = 'REFUSED';
"""
DROP = "DROP INDEX ledger_record_consumer, ledger_record_refused;"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(INDEXES, DROP),
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("is_clean", models.BooleanField()),
                ("report", models.JSONField()),
            ],
            options={"ordering": ["-id"]},
        ),
    ]
