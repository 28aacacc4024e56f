-- Run by migration 0003: queries beside verifications. Checked against old rows without stopping whoever writes.

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    DROP CONSTRAINT ledger_record_answer_check,
    DROP CONSTRAINT ledger_record_answered,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN ('VERIFY', 'QUERY', 'REFUSED')) NOT VALID,
    ADD CONSTRAINT ledger_record_answered CHECK (coalesce(answer, 'NONE') = ANY (CASE kind
        WHEN 'VERIFY' THEN ARRAY['MATCH', 'NO_MATCH', 'UNKNOWN']
        WHEN 'QUERY' THEN ARRAY['FOUND', 'NOT_FOUND', 'UNKNOWN']
        ELSE ARRAY['NONE'] END)) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_answered;
