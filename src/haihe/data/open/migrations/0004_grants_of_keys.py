from django.db import migrations

# A key reads of a conditional dataset what its holder's agreement grants, if the holder lets this key read it.
_FORWARD = """
CREATE OR REPLACE VIEW openreads_key AS
SELECT k.key_hash, k.holder::text AS holder, k.quota_per_day::integer AS quota_per_day, k.valid_until,
    NULL::text[] AS datasets, k.id,
    coalesce((
        SELECT jsonb_object_agg(a.dataset, jsonb_build_object(
            'grant', a.number, 'columns', to_jsonb(a.columns), 'until', extract(epoch FROM a.valid_until)))
        FROM sharing_openingapplication AS a
        WHERE a.created_by = k.owner AND a.dataset = ANY (k.datasets) AND a.state = 'ACTIVE' AND a.valid_until > now()
    ), '{}'::jsonb) AS grants
FROM open_data_accesskey AS k
WHERE k.revoked_at IS NULL;
"""
_BACKWARD = """
CREATE OR REPLACE VIEW openreads_key AS
SELECT key_hash, holder::text AS holder, quota_per_day::integer AS quota_per_day, valid_until,
    NULL::text[] AS datasets, id, '{}'::jsonb AS grants
FROM open_data_accesskey
WHERE revoked_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("open_data", "0003_developers_and_keys"), ("sharing", "0018_opening_applications")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
