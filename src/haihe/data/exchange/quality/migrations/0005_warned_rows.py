from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_quality", "0004_reject_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="qualityreport",
            name="warned",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
