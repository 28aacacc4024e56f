"""Alerts, their history, and limits that the data centre sets."""

import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0001_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=32)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(blank=True, max_length=100)),
                ("owner", models.CharField(blank=True, db_index=True, max_length=12)),
                ("path", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "未处理"), ("ACKNOWLEDGED", "处理中"), ("CLOSED", "已恢复")],
                        default="OPEN",
                        max_length=16,
                    ),
                ),
                ("value", models.FloatField()),
                ("worst", models.FloatField()),
                ("streak", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [models.Index(fields=["-closed_at"], name="alert_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "ACKNOWLEDGED", "CLOSED"])), name="alert_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "CLOSED")),
                            models.Q(models.Q(("state", "CLOSED"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="alert_closed_when_closed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "CLOSED"), _negated=True),
                        fields=("rule", "subject"),
                        name="alert_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=48)),
                ("source", models.CharField(blank=True, max_length=24)),
                ("target", models.CharField(blank=True, max_length=24)),
                ("part", models.CharField(max_length=24)),
                ("organisation", models.CharField(blank=True, max_length=12)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                ("actor_name", models.CharField(max_length=64)),
                ("clause", models.CharField(blank=True, max_length=120)),
                ("words", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="watch.alert"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AlertSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=32)),
                ("opens", models.FloatField()),
                ("closes", models.FloatField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("enabled", models.BooleanField(default=True)),
                ("reason", models.CharField(max_length=500)),
                ("set_by", models.UUIDField()),
                ("set_name", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["rule", "-id"], name="alert_setting_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", 0), ("closes__lte", models.F("opens"))),
                        name="alert_setting_no_flapping",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 60))), name="alert_setting_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="alert_setting_with_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=32)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("streak", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rule", "subject"), name="standing_once")],
            },
        ),
        append_only("watch_alertevent"),
        append_only("watch_alertsetting"),
    ]
