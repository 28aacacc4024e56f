-- Run by migration 0016: when providers work on their systems. A gateway of the version before doesn't look at it.

CREATE VIEW gateway_maintenance AS
SELECT m.owner::text, coalesce(s.slug, '')::text AS service, m.starts_at AS valid_from, m.ends_at AS valid_until,
    m.reason::text, m.serves_on
FROM sharing_maintenance m LEFT JOIN sharing_service s ON s.id = m.service_id
-- A day longer than it lasts, so that no gateway's clock needs to be this one's.
WHERE m.ended_at IS NULL AND m.ends_at > now() - interval '1 day';

CREATE TRIGGER tell_gateway AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_maintenance
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_tell_gateway();

CREATE FUNCTION sharing_maintenance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'maintenance % is on record', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.service_id IS NOT NULL AND NEW.owner IS DISTINCT FROM
            (SELECT owner FROM sharing_service WHERE id = NEW.service_id) THEN
        RAISE EXCEPTION 'maintenance % is of another''s service', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL
        OR (NEW.id, NEW.token, NEW.owner, NEW.service_id, NEW.starts_at, NEW.ends_at, NEW.reason, NEW.serves_on,
            NEW.announced_by, NEW.announced_name, NEW.announced_at)
            IS DISTINCT FROM
            (OLD.id, OLD.token, OLD.owner, OLD.service_id, OLD.starts_at, OLD.ends_at, OLD.reason, OLD.serves_on,
            OLD.announced_by, OLD.announced_name, OLD.announced_at)) THEN
        RAISE EXCEPTION 'maintenance % is settled', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON sharing_maintenance
    FOR EACH ROW EXECUTE FUNCTION sharing_maintenance_stays();
