"""What happened stays: events and versions of items can be added, never changed or removed row by row."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION services_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER services_events_only_grow BEFORE UPDATE OR DELETE ON services_caseevent
FOR EACH ROW EXECUTE FUNCTION services_refuse_change();

CREATE TRIGGER services_versions_stay BEFORE UPDATE OR DELETE ON services_itemversion
FOR EACH ROW EXECUTE FUNCTION services_refuse_change();
"""

BACKWARD = """
DROP TRIGGER services_versions_stay ON services_itemversion;
DROP TRIGGER services_events_only_grow ON services_caseevent;
DROP FUNCTION services_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
