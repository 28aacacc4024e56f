from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0008_deltas"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="stored_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
