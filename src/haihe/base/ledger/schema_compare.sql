-- Run by migration 0007: comparisons of whole registers (COMPARE) and delivered tables (DELIVER): records of many like batches.

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_of_many,
    ADD CONSTRAINT ledger_record_kind_check
        CHECK (kind IN ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER', 'REFUSED')) NOT VALID,
    ADD CONSTRAINT ledger_record_of_many
        CHECK (kind NOT IN ('BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER') OR subject IS NULL) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_of_many;
DROP INDEX ledger_record_batches;
CREATE INDEX ledger_record_batches ON ledger_record (seq DESC)
    WHERE kind IN ('BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER');
