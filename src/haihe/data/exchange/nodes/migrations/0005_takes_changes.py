from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_nodes", "0004_deltas"),
    ]

    operations = [
        migrations.AddField(
            model_name="node",
            name="takes_changes",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
