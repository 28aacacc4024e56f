"""What counters told, what was sealed, and the files of days; what was counted before counters had names."""

import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only

_BEFORE = """
INSERT INTO open_data_counted (counter, dataset, day, kind, count)
SELECT 'before', dataset, day, kind, count FROM open_data_usage;
INSERT INTO open_data_key_counted (counter, key_id, day, count)
SELECT 'before', key_id, day, count FROM open_data_key_usage
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("open_data", "0003_developers_and_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyFigures",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("signature", models.CharField(max_length=128)),
                ("public_key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest", models.F("previous")), _negated=True),
                        name="daily_figures_chained",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dataset", models.CharField(max_length=80)),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(choices=[("VIEW", "访问"), ("CALL", "调用"), ("DOWNLOAD", "下载")], max_length=12),
                ),
                ("count", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "dataset", "kind"), name="sealed_use_once")],
            },
        ),
        migrations.CreateModel(
            name="CountedUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counter", models.CharField(max_length=40)),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(choices=[("VIEW", "访问"), ("CALL", "调用"), ("DOWNLOAD", "下载")], max_length=12),
                ),
                ("count", models.BigIntegerField()),
                (
                    "dataset",
                    models.ForeignKey(
                        db_column="dataset",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="open_data.dataset",
                        to_field="slug",
                    ),
                ),
            ],
            options={
                "db_table": "open_data_counted",
                "indexes": [models.Index(fields=["day"], name="open_data_counted_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("counter", "dataset", "day", "kind"), name="open_data_counted_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["VIEW", "CALL", "DOWNLOAD"])),
                        name="open_data_counted_kind_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("count__gte", 0)), name="open_data_counted_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountedKeyUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counter", models.CharField(max_length=40)),
                ("key_id", models.UUIDField()),
                ("day", models.DateField()),
                ("count", models.BigIntegerField()),
            ],
            options={
                "db_table": "open_data_key_counted",
                "constraints": [
                    models.UniqueConstraint(fields=("counter", "key_id", "day"), name="open_data_key_counted_once"),
                    models.CheckConstraint(condition=models.Q(("count__gte", 0)), name="open_data_key_counted_counts"),
                ],
            },
        ),
        migrations.RunSQL(_BEFORE, migrations.RunSQL.noop),
        append_only("open_statistics_dailyfigures"),
    ]
