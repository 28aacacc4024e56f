"""A run says how its rows stood in the file, how and from which source the file came, and whether it holds all rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_moves_by")]
    operations = [
        migrations.AddField("feedrun", "source", models.UUIDField(blank=True, null=True)),
        migrations.AddField(
            "feedrun", "format", models.CharField(db_default="csv_file", default="csv_file", max_length=32)
        ),
        migrations.AddField(
            "feedrun",
            "mode",
            models.CharField(
                choices=[("full", "全量"), ("delta", "增量")], db_default="full", default="full", max_length=8
            ),
        ),
        migrations.AddField("feedrun", "part", models.CharField(blank=True, db_default="", default="", max_length=200)),
    ]
