-- Run by migration 0013: what the gateway reads of notices, for whom they are for. No person stands in it.
CREATE VIEW gateway_correction_notice AS
SELECT notice.id, notice.consumer::text AS organisation, notice.service::text, notice."case"::text AS of_case,
    notice.evidence, data.in_use_at AS corrected_at, notice.fetched_at
FROM sharing_correctionnotice AS notice JOIN sharing_correcteddata AS data USING (correction_id);
