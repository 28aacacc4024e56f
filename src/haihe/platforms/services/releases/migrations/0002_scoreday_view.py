"""The face that `haihe scoreday` reads: approved releases and nothing else; and what holds whatever a program does."""

from django.db import migrations

from haihe.base.history.api import append_only

_FORWARD = """
CREATE VIEW scoreday_release AS
    SELECT slug, opens_at, closes_at, capacity_per_s, content
    FROM services_releases_resultrelease WHERE state = 'APPROVED';

CREATE FUNCTION services_releases_stays_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.slug, NEW.content, NEW.opens_at, NEW.closes_at, NEW.capacity_per_s)
        IS DISTINCT FROM (OLD.slug, OLD.content, OLD.opens_at, OLD.closes_at, OLD.capacity_per_s) THEN
        RAISE EXCEPTION 'an approved release stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stays_approved BEFORE UPDATE ON services_releases_resultrelease
    FOR EACH ROW WHEN (OLD.state IN ('SUBMITTED', 'APPROVED')) EXECUTE FUNCTION services_releases_stays_approved();
"""
_BACKWARD = """
DROP VIEW scoreday_release;
DROP TRIGGER stays_approved ON services_releases_resultrelease;
DROP FUNCTION services_releases_stays_approved;
"""


class Migration(migrations.Migration):
    dependencies = [("services_releases", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD), append_only("services_releases_releaseevent")]
