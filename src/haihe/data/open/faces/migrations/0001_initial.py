import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="FaceCalls",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asker", models.CharField(max_length=32)),
                ("day", models.DateField(db_index=True)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["day", "asker"],
                "constraints": [models.UniqueConstraint(fields=("asker", "day"), name="face_calls_once")],
            },
        ),
        migrations.CreateModel(
            name="PublisherToken",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("token_hash", models.BinaryField(unique=True)),
                ("user", models.UUIDField(db_index=True)),
                ("username", models.CharField(max_length=64)),
                ("purpose", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("last_used_on", models.DateField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(valid_until__gt=models.F("made_at")), name="publisher_token_term"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(purpose="", _negated=True), name="publisher_token_says_what_for"
                    ),
                ],
            },
        ),
    ]
