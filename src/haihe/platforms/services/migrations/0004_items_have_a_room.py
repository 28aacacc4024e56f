"""Items' versions have a room of their own; the table and the key to it stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0003_answers_corrected"), ("services_items", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="item",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="services_items.itemversion",
                    ),
                ),
                migrations.DeleteModel(name="ItemVersion"),
            ],
        ),
    ]
