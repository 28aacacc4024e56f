-- Run by migration 0004: records of many uses (BATCH_VERIFY). The body is an ordinary record, with the root of a Merkle
-- tree over persons and answers; what the tree is made from stands beside it (kernel/packed_uses.py, ADR 0010).

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_answered,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'QUERY', 'BATCH_VERIFY', 'REFUSED')) NOT VALID,
    ADD CONSTRAINT ledger_record_answered CHECK (coalesce(answer, 'NONE') = ANY (CASE kind
        WHEN 'VERIFY' THEN ARRAY['MATCH', 'NO_MATCH', 'UNKNOWN']
        WHEN 'QUERY' THEN ARRAY['FOUND', 'NOT_FOUND', 'UNKNOWN']
        ELSE ARRAY['NONE'] END)) NOT VALID,
    -- Many persons are in no record by their key: only `ledger_packed` has them.
    ADD CONSTRAINT ledger_record_of_many CHECK (kind <> 'BATCH_VERIFY' OR subject IS NULL) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_answered;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_of_many;
CREATE INDEX ledger_record_batches ON ledger_record (seq DESC) WHERE kind = 'BATCH_VERIFY';

-- Uses: for each person the subject key (16 bytes) and the code of the answer (1 byte).
CREATE TABLE ledger_packed (
    seq bigint PRIMARY KEY REFERENCES ledger_record,
    seed bytea NOT NULL CHECK (octet_length(seed) = 32),
    uses bytea NOT NULL CHECK (octet_length(uses) > 0 AND octet_length(uses) % 17 = 0)
);
-- Keyed hashes don't compress, and one use is read without the others.
ALTER TABLE ledger_packed ALTER COLUMN uses SET STORAGE EXTERNAL;

-- Whose uses are where, so that each person finds their own. A key is as long as a uuid, and so kept as one.
CREATE TABLE ledger_use (subject uuid NOT NULL, seq bigint NOT NULL REFERENCES ledger_packed, place int NOT NULL,
    PRIMARY KEY (subject, seq));

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_packed
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_use
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Append records of many, in their order, each with its seed and uses; those already known are passed over.
CREATE FUNCTION ledger_append_packed(bodies text[], seeds bytea[], packed bytea[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    added int := 0;
    new_seq bigint;
    uses bytea;
BEGIN
    IF cardinality(bodies) <> cardinality(seeds) OR cardinality(bodies) <> cardinality(packed) THEN
        RAISE EXCEPTION 'each record of many needs its seed and its uses' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR n IN 1 .. cardinality(bodies) LOOP
        uses := packed[n];
        IF (ledger_told(bodies[n]) -> 'uses' ->> 'size')::int IS DISTINCT FROM octet_length(uses) / 17 THEN
            RAISE EXCEPTION 'the record says another number of uses' USING ERRCODE = 'check_violation';
        END IF;
        -- Not at once for all: the same append as everybody's refuses the same evidence with another body.
        IF ledger_append(ARRAY[bodies[n]]) = 1 THEN
            SELECT seq INTO STRICT new_seq FROM ledger_record
                WHERE evidence = (ledger_told(bodies[n]) ->> 'evidence')::uuid;
            INSERT INTO ledger_packed VALUES (new_seq, seeds[n], uses);
            INSERT INTO ledger_use SELECT encode(substr(uses, 17 * place + 1, 16), 'hex')::uuid, new_seq, place
                FROM generate_series(0, octet_length(uses) / 17 - 1) AS place;
            added := added + 1;
        END IF;
    END LOOP;
    RETURN added;
END $$;
