-- Run by migration 0010: services that a department's own interface answers (PROXY). New columns stand at the end.

-- Until an operator confirmed where its interface is, such a service isn't open for the gateway.
CREATE OR REPLACE VIEW gateway_service AS
SELECT slug::text, kind::text, resource::text, owner::text, default_claim::text, claims, max_age_s,
    (enabled AND (kind <> 'PROXY' OR source_confirmed_at IS NOT NULL)) AS enabled, fields,
    source, source_networks::text[] AS source_networks, sealed_source_secret
FROM sharing_service;

CREATE OR REPLACE VIEW gateway_grant AS
SELECT g.id, g.organisation::text, s.slug::text AS service, g.claims::text[] AS claims, g.purposes::text[] AS purposes,
    g.legal_basis::text, g.valid_from, g.valid_until, g.quota_per_day,
    (CASE g.state WHEN 'EXPIRED' THEN 'ACTIVE' ELSE g.state END)::text AS status, g.fields::text[] AS fields,
    g.last_good_s
FROM sharing_grant g
JOIN sharing_service s ON s.id = g.service_id
JOIN sharing_sharingrequest r ON r.id = g.request_id
WHERE r.form = 'SERVICE' AND g.state NOT IN ('PREPARING', 'RECEIVING');

-- How old an answer may be is asked for and given like everything else, and settled with the grant.
CREATE FUNCTION sharing_grant_takes_no_older() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_good_s > (SELECT last_good_s FROM sharing_sharingrequest WHERE id = NEW.request_id)
        OR TG_OP = 'UPDATE' AND NEW.last_good_s IS DISTINCT FROM OLD.last_good_s THEN
        RAISE EXCEPTION 'grant % takes older answers than were asked for', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER takes_no_older BEFORE INSERT OR UPDATE ON sharing_grant
    FOR EACH ROW EXECUTE FUNCTION sharing_grant_takes_no_older();
