"""Two views for the gateway: the words in which it describes services, and the names of who takes part."""

from pathlib import Path

from django.db import migrations

_FORWARD = (Path(__file__).parents[1] / "schema_description.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
        ("sharing", "0006_life_cycle"),
    ]

    operations = [
        migrations.RunSQL(_FORWARD, "DROP VIEW gateway_about, gateway_member;"),
    ]
