"""Corrections reach whoever was told the wrong value (art. 26)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_FORWARD = (Path(__file__).parents[1] / "schema_corrected.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0012_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataArrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("snapshot", models.CharField(max_length=64, unique=True)),
                ("resource", models.CharField(max_length=64)),
                ("as_of", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-as_of"],
                "indexes": [models.Index(fields=["resource", "-as_of"], name="data_arrival_by_resource")],
            },
        ),
        migrations.CreateModel(
            name="CorrectedData",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("in_use_at", models.DateTimeField()),
                ("said_by", models.UUIDField(blank=True, null=True)),
                ("said_name", models.CharField(blank=True, max_length=64)),
                (
                    "correction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="data", to="sharing.correction"
                    ),
                ),
                (
                    "arrival",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.dataarrival"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consumer", models.CharField(max_length=12)),
                ("service", models.CharField(max_length=64)),
                ("case", models.CharField(blank=True, max_length=64)),
                ("scope", models.JSONField(default=list)),
                ("evidence", models.UUIDField()),
                ("answers", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_evidence", models.UUIDField(blank=True, null=True)),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="sharing.correction"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["consumer", "id"], name="correction_notice_by_consumer"),
                    models.Index(
                        condition=models.Q(("fetched_at__isnull", True)), fields=["id"], name="correction_notice_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("correction", "consumer", "service", "case"), name="correction_notice_once_per_use"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answers__gte", 1)), name="correction_notice_of_an_answer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fetched_at__isnull", True), ("fetched_evidence__isnull", True)),
                            models.Q(("fetched_at__isnull", False), ("fetched_evidence__isnull", False)),
                            _connector="OR",
                        ),
                        name="correction_notice_fetched_with_evidence",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FORWARD, "DROP VIEW gateway_correction_notice;"),
    ]
