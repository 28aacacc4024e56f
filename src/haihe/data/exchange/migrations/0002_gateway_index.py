"""The gateway's face of the exchange: one view to read, one notification to hear."""

from django.db import migrations

FORWARD = """
CREATE VIEW gateway_index AS
SELECT resource::text, id::text AS snapshot, index_path::text AS path, as_of, row_count
FROM exchange_snapshot
WHERE is_current;

CREATE FUNCTION exchange_tell_gateway() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('haihe_policy', 'gateway_index');
    RETURN NULL;
END
$$;

CREATE TRIGGER exchange_snapshot_switched
AFTER INSERT OR DELETE OR UPDATE OF is_current, index_path, as_of ON exchange_snapshot
FOR EACH STATEMENT EXECUTE FUNCTION exchange_tell_gateway();
"""

BACKWARD = """
DROP TRIGGER exchange_snapshot_switched ON exchange_snapshot;
DROP FUNCTION exchange_tell_gateway();
DROP VIEW gateway_index;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
