"""A confirmed version of rules stays as it is, whoever holds the pen."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION exchange_quality_keep_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'CONFIRMED' THEN
        RAISE EXCEPTION 'rules % of % are confirmed: % is refused', OLD.number, OLD.resource, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON exchange_quality_ruleversion
    FOR EACH ROW EXECUTE FUNCTION exchange_quality_keep_rules();
"""
BACKWARD = """
DROP TRIGGER stays ON exchange_quality_ruleversion;
DROP FUNCTION exchange_quality_keep_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange_quality", "0001_rule_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
