-- For `haihe bench accountability`: three years of sharing between 48 departments, made up. Of the requests
-- seven in ten are agreed and used every month since; each tenth was supplemented, each fiftieth suspended.
INSERT INTO sharing_service (slug, title, summary, kind, resource, owner, default_claim, claims, claim_titles, fields,
    field_titles, max_age_s, enabled, created_at)
SELECT 'service-' || n, '服务 ' || n, '', 'VERIFY', (120001 + n) || '/000001', (120001 + n)::text, 'yes', '{"yes": {}}',
    '{"yes": "是"}', '{}', '{}', 86400, true, now()
FROM generate_series(0, 47) AS n;

INSERT INTO sharing_sharingrequest (id, number, token, applicant, owner, service_id, sharing_type, form, claims, fields,
    purpose, item, legal_basis, scenario, duration_months, quota_per_day, state, clock_days, refusal_reason, created_by,
    created_name, created_at, office_approved_by, office_approved_at, supplement_asked_at, decided_by, decided_at,
    decided_by_rule, clock_started_on, due_on)
SELECT gen_random_uuid(), 'GX-' || n, gen_random_uuid(), asker, made.owner, service.id, 'CONDITIONAL', 'SERVICE', '{yes}', '{}',
    'PURPOSE_' || n, 'item', '依据', '场景', 12, 1000, state, 10,
    CASE state WHEN 'REFUSED' THEN '理由 ' || n %% 40 ELSE '' END, gen_random_uuid(), '某', at, gen_random_uuid(), at,
    CASE WHEN n %% 10 = 3 AND state <> 'OWNER_REVIEW' THEN at + interval '1 day' END,
    CASE WHEN state <> 'OWNER_REVIEW' THEN gen_random_uuid() END,
    CASE WHEN state <> 'OWNER_REVIEW' THEN at + make_interval(days => 2 + n %% 20) END, false,
    CASE WHEN state = 'OWNER_REVIEW' THEN at::date END, CASE WHEN state = 'OWNER_REVIEW' THEN at::date + 14 END
FROM (
    SELECT n, (120001 + n %% 48)::text AS owner, (120001 + (n + 1 + n / 48 %% 47) %% 48)::text AS asker,
        CASE WHEN n %% 10 < 7 THEN 'APPROVED' WHEN n %% 10 < 9 THEN 'REFUSED' ELSE 'OWNER_REVIEW' END AS state,
        %(now)s::timestamptz - make_interval(secs => 94000000.0 * n / %(requests)s) AS at
    FROM generate_series(1, %(requests)s) AS n
) AS made JOIN sharing_service AS service ON service.owner = made.owner;

INSERT INTO sharing_grant (id, request_id, organisation, owner, service_id, claims, fields, purposes, item, legal_basis,
    valid_from, valid_until, quota_per_day, state, suspended_by)
SELECT gen_random_uuid(), id, applicant, owner, service_id, claims, '{}', ARRAY[purpose], item, legal_basis, decided_at,
    decided_at + interval '300 days', quota_per_day, 'ACTIVE', ''
FROM sharing_sharingrequest WHERE state = 'APPROVED';

INSERT INTO sharing_sharingevent (request_id, at, name, source, target, part, organisation, actor_name, clause, words, facts)
SELECT id, created_at + make_interval(days => step), CASE WHEN step = 2 AND supplement_asked_at IS NOT NULL
    THEN 'supplement' ELSE 'other' END, '', '', 'SYSTEM', '', '某', '', '', '{}'
FROM sharing_sharingrequest, generate_series(0, 3) AS step;
INSERT INTO sharing_sharingevent (grant_id, at, name, source, target, part, organisation, actor_name, clause, words, facts)
SELECT id, valid_from + make_interval(days => step * 9), CASE step WHEN 0 THEN 'grant' ELSE 'deliver_by_rule' END, '',
    CASE step WHEN 0 THEN 'PREPARING' ELSE 'ACTIVE' END, 'SYSTEM', '', '某', '', '', '{}'
FROM sharing_grant, generate_series(0, 1) AS step;
INSERT INTO sharing_sharingevent (grant_id, at, name, source, target, part, organisation, actor_name, clause, words, facts)
SELECT id, valid_from + interval '20 days', 'suspend', '', '', 'OWNER_APPROVER', '', '某', '', '', '{}'
FROM (SELECT *, row_number() OVER () AS n FROM sharing_grant) AS granted WHERE n %% 50 = 0;

INSERT INTO sharing_usagerecord (grant_id, month, calls, matched, not_matched, found, not_found, unknown, other, refused, cases,
    first_at, last_at, process, storage, destruction, destruction_note, noted_name)
SELECT id, month::date, 100, 60, 30, 0, 0, 10, 0, 1, 50, month, month + interval '1 day', '', '', '', '', ''
FROM sharing_grant, generate_series(date_trunc('month', valid_from), least(valid_until, %(now)s), '1 month') AS month;
