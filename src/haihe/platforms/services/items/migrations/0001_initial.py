"""The table of versions comes over from the cases, as it is: its rows, its constraints and its trigger stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("services", "0003_answers_corrected")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ItemVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=64)),
                        ("version", models.PositiveIntegerField()),
                        ("content", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("authority", models.CharField(max_length=12)),
                        ("in_force_from", models.DateField()),
                        ("loaded_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "db_table": "services_itemversion",
                        "ordering": ["slug", "-version"],
                        "constraints": [
                            models.UniqueConstraint(fields=["slug", "version"], name="item_version_once"),
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 1)), name="item_version_positive"
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
