-- Run by migration 0006: grants are delivered before they begin, and the gateway is shown what it may answer, no more.

CREATE OR REPLACE VIEW gateway_grant AS
SELECT g.id, g.organisation::text, s.slug::text AS service, g.claims::text[] AS claims, g.purposes::text[] AS purposes,
    g.legal_basis::text, g.valid_from, g.valid_until, g.quota_per_day,
    (CASE g.state WHEN 'EXPIRED' THEN 'ACTIVE' ELSE g.state END)::text AS status, g.fields::text[] AS fields
FROM sharing_grant g
JOIN sharing_service s ON s.id = g.service_id
JOIN sharing_sharingrequest r ON r.id = g.request_id
-- Batches and files are handed over by the owner; what isn't delivered yet is no grant to the gateway.
WHERE r.form = 'SERVICE' AND g.state NOT IN ('PREPARING', 'RECEIVING');

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
        OR (NEW.id, NEW.request_id, NEW.claims, NEW.fields, NEW.purposes, NEW.quota_per_day)
            IS DISTINCT FROM
            (OLD.id, OLD.request_id, OLD.claims, OLD.fields, OLD.purposes, OLD.quota_per_day)
        -- The term begins with the delivery, and stands from then on.
        OR (OLD.state NOT IN ('PREPARING', 'RECEIVING')
            AND (NEW.valid_from, NEW.valid_until) IS DISTINCT FROM (OLD.valid_from, OLD.valid_until))
        OR (OLD.state NOT IN ('PREPARING', 'RECEIVING') AND NEW.state IN ('PREPARING', 'RECEIVING'))
    ) THEN
        RAISE EXCEPTION 'grant % is settled', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
