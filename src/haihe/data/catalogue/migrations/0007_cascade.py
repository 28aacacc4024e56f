import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_first_contents"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=64)),
                (
                    "direction",
                    models.CharField(
                        choices=[("LOWER", "下级：我们收录它的目录"), ("UPPER", "上级：我们向它报送目录")], max_length=8
                    ),
                ),
                ("division", models.CharField(blank=True, max_length=12)),
                ("prefix", models.CharField(max_length=3)),
                ("base_url", models.CharField(blank=True, max_length=200)),
                (
                    "language",
                    models.CharField(
                        choices=[("JSON", "JSON（本系统格式）"), ("DCAT", "DCAT（RDF 的 Turtle 格式）")],
                        default="JSON",
                        max_length=8,
                    ),
                ),
                ("sealed_token", models.BinaryField(blank=True, null=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("is_automatic", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["direction", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z][a-z0-9-]{1,15}$")), name="node_slug_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("prefix__regex", "^12[0A-HJ-NP-Z]$")), name="node_prefix_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base_url__regex", "^(https?://[^/?#@]+(/[^?#]*)?)?$")), name="node_address"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("direction", "LOWER")), fields=("prefix",), name="node_one_lower_per_prefix"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PULL", "拉取"),
                            ("FILE", "文件导入"),
                            ("RECEIVED", "收到报送"),
                            ("PUSH", "向上报送"),
                            ("RECEIPT", "收到回执"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RUNNING", "进行中"),
                            ("STAGED", "待确认收录"),
                            ("DONE", "已完成"),
                            ("FAILED", "失败"),
                            ("DROPPED", "已放弃"),
                        ],
                        default="RUNNING",
                        max_length=16,
                    ),
                ),
                ("is_full", models.BooleanField(default=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("as_of", models.DateTimeField(blank=True, null=True)),
                ("cursor", models.CharField(blank=True, max_length=100)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("gone", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=64)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="catalogue.cataloguenode"
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="NodeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=49, unique=True)),
                ("local_code", models.CharField(max_length=32)),
                ("title", models.CharField(max_length=100)),
                ("owner", models.CharField(max_length=12)),
                ("owner_name", models.CharField(max_length=100)),
                ("category", models.CharField(max_length=16)),
                ("sharing_type", models.CharField(max_length=16)),
                ("update_cycle", models.CharField(max_length=16)),
                ("opening_type", models.CharField(max_length=16)),
                ("classification", models.CharField(blank=True, max_length=16)),
                ("content", models.JSONField()),
                ("code_lists", models.JSONField(default=dict)),
                ("modified_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("found", django.contrib.postgres.search.SearchVectorField(default="")),
                ("ranked", django.contrib.postgres.search.SearchVectorField(default="")),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="catalogue.cataloguenode",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="catalogue.cataloguenode"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StagedEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32)),
                ("title", models.CharField(blank=True, max_length=100)),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("NEW", "新增"),
                            ("CHANGED", "变更"),
                            ("SAME", "相同"),
                            ("GONE", "下线"),
                            ("REJECTED", "不收"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), blank=True, default=list
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("content", models.JSONField(blank=True, null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staged", to="catalogue.exchangerun"
                    ),
                ),
            ],
            options={
                "ordering": ["change", "code"],
            },
        ),
        migrations.AddConstraint(
            model_name="exchangerun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["RUNNING", "STAGED", "DONE", "FAILED", "DROPPED"])),
                name="exchange_run_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("PULL", "FILE", "RECEIVED")), ("state__in", ("RUNNING", "STAGED"))),
                fields=("node",),
                name="exchange_one_open_per_node",
            ),
        ),
        migrations.AddIndex(
            model_name="nodeentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["found"], name="node_entry_found"),
        ),
        migrations.AddConstraint(
            model_name="nodeentry",
            constraint=models.UniqueConstraint(fields=("node", "local_code"), name="node_entry_once"),
        ),
        migrations.AddConstraint(
            model_name="nodeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__endswith",
                        django.db.models.functions.text.Concat(models.Value(":"), models.F("local_code")),
                    )
                ),
                name="node_entry_code_of_its_node",
            ),
        ),
        migrations.AddConstraint(
            model_name="stagedentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("change", "REJECTED"), _negated=True),
                fields=("run", "code"),
                name="staged_entry_once",
            ),
        ),
        append_only("catalogue_nodeevent"),
    ]
