-- Run by migration 0001; what changes later is a migration of its own.

-- What gateways counted: each writes its own minutes, the sums by hour and day bear no gateway's name. An asker that
-- proved to be no client is '', and so is a service that nobody knows. `calls` are the buckets' sum; a call about many
-- persons is one, and has an answer for each. `buckets` are those of haihe.telemetry.latency.
CREATE TABLE gateway_figures (
    span text NOT NULL CHECK (span IN ('MINUTE', 'HOUR', 'DAY')),
    at timestamptz NOT NULL,
    gateway text NOT NULL,
    consumer text NOT NULL,
    owner text NOT NULL,
    service text NOT NULL,
    kind text NOT NULL,
    calls bigint NOT NULL,
    match bigint NOT NULL,
    no_match bigint NOT NULL,
    found bigint NOT NULL,
    not_found bigint NOT NULL,
    unknown bigint NOT NULL,
    refused bigint NOT NULL,
    faults bigint NOT NULL,
    seconds double precision NOT NULL,
    buckets bigint[] NOT NULL CHECK (array_length(buckets, 1) = 16),
    told jsonb NOT NULL,
    PRIMARY KEY (span, at, consumer, owner, service, kind, gateway)
);

-- Called by gateways with all of one minute that they know so far: to say it twice changes nothing.
CREATE FUNCTION gateway_keep_figures(gateway text, figures jsonb) RETURNS bigint LANGUAGE sql AS $$
WITH kept AS (
    INSERT INTO gateway_figures
    SELECT 'MINUTE', to_timestamp(f.minute * 60), gateway_keep_figures.gateway, f.consumer, f.owner, f.service, f.kind,
        f.calls, (f.answers->>'MATCH')::bigint, (f.answers->>'NO_MATCH')::bigint, (f.answers->>'FOUND')::bigint,
        (f.answers->>'NOT_FOUND')::bigint, (f.answers->>'UNKNOWN')::bigint, f.refused, f.faults, f.seconds, f.buckets,
        f.told
    FROM jsonb_to_recordset(figures) AS f(minute bigint, consumer text, owner text, service text, kind text,
        calls bigint, answers jsonb, refused bigint, faults bigint, seconds double precision, buckets bigint[],
        told jsonb)
    ON CONFLICT (span, at, consumer, owner, service, kind, gateway) DO UPDATE SET
        calls = EXCLUDED.calls, match = EXCLUDED.match, no_match = EXCLUDED.no_match, found = EXCLUDED.found,
        not_found = EXCLUDED.not_found, unknown = EXCLUDED.unknown, refused = EXCLUDED.refused,
        faults = EXCLUDED.faults, seconds = EXCLUDED.seconds, buckets = EXCLUDED.buckets, told = EXCLUDED.told
    RETURNING 1
)
SELECT count(*) FROM kept
$$;

-- Sum the rows of one span up into those of a longer one, anew from `since` on. Days are the city's days.
CREATE FUNCTION gateway_sum_figures(shorter text, longer text, since timestamptz) RETURNS bigint LANGUAGE sql AS $$
WITH chosen AS (
    SELECT date_trunc(lower(longer), f.at, 'Asia/Shanghai') AS start, f.* FROM gateway_figures f
    WHERE f.span = shorter AND f.at >= date_trunc(lower(longer), since, 'Asia/Shanghai')
), reasons AS (
    SELECT start, consumer, owner, service, kind, jsonb_object_agg(name, times) AS told FROM (
        SELECT start, consumer, owner, service, kind, each.key AS name, sum(each.value::bigint)::bigint AS times
        FROM chosen, jsonb_each_text(told) AS each GROUP BY 1, 2, 3, 4, 5, 6
    ) AS by_name GROUP BY 1, 2, 3, 4, 5
), kept AS (
    INSERT INTO gateway_figures
    SELECT longer, start, '', consumer, owner, service, kind, sum(calls), sum(match), sum(no_match), sum(found),
        sum(not_found), sum(unknown), sum(refused), sum(faults), sum(seconds), ARRAY[
            sum(buckets[1]), sum(buckets[2]), sum(buckets[3]), sum(buckets[4]), sum(buckets[5]), sum(buckets[6]),
            sum(buckets[7]), sum(buckets[8]), sum(buckets[9]), sum(buckets[10]), sum(buckets[11]), sum(buckets[12]),
            sum(buckets[13]), sum(buckets[14]), sum(buckets[15]), sum(buckets[16])]::bigint[],
        coalesce(min(r.told::text)::jsonb, '{}')
    FROM chosen c LEFT JOIN reasons r USING (start, consumer, owner, service, kind)
    GROUP BY 1, 2, 4, 5, 6, 7
    ON CONFLICT (span, at, consumer, owner, service, kind, gateway) DO UPDATE SET
        calls = EXCLUDED.calls, match = EXCLUDED.match, no_match = EXCLUDED.no_match, found = EXCLUDED.found,
        not_found = EXCLUDED.not_found, unknown = EXCLUDED.unknown, refused = EXCLUDED.refused,
        faults = EXCLUDED.faults, seconds = EXCLUDED.seconds, buckets = EXCLUDED.buckets, told = EXCLUDED.told
    RETURNING 1
)
SELECT count(*) FROM kept
$$;
