"""A run's history names the person who received or took something."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_kept_rows")]
    operations = [migrations.AddField("feedrunmove", "by", models.CharField(blank=True, max_length=64))]
