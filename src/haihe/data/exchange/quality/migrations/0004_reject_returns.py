"""Rejects that were sent back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_data_keys"),
        ("exchange_quality", "0003_reports_and_mappings"),
    ]

    operations = [
        migrations.CreateModel(
            name="RejectReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=64)),
                ("owner", models.CharField(max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[("SENT", "已返还，待改正"), ("CLOSED", "已了结")], default="SENT", max_length=16
                    ),
                ),
                ("rows", models.PositiveIntegerField()),
                ("keyed", models.PositiveIntegerField()),
                ("settled", models.PositiveIntegerField(default=0)),
                ("open_lines", models.JSONField(default=list)),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(blank=True, max_length=300)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returned", to="exchange.feedrun"
                    ),
                ),
                (
                    "settled_run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.feedrun"
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("keyed__lte", models.F("rows")), ("settled__lte", models.F("keyed"))),
                        name="reject_return_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "SENT")),
                            models.Q(("closed_at__isnull", False), ("state", "CLOSED")),
                            _connector="OR",
                        ),
                        name="reject_return_closes_once",
                    ),
                ],
            },
        ),
    ]
