"""From here on items may leave out what the version before demands of each, so they come in after it has ended."""

from django.db import migrations


class Migration(migrations.Migration):
    phase = "after"

    dependencies = [("services_items", "0001_initial"), ("services", "0004_items_have_a_room")]
    operations: list[migrations.operations.base.Operation] = []
