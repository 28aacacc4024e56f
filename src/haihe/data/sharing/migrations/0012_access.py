"""Several keys of a system at once, the rate of a grant, and what the gateways tell each other.

New columns have defaults of the database, and programs of the version before still find and make the newest secret in
`sharing_client`.
"""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_FOLDER = Path(__file__).parents[1]


def _sql(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")


def _view_before() -> str:
    schema = _sql("schema_proxy.sql")
    begin = schema.index("CREATE OR REPLACE VIEW gateway_grant")
    return schema[begin : schema.index(";", begin) + 1].replace("CREATE OR REPLACE", "CREATE")


_FORWARD = _sql("schema_use.sql") + _sql("schema_access.sql")
_BACKWARD = f"""
DROP TRIGGER keeps_its_rate ON sharing_grant;
DROP TRIGGER tell_gateway ON sharing_clientkey;
DROP TRIGGER secret_is_a_key ON sharing_client;
DROP VIEW gateway_client_key, gateway_grant;
DROP FUNCTION sharing_grant_keeps_its_rate, sharing_secret_is_a_key;
DROP TABLE gateway_use, gateway_key_use;
{_view_before()}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0011_lists_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(max_length=15)),
                (
                    "kind",
                    models.CharField(
                        choices=[("HMAC", "共享密钥（HMAC-SHA256）"), ("ED25519", "公钥（Ed25519）")], max_length=16
                    ),
                ),
                ("sealed_secret", models.BinaryField(blank=True, null=True)),
                ("public_key", models.BinaryField(blank=True, max_length=32, null=True)),
                ("made_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="grant",
            name="rate_per_s",
            field=models.PositiveIntegerField(db_default=50, default=50),
        ),
        migrations.AddField(
            model_name="sharingrequest",
            name="rate_per_s",
            field=models.PositiveIntegerField(db_default=50, default=50),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(condition=models.Q(("rate_per_s__gte", 1)), name="grant_rate"),
        ),
        migrations.AddConstraint(
            model_name="sharingrequest",
            constraint=models.CheckConstraint(condition=models.Q(("rate_per_s__gte", 1)), name="request_rate"),
        ),
        migrations.AddField(
            model_name="clientkey",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="sharing.client"
            ),
        ),
        migrations.AddIndex(
            model_name="clientkey",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["expires_at"], name="client_key_by_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientkey",
            constraint=models.UniqueConstraint(fields=("client", "key_id"), name="client_key_id_once"),
        ),
        migrations.AddConstraint(
            model_name="clientkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("key_id__regex", "^[a-z0-9]{2,15}$")), name="client_key_id_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "HMAC"), ("public_key__isnull", True), ("sealed_secret__isnull", False)),
                    models.Q(("kind", "ED25519"), ("public_key__isnull", False), ("sealed_secret__isnull", True)),
                    _connector="OR",
                ),
                name="client_key_is_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("not_before"))), name="client_key_serves_for_a_while"
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
