import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_search_vectors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Needs",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, unique=True)),
                ("title", models.CharField(max_length=100)),
                ("organisation", models.CharField(db_index=True, max_length=12)),
                ("is_declared", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["organisation", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9-]{1,63}$")), name="needs_code_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedsEvent",
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
                    "needs",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="catalogue.needs"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=100)),
                ("asks", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("HAND_IN", "提交"), ("SHOW", "只需出示")], default="HAND_IN", max_length=16
                    ),
                ),
                ("resource", models.CharField(blank=True, max_length=64)),
                ("service", models.CharField(blank=True, max_length=64)),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=64)),
                ("is_declared", models.BooleanField(default=False)),
                ("confirmed_by", models.UUIDField(blank=True, null=True)),
                ("confirmed_name", models.CharField(blank=True, max_length=64)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "needs",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="catalogue.needs"
                    ),
                ),
            ],
            options={
                "ordering": ["needs", "position"],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True)),
                ("title", models.CharField(max_length=220)),
                ("organisation", models.CharField(db_index=True, max_length=12)),
                ("owner", models.CharField(db_index=True, max_length=12)),
                ("words", models.CharField(max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "待答复"), ("ANSWERED", "已答复")], default="OPEN", max_length=16
                    ),
                ),
                ("asked_by", models.UUIDField(blank=True, null=True)),
                ("asked_name", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("resource", models.CharField(blank=True, max_length=64)),
                ("answered_name", models.CharField(blank=True, max_length=64)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="demands",
                        to="catalogue.paper",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-number"],
            },
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(fields=("needs", "code"), name="paper_once"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9-]{0,63}$")), name="paper_code_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("service", ""), models.Q(("resource", ""), _negated=True), _connector="OR"),
                name="paper_service_of_a_resource",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope__len", 0), ("service", "")),
                    models.Q(models.Q(("service", ""), _negated=True), ("scope__len__gte", 1)),
                    _connector="OR",
                ),
                name="paper_service_with_a_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("is_declared", False), ("resource", "")),
                    models.Q(
                        models.Q(("resource", ""), _negated=True), ("confirmed_at__isnull", True), ("is_declared", True)
                    ),
                    models.Q(
                        models.Q(("resource", ""), _negated=True),
                        ("confirmed_at__isnull", False),
                        ("is_declared", False),
                    ),
                    _connector="OR",
                ),
                name="paper_proof_declared_or_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "OPEN")), fields=("paper",), name="demand_one_open_per_paper"
            ),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.CheckConstraint(
                condition=models.Q(("organisation", models.F("owner")), _negated=True), name="demand_of_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True), ("state", "OPEN")),
                    models.Q(
                        ("answered_at__isnull", False), ("state", "ANSWERED"), models.Q(("answer", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="demand_answered_with_words",
            ),
        ),
        append_only("catalogue_needsevent"),
    ]
