-- Run by migration 0003: QUERY services, and fields beside claims in what the gateway reads and a grant may give.

-- New columns stand at the end: a gateway of the version before reads on.
CREATE OR REPLACE VIEW gateway_service AS
SELECT slug::text, kind::text, resource::text, owner::text, default_claim::text, claims, max_age_s, enabled, fields
FROM sharing_service;

CREATE OR REPLACE VIEW gateway_grant AS
SELECT g.id, g.organisation::text, s.slug::text AS service, g.claims::text[] AS claims, g.purposes::text[] AS purposes,
    g.legal_basis::text, g.valid_from, g.valid_until, g.quota_per_day,
    (CASE g.state WHEN 'EXPIRED' THEN 'ACTIVE' ELSE g.state END)::text AS status, g.fields::text[] AS fields
FROM sharing_grant g JOIN sharing_service s ON s.id = g.service_id;

ALTER TABLE sharing_service DROP CONSTRAINT service_default_claim_is_one_of_them;
ALTER TABLE sharing_service ADD CONSTRAINT service_default_claim_is_one_of_them
    CHECK (kind <> 'VERIFY' OR claims ? default_claim);

CREATE OR REPLACE FUNCTION sharing_grant_rests_on_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked sharing_sharingrequest;
BEGIN
    SELECT * INTO asked FROM sharing_sharingrequest WHERE id = NEW.request_id FOR SHARE;
    IF asked.state IS DISTINCT FROM 'APPROVED' THEN
        RAISE EXCEPTION 'grant % rests on no approved request', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.organisation, NEW.owner, NEW.service_id, NEW.item) IS DISTINCT FROM
            (asked.applicant, asked.owner, asked.service_id, asked.item)
        OR NOT NEW.claims <@ asked.claims OR NOT NEW.fields <@ asked.fields OR NOT NEW.purposes <@ ARRAY[asked.purpose]
        OR NEW.quota_per_day > asked.quota_per_day
        -- Months are the city's months: in another zone the same moment may lie in a shorter one.
        OR NEW.valid_until AT TIME ZONE 'Asia/Shanghai'
            > NEW.valid_from AT TIME ZONE 'Asia/Shanghai' + make_interval(months => asked.duration_months) THEN
        RAISE EXCEPTION 'grant % gives more than was asked', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.state IN ('TERMINATED', 'EXPIRED')
        OR (NEW.id, NEW.request_id, NEW.claims, NEW.fields, NEW.purposes, NEW.valid_from, NEW.valid_until,
                NEW.quota_per_day)
            IS DISTINCT FROM
            (OLD.id, OLD.request_id, OLD.claims, OLD.fields, OLD.purposes, OLD.valid_from, OLD.valid_until,
                OLD.quota_per_day)
    ) THEN
        RAISE EXCEPTION 'grant % is settled', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
