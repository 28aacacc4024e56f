"""Versions of rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=64)),
                ("owner", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "草稿"), ("CONFIRMED", "已确认")], default="DRAFT", max_length=16
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("CATALOGUE", "按目录信息项生成"), ("VERSION", "由上一版修改")], max_length=16
                    ),
                ),
                ("contents", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "ordering": ["resource", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("resource", "number"), name="rule_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "DRAFT")), fields=("resource",), name="rule_version_one_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("state", "DRAFT")),
                            models.Q(("confirmed_at__isnull", False), ("state", "CONFIRMED")),
                            _connector="OR",
                        ),
                        name="rule_version_confirmed_once",
                    ),
                ],
            },
        ),
    ]
