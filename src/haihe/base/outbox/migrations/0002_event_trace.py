"""An event knows the trace of what announced it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [
        migrations.AddField("event", "trace", models.CharField(blank=True, db_default="", default="", max_length=55)),
    ]
