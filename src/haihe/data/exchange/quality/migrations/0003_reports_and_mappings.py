"""Mappings of columns, decisions on held runs, and reports; the first two only grow."""

import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0006_runs_held"),
        ("exchange_quality", "0002_confirmed_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=64)),
                ("owner", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField()),
                (
                    "basis",
                    models.CharField(choices=[("TITLES", "列名与规则一致"), ("PERSON", "专员确认")], max_length=16),
                ),
                ("columns", models.JSONField()),
                ("confirmed_at", models.DateTimeField()),
                ("confirmed_by", models.CharField(blank=True, max_length=64)),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.feedrun"
                    ),
                ),
            ],
            options={
                "ordering": ["resource", "-number"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(choices=[("COLUMNS", "读入之前"), ("CONTENT", "检查之后")], max_length=16)),
                ("accepted", models.BooleanField()),
                ("findings", models.JSONField(default=list)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="exchange.feedrun"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="QualityReport",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="quality",
                        serialize=False,
                        to="exchange.feedrun",
                    ),
                ),
                ("resource", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=list)),
                ("noticed", models.JSONField(default=list)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "尚未评估"), ("PUBLISH", "可以采用"), ("HOLD", "待决定"), ("REJECT", "不采用")],
                        default="",
                        max_length=16,
                    ),
                ),
                ("findings", models.JSONField(default=list)),
                ("profile", models.JSONField(default=dict)),
                ("scores", models.JSONField(default=dict)),
                ("total", models.FloatField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "mapping",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange_quality.columnmapping",
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange_quality.ruleversion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.UniqueConstraint(fields=("resource", "number"), name="column_mapping_once"),
        ),
        migrations.AddIndex(
            model_name="qualityreport",
            index=models.Index(fields=["resource", "-made_at"], name="quality_report_by_resource"),
        ),
        append_only("exchange_quality_columnmapping"),
        append_only("exchange_quality_decision"),
    ]
