-- Run by migration 0012: several keys of a system at once, and the rate of a grant.

-- A program of the version before writes `sharing_client.sealed_secret` only. What it makes is a key too; and as it
-- promises, the secrets before end at once.
CREATE VIEW gateway_client_key AS
SELECT c.client_id::text, k.key_id::text, k.kind::text, k.sealed_secret, k.public_key, k.made_at, k.not_before,
    k.expires_at
FROM sharing_clientkey k JOIN sharing_client c ON c.id = k.client_id WHERE k.ended_at IS NULL
UNION ALL
SELECT c.client_id::text, ''::text, 'HMAC'::text, c.sealed_secret, NULL::bytea, c.secret_made_at, c.secret_made_at,
    c.secret_made_at + interval '12 months'
FROM sharing_client c WHERE octet_length(c.sealed_secret) > 0
    AND NOT EXISTS (SELECT FROM sharing_clientkey k WHERE k.client_id = c.id AND k.sealed_secret = c.sealed_secret);

CREATE FUNCTION sharing_secret_is_a_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF octet_length(NEW.sealed_secret) > 0 AND NEW.sealed_secret IS DISTINCT FROM OLD.sealed_secret AND NOT EXISTS (
        SELECT FROM sharing_clientkey WHERE client_id = NEW.id AND sealed_secret = NEW.sealed_secret
    ) THEN
        UPDATE sharing_clientkey SET ended_at = now() WHERE client_id = NEW.id AND kind = 'HMAC' AND ended_at IS NULL;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER secret_is_a_key AFTER UPDATE OF sealed_secret ON sharing_client
    FOR EACH ROW EXECUTE FUNCTION sharing_secret_is_a_key();
CREATE TRIGGER tell_gateway AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_clientkey
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_tell_gateway();

-- The new column stands at the end: a gateway of the version before reads on.
CREATE OR REPLACE VIEW gateway_grant AS
SELECT g.id, g.organisation::text, s.slug::text AS service, g.claims::text[] AS claims, g.purposes::text[] AS purposes,
    g.legal_basis::text, g.valid_from, g.valid_until, g.quota_per_day,
    (CASE g.state WHEN 'EXPIRED' THEN 'ACTIVE' ELSE g.state END)::text AS status, g.fields::text[] AS fields,
    g.last_good_s, g.rate_per_s
FROM sharing_grant g
JOIN sharing_service s ON s.id = g.service_id
JOIN sharing_sharingrequest r ON r.id = g.request_id
WHERE r.form = 'SERVICE' AND g.state NOT IN ('PREPARING', 'RECEIVING');

-- As for the quota: no grant is faster than was asked, and it stays as it was given.
CREATE FUNCTION sharing_grant_keeps_its_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.rate_per_s > (SELECT rate_per_s FROM sharing_sharingrequest WHERE id = NEW.request_id) THEN
        RAISE EXCEPTION 'grant % gives more than was asked', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.rate_per_s <> OLD.rate_per_s THEN
        RAISE EXCEPTION 'grant % is settled', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keeps_its_rate BEFORE INSERT OR UPDATE ON sharing_grant
    FOR EACH ROW EXECUTE FUNCTION sharing_grant_keeps_its_rate();

-- Secrets made before this migration become keys, with a year from when they were made and two months at least.
INSERT INTO sharing_clientkey (client_id, key_id, kind, sealed_secret, made_at, not_before, expires_at)
SELECT id, 'k' || substr(md5(client_id), 1, 8), 'HMAC', sealed_secret, secret_made_at, secret_made_at,
    greatest(secret_made_at + interval '12 months', now() + interval '60 days')
FROM sharing_client;
