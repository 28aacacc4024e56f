import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_nodes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "待下发"),
                            ("SENT", "已到前置机"),
                            ("DELIVERED", "已送达"),
                            ("FAILED", "未送达"),
                        ],
                        default="WAITING",
                        max_length=16,
                    ),
                ),
                ("filename", models.CharField(max_length=200)),
                ("target", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="exchange_nodes.node"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "WAITING")), fields=["node", "created_at"], name="dispatch_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "SENT", "DELIVERED", "FAILED"])),
                        name="dispatch_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["DELIVERED", "FAILED"])),
                            models.Q(("ended_at__isnull", True), ("state__in", ["WAITING", "SENT"])),
                            _connector="OR",
                        ),
                        name="dispatch_ends_once",
                    ),
                ],
            },
        ),
    ]
