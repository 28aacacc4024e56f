-- Run by migration 0009: records of use are kept as long as the law and the city's policy say (art. 29), and only grow.

CREATE FUNCTION sharing_keep_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept_months int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT greatest(36, coalesce((SELECT months FROM sharing_usageretention ORDER BY id DESC LIMIT 1), 0))
            INTO kept_months;
        -- From the end of the month on: its last day has its three years too.
        IF OLD.month + make_interval(months => kept_months + 1) > now() AT TIME ZONE 'Asia/Shanghai' THEN
            RAISE EXCEPTION 'the usage record of % is kept for % months', OLD.month, kept_months
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.grant_id, NEW.month) IS DISTINCT FROM (OLD.id, OLD.grant_id, OLD.month)
        OR NEW.calls < OLD.calls OR NEW.matched < OLD.matched OR NEW.not_matched < OLD.not_matched
        OR NEW.found < OLD.found OR NEW.not_found < OLD.not_found OR NEW.unknown < OLD.unknown
        OR NEW.other < OLD.other OR NEW.refused < OLD.refused OR NEW.cases < OLD.cases
        OR NEW.first_at > OLD.first_at OR NEW.last_at < OLD.last_at
        OR (OLD.noted_at IS NOT NULL AND NEW.noted_at IS NULL) THEN
        RAISE EXCEPTION 'the usage record of % only grows', OLD.month USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON sharing_usagerecord
    FOR EACH ROW EXECUTE FUNCTION sharing_keep_usage();
