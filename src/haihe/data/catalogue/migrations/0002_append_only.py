from django.db import migrations

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [append_only("catalogue_resourceevent")]
