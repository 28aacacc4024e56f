-- The ledger. Every column but seq and body is generated from body, so none can differ from what was written.

-- The body as PostgreSQL can read it: it has no text with a zero byte, which JSON may spell. One such word, recorded as a
-- stranger wrote it, must not keep the ledger from taking the records behind it.
CREATE FUNCTION ledger_told(body text) RETURNS json
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(body, '\u0000', '\ufffd')::json
$$;

-- The time in a body, which is RFC 3339 in UTC; immutable, as a generated column must be.
CREATE FUNCTION ledger_instant(written text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT make_timestamp(
        substr(written, 1, 4)::int, substr(written, 6, 2)::int, substr(written, 9, 2)::int,
        substr(written, 12, 2)::int, substr(written, 15, 2)::int, rtrim(substr(written, 18), 'Z')::double precision
    ) AT TIME ZONE 'UTC'
$$;

CREATE TABLE ledger_record (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL CHECK (octet_length(body) <= 16384),
    evidence uuid NOT NULL UNIQUE GENERATED ALWAYS AS ((ledger_told(body) ->> 'evidence')::uuid) STORED,
    at timestamptz NOT NULL GENERATED ALWAYS AS (ledger_instant(ledger_told(body) ->> 'at')) STORED,
    kind text NOT NULL GENERATED ALWAYS AS (ledger_told(body) ->> 'kind') STORED CHECK (kind IN ('VERIFY', 'REFUSED')),
    consumer text GENERATED ALWAYS AS (ledger_told(body) ->> 'consumer') STORED,
    service text GENERATED ALWAYS AS (ledger_told(body) ->> 'service') STORED,
    answer text GENERATED ALWAYS AS (ledger_told(body) ->> 'answer') STORED
        CHECK (answer IN ('MATCH', 'NO_MATCH', 'UNKNOWN')),
    -- A keyed hash. The pattern is what keeps a plain identity number (18 characters) out.
    subject text GENERATED ALWAYS AS (ledger_told(body) ->> 'subject') STORED CHECK (subject ~ '^[0-9a-f]{32}$'),
    CONSTRAINT ledger_record_answered CHECK ((kind = 'VERIFY') = (answer IS NOT NULL))
);
CREATE INDEX ledger_record_subject ON ledger_record (subject, seq DESC) WHERE subject IS NOT NULL;
CREATE INDEX ledger_record_at ON ledger_record USING brin (at);

-- A batch holds the records with first_seq <= seq <= last_seq. `members` says which those were: for each, in order,
-- seq (8 bytes), evidence (16) and leaf hash (32). So sealing changes no record, and an audit can name each one.
CREATE TABLE ledger_batch (
    header text NOT NULL,
    signature text NOT NULL,
    public_key text NOT NULL,
    members bytea NOT NULL,
    number bigint PRIMARY KEY GENERATED ALWAYS AS ((header::json ->> 'number')::bigint) STORED,
    first_seq bigint NOT NULL UNIQUE GENERATED ALWAYS AS ((header::json ->> 'first_seq')::bigint) STORED,
    last_seq bigint NOT NULL UNIQUE GENERATED ALWAYS AS ((header::json ->> 'last_seq')::bigint) STORED,
    size bigint NOT NULL GENERATED ALWAYS AS ((header::json ->> 'size')::bigint) STORED,
    previous text NOT NULL UNIQUE GENERATED ALWAYS AS (header::json ->> 'previous') STORED
);
-- Hashes don't compress; trying would only cost time.
ALTER TABLE ledger_batch ALTER COLUMN members SET STORAGE EXTERNAL;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_record
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A record takes its seq before it commits, so a lower seq can become visible after a higher one. Each writer holds
-- this lock, shared, from before its first seq until its end; the sealer takes it alone for a moment, and then knows
-- that every seq up to the highest it sees is settled.
CREATE FUNCTION ledger_lock_writer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7010001, 1);
    RETURN NULL;
END $$;
CREATE TRIGGER lock_writer BEFORE INSERT ON ledger_record
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_lock_writer();

-- Append records, in their order; those already known (by evidence) are passed over. Returns how many were new.
-- The same evidence with another body is an error and appends nothing: one of the two would be lost.
CREATE FUNCTION ledger_append(bodies text[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    added int;
    clash uuid;
BEGIN
    INSERT INTO ledger_record (body) SELECT b FROM unnest(bodies) WITH ORDINALITY AS given (b, place) ORDER BY place
        ON CONFLICT (evidence) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added < cardinality(bodies) THEN
        SELECT known.evidence INTO clash FROM unnest(bodies) AS b
            JOIN ledger_record AS known ON known.evidence = (ledger_told(b) ->> 'evidence')::uuid AND known.body <> b LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'evidence % is already recorded with another body', clash
                USING ERRCODE = 'unique_violation';
        END IF;
    END IF;
    RETURN added;
END $$;
