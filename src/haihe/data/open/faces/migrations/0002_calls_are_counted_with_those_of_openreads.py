"""Calls are counted in the files that openreads counts in. The code before still counts in the table."""

from django.db import migrations


class Migration(migrations.Migration):
    phase = "after"
    dependencies = [("open_faces", "0001_initial")]
    operations = [migrations.DeleteModel(name="FaceCalls")]
