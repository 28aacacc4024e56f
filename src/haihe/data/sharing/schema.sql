-- Run by migration 0002; what changes later is a migration of its own.

-- What the gateway reads. Names and columns are a contract between two programs: tests/contract holds both to it.

CREATE VIEW gateway_client AS
SELECT client_id::text, organisation::text, sealed_secret, enabled FROM sharing_client;

CREATE VIEW gateway_service AS
SELECT slug::text, kind::text, resource::text, owner::text, default_claim::text, claims, max_age_s, enabled
FROM sharing_service;

-- An expired grant is shown as one whose time is over (a constraint holds it to that), so that whoever asks is told
-- "expired" and not "suspended".
CREATE VIEW gateway_grant AS
SELECT g.id, g.organisation::text, s.slug::text AS service, g.claims::text[] AS claims, g.purposes::text[] AS purposes,
    g.legal_basis::text, g.valid_from, g.valid_until, g.quota_per_day,
    (CASE g.state WHEN 'EXPIRED' THEN 'ACTIVE' ELSE g.state END)::text AS status
FROM sharing_grant g JOIN sharing_service s ON s.id = g.service_id;

CREATE FUNCTION sharing_tell_gateway() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('haihe_policy', TG_TABLE_NAME);
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_gateway AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_client
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_tell_gateway();
CREATE TRIGGER tell_gateway AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_service
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_tell_gateway();
CREATE TRIGGER tell_gateway AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_grant
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_tell_gateway();

ALTER TABLE sharing_service ADD CONSTRAINT service_default_claim_is_one_of_them CHECK (claims ? default_claim);

-- A grant rests on an approved request and gives nothing that the request didn't ask for. Later only its state moves,
-- and once ended it never comes back.
CREATE FUNCTION sharing_grant_rests_on_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked sharing_sharingrequest;
BEGIN
    SELECT * INTO asked FROM sharing_sharingrequest WHERE id = NEW.request_id FOR SHARE;
    IF asked.state IS DISTINCT FROM 'APPROVED' THEN
        RAISE EXCEPTION 'grant % rests on no approved request', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.organisation, NEW.owner, NEW.service_id, NEW.item) IS DISTINCT FROM
            (asked.applicant, asked.owner, asked.service_id, asked.item)
        OR NOT NEW.claims <@ asked.claims OR NOT NEW.purposes <@ ARRAY[asked.purpose]
        OR NEW.quota_per_day > asked.quota_per_day
        -- Months are the city's months: in another zone the same moment may lie in a shorter one.
        OR NEW.valid_until AT TIME ZONE 'Asia/Shanghai'
            > NEW.valid_from AT TIME ZONE 'Asia/Shanghai' + make_interval(months => asked.duration_months) THEN
        RAISE EXCEPTION 'grant % gives more than was asked', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.state IN ('TERMINATED', 'EXPIRED')
        OR (NEW.id, NEW.request_id, NEW.claims, NEW.purposes, NEW.valid_from, NEW.valid_until, NEW.quota_per_day)
            IS DISTINCT FROM
            (OLD.id, OLD.request_id, OLD.claims, OLD.purposes, OLD.valid_from, OLD.valid_until, OLD.quota_per_day)
    ) THEN
        RAISE EXCEPTION 'grant % is settled', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rests_on_request BEFORE INSERT OR UPDATE ON sharing_grant
    FOR EACH ROW EXECUTE FUNCTION sharing_grant_rests_on_request();

CREATE FUNCTION sharing_stays_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('APPROVED', 'REFUSED', 'WITHDRAWN') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'request % is decided', OLD.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stays_decided BEFORE UPDATE ON sharing_sharingrequest
    FOR EACH ROW EXECUTE FUNCTION sharing_stays_decided();
