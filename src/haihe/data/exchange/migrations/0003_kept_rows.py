"""A run says where its rows are kept and proves it; the gateway sees only snapshots that have an index."""

from django.db import migrations, models

VIEW = """
CREATE OR REPLACE VIEW gateway_index AS
SELECT resource::text, id::text AS snapshot, index_path::text AS path, as_of, row_count
FROM exchange_snapshot
WHERE is_current{and_indexed}
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_gateway_index")]
    operations = [
        migrations.AddField("feedrun", "folder", models.CharField(blank=True, max_length=200)),
        migrations.AddField("feedrun", "manifest_sha256", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("snapshot", "index_path", models.CharField(blank=True, max_length=200)),
        migrations.RunSQL(VIEW.format(and_indexed=" AND index_path <> ''"), VIEW.format(and_indexed="")),
    ]
