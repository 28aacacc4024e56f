"""QUERY services: fields with masks, asked for and given beside claims. New columns have defaults of the database, so
that a program of the version before writes on.
"""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

_FOLDER = Path(__file__).parents[1]
_FORWARD = (_FOLDER / "schema_query.sql").read_text(encoding="utf-8")


def _as_before(start: str, end: str) -> str:
    """Return a statement of the schema of migration 0002."""
    schema = (_FOLDER / "schema.sql").read_text(encoding="utf-8")
    begin = schema.index(start)
    return schema[begin : schema.index(end, begin) + len(end)]


_BACKWARD = "\n".join(
    [
        "DROP VIEW gateway_service, gateway_grant;",
        _as_before("CREATE VIEW gateway_service", ";"),
        _as_before("CREATE VIEW gateway_grant", ";"),
        _as_before("CREATE FUNCTION sharing_grant_rests_on_request", "$$;").replace(
            "CREATE FUNC", "CREATE OR REPLACE FUNC"
        ),
        "ALTER TABLE sharing_service DROP CONSTRAINT service_default_claim_is_one_of_them;",
        _as_before("ALTER TABLE sharing_service ADD CONSTRAINT service_default_claim", ";"),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0002_gateway_and_guards"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="grant",
            name="grant_has_scope",
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="service_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="sharingrequest",
            name="request_has_scope",
        ),
        migrations.AddField(
            model_name="grant",
            name="fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, db_default=[], default=list
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="field_titles",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="service",
            name="fields",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="sharingrequest",
            name="fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, db_default=[], default=list
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="claims",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, default=list
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="claim_titles",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="service",
            name="claims",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="service",
            name="default_claim",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="service",
            name="kind",
            field=models.CharField(
                choices=[("VERIFY", "核验（是、否、无法确认）"), ("QUERY", "查询（获授权的字段，按规则脱敏）")],
                default="VERIFY",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="sharingrequest",
            name="claims",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, default=list
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("claims__len__gte", 1), ("fields__len", 0)),
                        models.Q(("claims__len", 0), ("fields__len__gte", 1)),
                        _connector="OR",
                    ),
                    ("purposes__len__gte", 1),
                ),
                name="grant_gives_claims_or_fields",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["VERIFY", "QUERY"])), name="service_kind_known"
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
                        ("claims", {}),
                        ("default_claim", ""),
                        ("kind", "QUERY"),
                        models.Q(("fields", {}), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="service_offers_what_its_kind_does",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claims__len__gte", 1), ("fields__len", 0)),
                    models.Q(("claims__len", 0), ("fields__len__gte", 1)),
                    _connector="OR",
                ),
                name="request_asks_claims_or_fields",
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
