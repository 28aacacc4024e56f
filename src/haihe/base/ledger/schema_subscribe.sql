-- Run by migration 0006: what changed of many persons since a cursor (SUBSCRIBE): records of many like batches. A record
-- without uses is of a cursor alone, and about nobody.

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_of_many,
    ADD CONSTRAINT ledger_record_kind_check
        CHECK (kind IN ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'SUBSCRIBE', 'REFUSED')) NOT VALID,
    ADD CONSTRAINT ledger_record_of_many CHECK (kind NOT IN ('BATCH_VERIFY', 'SUBSCRIBE') OR subject IS NULL) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_of_many;
DROP INDEX ledger_record_batches;
CREATE INDEX ledger_record_batches ON ledger_record (seq DESC) WHERE kind IN ('BATCH_VERIFY', 'SUBSCRIBE');
