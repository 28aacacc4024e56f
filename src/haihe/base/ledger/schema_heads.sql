-- Run by migration 0009: heads of other chains of this installation (HEAD), about nobody. Under the ledger's seals none of
-- them can be written anew, so neither can the chain that it is the head of.

ALTER TABLE ledger_record
    DROP CONSTRAINT ledger_record_kind_check,
    ADD CONSTRAINT ledger_record_kind_check CHECK (kind IN
        ('VERIFY', 'QUERY', 'PROXY', 'BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER', 'REFUSED', 'HEAD')) NOT VALID,
    ADD CONSTRAINT ledger_record_head_of_nobody
        CHECK (kind <> 'HEAD' OR subject IS NULL AND consumer IS NULL AND service IS NOT NULL) NOT VALID;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_kind_check;
ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_head_of_nobody;
CREATE INDEX ledger_record_heads ON ledger_record (service, seq) WHERE kind = 'HEAD';
