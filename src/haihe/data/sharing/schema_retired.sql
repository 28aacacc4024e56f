-- Run by migration 0017: a request that ended with its resource stays as it is, like every other that was decided.

CREATE OR REPLACE FUNCTION sharing_stays_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('APPROVED', 'REFUSED', 'WITHDRAWN', 'CLOSED') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'request % is decided', OLD.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
