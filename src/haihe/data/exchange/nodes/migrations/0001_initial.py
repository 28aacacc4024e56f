import uuid

import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Node",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=100)),
                ("organisation", models.CharField(db_index=True, max_length=12)),
                (
                    "level",
                    models.CharField(
                        choices=[("DEPARTMENT", "市级部门"), ("DISTRICT", "区"), ("STREET", "街道（乡镇）")],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("INVITED", "待接入"), ("JOINED", "已接入"), ("REVOKED", "已吊销")],
                        default="INVITED",
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("code_sha256", models.CharField(blank=True, max_length=64)),
                ("code_expires_at", models.DateTimeField(blank=True, null=True)),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                ("sealing_key", models.BinaryField(blank=True, null=True)),
                ("orders", models.PositiveIntegerField(default=1)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("round_trip_ms", models.FloatField(blank=True, null=True)),
                ("version", models.CharField(blank=True, max_length=32)),
                ("orders_in_force", models.PositiveIntegerField(default=0)),
                ("up_messages", models.PositiveBigIntegerField(default=0)),
                ("up_bytes", models.PositiveBigIntegerField(default=0)),
                ("up_oldest_at", models.DateTimeField(blank=True, null=True)),
                ("down_messages", models.PositiveBigIntegerField(default=0)),
                ("down_bytes", models.PositiveBigIntegerField(default=0)),
                ("disk_free_bytes", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="exchange_nodes.node",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="NodeEvent",
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
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="exchange_nodes.node"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NodeFeed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("resource", models.CharField(max_length=64)),
                ("connector", models.CharField(max_length=32)),
                ("settings", models.JSONField(default=dict)),
                ("connection", models.CharField(blank=True, max_length=32)),
                ("every_s", models.PositiveIntegerField()),
                ("enabled", models.BooleanField(default=True)),
                ("anew", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("trouble", models.CharField(blank=True, max_length=200)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feeds", to="exchange_nodes.node"
                    ),
                ),
            ],
            options={
                "ordering": ["node", "resource"],
            },
        ),
        migrations.CreateModel(
            name="NodeKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.CharField(db_index=True, max_length=60)),
                ("issued_at", models.DateTimeField()),
                ("claims_expire_at", models.DateTimeField()),
                ("certificate_serial", models.CharField(max_length=40)),
                ("certificate_expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="exchange_nodes.node"
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ARRIVING", "传输中"),
                            ("ARRIVED", "已到达"),
                            ("TAKEN", "已接收"),
                            ("REFUSED", "未接收"),
                            ("ABANDONED", "已放弃"),
                        ],
                        default="ARRIVING",
                        max_length=16,
                    ),
                ),
                ("filename", models.CharField(blank=True, max_length=255)),
                ("format", models.CharField(blank=True, max_length=32)),
                ("size_bytes", models.PositiveBigIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("run", models.UUIDField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="exchange_nodes.nodefeed",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="exchange_nodes.node"
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["INVITED", "JOINED", "REVOKED"])), name="node_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["DEPARTMENT", "DISTRICT", "STREET"])), name="node_level_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code_expires_at__isnull", True), ("code_sha256", "")),
                    models.Q(models.Q(("code_sha256", ""), _negated=True), ("code_expires_at__isnull", False)),
                    _connector="OR",
                ),
                name="node_code_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code_sha256", ""), _negated=True), fields=("code_sha256",), name="node_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="nodefeed",
            constraint=models.CheckConstraint(condition=models.Q(("every_s__gte", 1)), name="node_feed_rests"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["node", "-begun_at"], name="transfer_by_node"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state__in", ("TAKEN", "REFUSED", "ABANDONED")), _negated=True),
                fields=["state"],
                name="transfer_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ARRIVING", "ARRIVED", "TAKEN", "REFUSED", "ABANDONED"])),
                name="transfer_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("TAKEN", "REFUSED", "ABANDONED"))),
                    models.Q(
                        models.Q(("state__in", ("TAKEN", "REFUSED", "ABANDONED")), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="transfer_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "TAKEN"), _negated=True), ("run__isnull", False), _connector="OR"
                ),
                name="transfer_taken_has_run",
            ),
        ),
        append_only("exchange_nodes_nodeevent"),
    ]
