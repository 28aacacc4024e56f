-- Run by migration 0008: uses are appended many at a time, and looked at many at a time. That a use belongs to a record of
-- many was a foreign key, asked anew for each person; no record is ever deleted, so to ask once for each append is as good.

CREATE FUNCTION ledger_check_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT seq FROM added) AS named
            WHERE NOT EXISTS (SELECT FROM ledger_packed AS packed WHERE packed.seq = named.seq)) THEN
        RAISE EXCEPTION 'a use of no record of many' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_a_record AFTER INSERT ON ledger_use REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_uses();
ALTER TABLE ledger_use DROP CONSTRAINT ledger_use_seq_fkey;

CREATE OR REPLACE FUNCTION ledger_append_packed(bodies text[], seeds bytea[], packed bytea[]) RETURNS int
    LANGUAGE plpgsql AS $$
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
            -- In the order of the index, so that its pages are each visited once.
            INSERT INTO ledger_use SELECT encode(substr(uses, 17 * place + 1, 16), 'hex')::uuid, new_seq, place
                FROM generate_series(0, octet_length(uses) / 17 - 1) AS place ORDER BY 1;
            added := added + 1;
        END IF;
    END LOOP;
    RETURN added;
END $$;
