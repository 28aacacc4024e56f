"""Accounts of sharing: records of use (art. 29) with the guard that keeps them, and the scoreboard (art. 39-41)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only

_FORWARD = (Path(__file__).parents[1] / "schema_accountability.sql").read_text(encoding="utf-8")
_BACKWARD = "DROP TRIGGER kept ON sharing_usagerecord; DROP FUNCTION sharing_keep_usage;"


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0008_renewal_and_disposal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=8)),
                ("department", models.CharField(max_length=12)),
                ("figure", models.CharField(max_length=40)),
                ("value", models.DecimalField(decimal_places=1, max_digits=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "department", "figure"), name="score_once")],
            },
        ),
        migrations.CreateModel(
            name="ScoreRefresh",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("counts_from", models.DateField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="score_refresh_is_one")],
            },
        ),
        migrations.CreateModel(
            name="UsageCase",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grant", "month", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("key", models.UUIDField()),
                (
                    "grant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sharing.grant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsageMark",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="usage_mark_is_one")],
            },
        ),
        migrations.CreateModel(
            name="UsageRetention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("set_by", models.UUIDField()),
                ("set_name", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 36), ("months__lte", 1200)),
                        name="usage_retention_within_the_law",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="usage_retention_with_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("calls", models.PositiveBigIntegerField(default=0)),
                ("matched", models.PositiveBigIntegerField(default=0)),
                ("not_matched", models.PositiveBigIntegerField(default=0)),
                ("found", models.PositiveBigIntegerField(default=0)),
                ("not_found", models.PositiveBigIntegerField(default=0)),
                ("unknown", models.PositiveBigIntegerField(default=0)),
                ("other", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("cases", models.PositiveBigIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("process", models.TextField(blank=True, max_length=1000)),
                ("storage", models.TextField(blank=True, max_length=1000)),
                (
                    "destruction",
                    models.CharField(
                        blank=True,
                        choices=[("NOTHING_KEPT", "未留存数据"), ("KEPT", "留存中"), ("DESTROYED", "已销毁")],
                        max_length=16,
                    ),
                ),
                ("destruction_note", models.CharField(blank=True, max_length=500)),
                ("noted_by", models.UUIDField(blank=True, null=True)),
                ("noted_name", models.CharField(blank=True, max_length=64)),
                ("noted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="usage", to="sharing.grant"
                    ),
                ),
            ],
            options={
                "ordering": ["-month", "grant"],
                "indexes": [models.Index(fields=["month"], name="usage_record_by_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "month"), name="usage_record_once_a_month"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="usage_record_of_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("first_at__lte", models.F("last_at"))), name="usage_record_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destruction", ""), ("noted_at__isnull", True), ("process", ""), ("storage", "")),
                            models.Q(
                                models.Q(("process", ""), _negated=True),
                                models.Q(("storage", ""), _negated=True),
                                models.Q(("destruction", ""), _negated=True),
                                ("noted_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="usage_record_noted_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destruction", "DESTROYED"), _negated=True),
                            models.Q(("destruction_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="usage_record_says_how_destroyed",
                    ),
                ],
            },
        ),
        append_only("sharing_usageretention"),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
