import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_failed_sign_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        append_only("accounts_accountevent"),
    ]
