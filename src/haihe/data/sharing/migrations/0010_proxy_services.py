"""PROXY services: a department's own interface answers. New columns have defaults of the database, so that a program of
the version before writes on.
"""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

_FOLDER = Path(__file__).parents[1]
_FORWARD = (_FOLDER / "schema_proxy.sql").read_text(encoding="utf-8")


def _statement(file: str, start: str) -> str:
    """Return a statement of one of the schema files."""
    schema = (_FOLDER / file).read_text(encoding="utf-8")
    begin = schema.index(start)
    return schema[begin : schema.index(";\n\n", begin) + 1]


_SERVICES = _statement("schema_query.sql", "CREATE OR REPLACE VIEW gateway_service")
_GRANTS = _statement("schema_lifecycle.sql", "CREATE OR REPLACE VIEW gateway_grant")
_BACKWARD = f"""
DROP TRIGGER takes_no_older ON sharing_grant;
DROP FUNCTION sharing_grant_takes_no_older();
DROP VIEW gateway_service, gateway_grant;
{_SERVICES}
{_GRANTS}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0009_accountability"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="service",
            name="service_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="service_offers_what_its_kind_does",
        ),
        migrations.AddField(
            model_name="grant",
            name="last_good_s",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="service",
            name="sealed_source_secret",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="source",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="source_confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="source_confirmed_by",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="source_networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50), blank=True, db_default=[], default=list
            ),
        ),
        migrations.AddField(
            model_name="sharingrequest",
            name="last_good_s",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="service",
            name="kind",
            field=models.CharField(
                choices=[
                    ("VERIFY", "核验（是、否、无法确认）"),
                    ("QUERY", "查询（获授权的字段，按规则脱敏）"),
                    ("PROXY", "代理查询（由提供部门的接口答复，只给获授权的字段）"),
                ],
                default="VERIFY",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["VERIFY", "QUERY", "PROXY"])), name="service_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fields", {}),
                        ("kind", "VERIFY"),
                        models.Q(("claims", {}), _negated=True),
                        models.Q(("default_claim", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind", "VERIFY"), _negated=True),
                        ("claims", {}),
                        ("default_claim", ""),
                        models.Q(("fields", {}), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="service_offers_what_its_kind_does",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "PROXY"), ("source__isnull", False)),
                    models.Q(
                        models.Q(("kind", "PROXY"), _negated=True),
                        ("sealed_source_secret__isnull", True),
                        ("source__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="service_of_a_source_has_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("source_confirmed_at__isnull", True),
                        ("source_confirmed_by__isnull", True),
                        ("source_networks__len", 0),
                    ),
                    models.Q(
                        ("source_confirmed_at__isnull", False),
                        ("source_confirmed_by__isnull", False),
                        ("source_networks__len__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="service_source_confirmed_with_networks",
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
