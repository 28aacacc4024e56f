-- Run by migration 0005: answers by a department's own interface (PROXY).

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_answered,
    ADD CONSTRAINT ledger_record_kind_check
        CHECK (kind IN ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'REFUSED')) NOT VALID,
    ADD CONSTRAINT ledger_record_answered CHECK (coalesce(answer, 'NONE') = ANY (CASE kind
        WHEN 'VERIFY' THEN ARRAY['MATCH', 'NO_MATCH', 'UNKNOWN']
        WHEN 'QUERY' THEN ARRAY['FOUND', 'NOT_FOUND', 'UNKNOWN']
        WHEN 'PROXY' THEN ARRAY['FOUND', 'NOT_FOUND', 'UNKNOWN']
        ELSE ARRAY['NONE'] END)) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_answered;
