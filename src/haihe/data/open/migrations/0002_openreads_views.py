from django.db import migrations

from haihe.base.history.api import append_only

_FORWARD = """
CREATE VIEW openreads_dataset AS
SELECT d.code::text AS code, d.slug::text AS slug, d.title::text AS title, d.title_en::text AS title_en,
    d.owner::text AS owner, d.state::text AS state, d.has_api AS is_api, d.licence::text AS licence,
    (SELECT v.number::text FROM open_data_datasetversion AS v WHERE v.dataset_id = d.id AND v.is_current)
        AS current_version,
    d.opening_type::text AS opening
FROM open_data_dataset AS d
WHERE d.state IN ('PUBLISHED', 'SUSPENDED', 'WITHDRAWN');

CREATE VIEW openreads_version AS
SELECT d.slug::text AS dataset, v.number::text AS version, v.path::text AS path, v.published_at, v.rows
FROM open_data_datasetversion AS v JOIN open_data_dataset AS d ON d.id = v.dataset_id
WHERE v.state = 'READY';

CREATE VIEW openreads_key AS
SELECT key_hash, holder::text AS holder, quota_per_day::integer AS quota_per_day, valid_until, datasets::text[] AS datasets
FROM open_data_accesskey
WHERE revoked_at IS NULL;
"""
_BACKWARD = "DROP VIEW openreads_key; DROP VIEW openreads_version; DROP VIEW openreads_dataset;"


class Migration(migrations.Migration):
    dependencies = [("open_data", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD), append_only("open_data_datasetevent")]
