-- Every figure of the scoreboard, from what happened: (period, department, figure, value). operations/scoring.py runs it.
--
-- Parameters: zone, the city's; today, its day; days and worked, the working-day calendar: for each day how many working
-- days there were up to and with it; spans (periods, firsts, ends): every period, and until when (exclusive) it lasts;
-- review_days, the authority's clock for a catalogue entry; entries (published_owner, published_on, published_submitted);
-- promises of updates (promised_resource, _owner, _months, _days, _still: whether the entry is still published).
--
-- The due day is the n-th working day after the start. So day d is in time if fewer than n working days lie after the
-- start and before d. Where the calendar doesn't reach, nobody is called late.
WITH calendar AS (
    SELECT * FROM unnest(%(days)s::date[], %(worked)s::int[]) AS calendar (day, worked)
), spans AS (
    SELECT * FROM unnest(%(periods)s::text[], %(firsts)s::date[], %(ends)s::date[]) AS spans (period, first, until)
),

-- Requests that left the applicant's office, by the day they did: from then on the clock runs, pre-check or none. A request that rested for papers goes on from their arrival.
asked AS (
    SELECT owner, applicant, refusal_reason, supplement_asked_at IS NOT NULL AS supplemented, due_on, clock_days,
        decided_at IS NOT NULL AS answered, state IN ('PRE_REVIEW', 'OWNER_REVIEW', 'SUPPLEMENT') AS waits, state,
        (office_approved_at AT TIME ZONE %(zone)s)::date AS received,
        (decided_at AT TIME ZONE %(zone)s)::date AS decided,
        (supplement_asked_at AT TIME ZONE %(zone)s)::date AS rested,
        CASE WHEN supplement_asked_at IS NOT NULL THEN (
            SELECT (max(at) AT TIME ZONE %(zone)s)::date FROM sharing_sharingevent AS event
            WHERE event.request_id = request.id AND event.name = 'supplement'
        ) END AS resumed
    FROM sharing_sharingrequest AS request WHERE office_approved_at IS NOT NULL
), timed AS (
    SELECT asked.*,
        answered AND coalesce(before_decided.worked - at_start.worked < clock_days, true) AS is_in_time,
        NOT answered AND waits AND coalesce(state <> 'SUPPLEMENT' AND due_on < %(today)s, false) AS is_overdue,
        at_decided.worked - at_received.worked - coalesce(at_resumed.worked - at_rested.worked, 0) AS took
    FROM asked
    LEFT JOIN calendar AS at_received ON at_received.day = received
    LEFT JOIN calendar AS at_start ON at_start.day = coalesce(resumed, received)
    LEFT JOIN calendar AS at_decided ON at_decided.day = decided
    LEFT JOIN calendar AS before_decided ON before_decided.day = decided - 1
    LEFT JOIN calendar AS at_rested ON at_rested.day = rested
    LEFT JOIN calendar AS at_resumed ON at_resumed.day = resumed
), requests AS (
    SELECT period, owner AS department, count(*) AS received,
        count(*) FILTER (WHERE is_in_time) AS answered_in_time,
        count(*) FILTER (WHERE answered AND NOT is_in_time) AS answered_late,
        count(*) FILTER (WHERE NOT answered AND waits AND NOT is_overdue) AS waiting,
        count(*) FILTER (WHERE is_overdue) AS overdue,
        count(*) FILTER (WHERE state = 'WITHDRAWN') AS taken_back,
        count(*) FILTER (WHERE state = 'CLOSED') AS ended_with_resource,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY took)::numeric, 1) AS median_days,
        count(*) FILTER (WHERE refusal_reason <> '') AS refused,
        count(DISTINCT refusal_reason) FILTER (WHERE refusal_reason <> '') AS refusal_reasons,
        count(*) FILTER (WHERE supplemented) AS supplement_asked
    FROM timed CROSS JOIN LATERAL unnest(ARRAY[
        to_char(received, 'YYYY-MM'), to_char(received, 'YYYY-"Q"Q'), to_char(received, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
), applications AS (
    SELECT period, applicant AS department, count(*) AS applied
    FROM asked CROSS JOIN LATERAL unnest(ARRAY[
        to_char(received, 'YYYY-MM'), to_char(received, 'YYYY-"Q"Q'), to_char(received, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
),

-- Grants: agreed by the owner, which then has to deliver; held from the delivery on in every period that they touch;
-- used where an answer was given.
delivered AS (
    SELECT grant_id, (min(at) FILTER (WHERE name = 'grant') AT TIME ZONE %(zone)s)::date AS agreed,
        (min(at) FILTER (WHERE target = 'ACTIVE') AT TIME ZONE %(zone)s)::date AS day
    FROM sharing_sharingevent WHERE grant_id IS NOT NULL GROUP BY 1
), given AS (
    SELECT period, owner AS department, count(*) AS granted,
        count(*) FILTER (WHERE is_in_time) AS delivered_in_time,
        count(*) FILTER (WHERE day IS NOT NULL AND NOT is_in_time) AS delivered_late,
        count(*) FILTER (WHERE is_overdue) AS delivery_overdue
    FROM (
        SELECT owner, agreed, delivered.day, due_on < %(today)s AS is_overdue,
            delivered.day IS NOT NULL
                AND coalesce(clock_days = 0 OR before.worked - at_agreed.worked < clock_days, true) AS is_in_time
        FROM sharing_grant AS given JOIN delivered ON delivered.grant_id = given.id
        LEFT JOIN calendar AS at_agreed ON at_agreed.day = agreed
        LEFT JOIN calendar AS before ON before.day = delivered.day - 1
    ) AS made CROSS JOIN LATERAL unnest(ARRAY[
        to_char(agreed, 'YYYY-MM'), to_char(agreed, 'YYYY-"Q"Q'), to_char(agreed, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
), lasting AS (
    SELECT id, organisation, day AS since,
        (least(coalesce(ended_at, valid_until), valid_until) AT TIME ZONE %(zone)s)::date AS upto
    FROM sharing_grant AS held JOIN delivered ON delivered.grant_id = held.id AND day IS NOT NULL
), used AS (
    SELECT DISTINCT usage.grant_id, period
    FROM sharing_usagerecord AS usage CROSS JOIN LATERAL unnest(ARRAY[
        to_char(month, 'YYYY-MM'), to_char(month, 'YYYY-"Q"Q'), to_char(month, 'YYYY'), 'all'
    ]) AS period WHERE calls > 0
), held AS (
    SELECT spans.period, organisation AS department, count(*) AS held, count(used.grant_id) AS used,
        count(*) - count(used.grant_id) AS unused
    FROM lasting JOIN spans ON since < spans.until AND upto >= spans.first
    LEFT JOIN used ON used.grant_id = lasting.id AND used.period = spans.period GROUP BY 1, 2
), stopped AS (
    SELECT period, organisation AS department, count(*) AS suspended
    FROM (
        SELECT held.organisation, (event.at AT TIME ZONE %(zone)s)::date AS day
        FROM sharing_sharingevent AS event JOIN sharing_grant AS held ON held.id = event.grant_id
        WHERE event.name = 'suspend'
    ) AS stops CROSS JOIN LATERAL unnest(ARRAY[
        to_char(day, 'YYYY-MM'), to_char(day, 'YYYY-"Q"Q'), to_char(day, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
), answered AS (
    SELECT period, owner AS department,
        sum(matched + not_matched + found + not_found + unknown + other) AS calls_answered
    FROM sharing_usagerecord AS usage JOIN sharing_grant AS granted ON granted.id = usage.grant_id
    CROSS JOIN LATERAL unnest(ARRAY[
        to_char(month, 'YYYY-MM'), to_char(month, 'YYYY-"Q"Q'), to_char(month, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
),

-- Reports of wrong data, by the day they came in.
reported AS (
    SELECT owner, state, due_on, closed_at IS NOT NULL AND state <> 'WITHDRAWN' AS closed,
        (opened_at AT TIME ZONE %(zone)s)::date AS day, (closed_at AT TIME ZONE %(zone)s)::date AS closed_on
    FROM sharing_correction
), corrections AS (
    SELECT period, owner AS department, count(*) AS reports,
        count(*) FILTER (WHERE closed AND coalesce(closed_on <= due_on, true)) AS reports_in_time,
        count(*) FILTER (WHERE closed AND closed_on > due_on) AS reports_late,
        count(*) FILTER (WHERE closed_on IS NULL AND due_on < %(today)s) AS reports_overdue,
        count(*) FILTER (WHERE state = 'CORRECTED') AS corrected,
        count(*) FILTER (WHERE state = 'REJECTED') AS found_right
    FROM reported CROSS JOIN LATERAL unnest(ARRAY[
        to_char(day, 'YYYY-MM'), to_char(day, 'YYYY-"Q"Q'), to_char(day, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
),

-- Entries of the catalogue, each time one was published; the authority's two days run from when it was handed in.
entries AS (
    SELECT period, owner AS department, count(*) AS published,
        count(*) FILTER (
            WHERE coalesce(before_published.worked - at_submitted.worked < %(review_days)s, true)
        ) AS published_in_time
    FROM unnest(%(published_owner)s::text[], %(published_on)s::date[], %(published_submitted)s::date[])
        AS entry (owner, day, submitted)
    LEFT JOIN calendar AS at_submitted ON at_submitted.day = submitted
    LEFT JOIN calendar AS before_published ON before_published.day = entry.day - 1
    CROSS JOIN LATERAL unnest(ARRAY[
        to_char(entry.day, 'YYYY-MM'), to_char(entry.day, 'YYYY-"Q"Q'), to_char(entry.day, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
),

-- Data of entries, by the day on which it came into use. Each update after the first is due a cycle after the one before
-- it, and where that is no working day, on the next one.
promised AS (
    SELECT * FROM unnest(
        %(promised_resource)s::text[], %(promised_owner)s::text[], %(promised_months)s::int[], %(promised_days)s::int[],
        %(promised_still)s::bool[]
    ) AS promised (resource, owner, months, days, is_published)
), arrived AS (
    SELECT DISTINCT resource, (heard_at AT TIME ZONE %(zone)s)::date AS day FROM sharing_dataarrival
), renewed AS (
    SELECT owner, is_published, day, lead(day) OVER by_day IS NULL AS is_last,
        (lag(day) OVER by_day + make_interval(months => months, days => days))::date AS due,
        (day + make_interval(months => months, days => days))::date AS due_next
    FROM arrived JOIN promised USING (resource) WINDOW by_day AS (PARTITION BY resource ORDER BY day)
), updates AS (
    SELECT period, owner AS department, count(*) FILTER (WHERE is_in_time) AS updates_in_time,
        count(*) FILTER (WHERE NOT is_in_time) AS updates_late
    FROM (
        SELECT owner, renewed.day,
            renewed.day <= due OR coalesce(before.worked - before_due.worked < 1, true) AS is_in_time
        FROM renewed LEFT JOIN calendar AS before ON before.day = renewed.day - 1
        LEFT JOIN calendar AS before_due ON before_due.day = due - 1
        WHERE due IS NOT NULL
    ) AS made CROSS JOIN LATERAL unnest(ARRAY[
        to_char(day, 'YYYY-MM'), to_char(day, 'YYYY-"Q"Q'), to_char(day, 'YYYY'), 'all'
    ]) AS period GROUP BY 1, 2
), awaited AS (
    SELECT period, owner AS department, count(*) AS updates_overdue
    FROM renewed JOIN calendar AS before_today ON before_today.day = %(today)s::date - 1
    JOIN calendar AS before_due ON before_due.day = due_next - 1
    CROSS JOIN LATERAL unnest(ARRAY[
        to_char(due_next, 'YYYY-MM'), to_char(due_next, 'YYYY-"Q"Q'), to_char(due_next, 'YYYY'), 'all'
    ]) AS period
    WHERE is_last AND is_published AND due_next < %(today)s AND before_today.worked - before_due.worked >= 1 GROUP BY 1, 2
),

told AS (
    SELECT period, department, each.key AS figure, each.value::numeric AS value
    FROM (
        SELECT period, department, to_jsonb(part) AS figures FROM requests AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM applications AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM given AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM held AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM stopped AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM answered AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM corrections AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM entries AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM updates AS part
        UNION ALL SELECT period, department, to_jsonb(part) FROM awaited AS part
    ) AS rows CROSS JOIN LATERAL jsonb_each_text(figures) AS each
    WHERE each.key NOT IN ('period', 'department') AND each.value IS NOT NULL
)
SELECT period, department, figure, value FROM told WHERE value <> 0 OR figure = 'median_days'
