-- The relief register as 民政局 hands it over: one text per line, with the dirt that real files have, in known amounts.
-- Variables: seed, register (the Parquet files), chosen (identity numbers that chance must not strike), spoilt (those of
-- them whose rows get an impossible date). Table given: fault (kind, share). Makes: line (position, part, kind, text …).

-- Each fault strikes a fixed number of rows, and no row twice, so the counts below are exact and can be added up.
CREATE OR REPLACE TEMP TABLE fault_range AS
WITH counted AS (
    SELECT kind, greatest(2, round(share * (SELECT count(*) FROM read_parquet(getvariable('register')))))::BIGINT AS struck
    FROM fault
)
SELECT kind, sum(struck) OVER (ORDER BY kind) - struck AS rank_from, sum(struck) OVER (ORDER BY kind) AS rank_until
FROM counted;

-- A damaged row puts in doubt everybody whose number it bears, the householder too: so the whole household is spared.
CREATE OR REPLACE MACRO of_the_cast(id_number, householder) AS
    list_contains(getvariable('chosen'), id_number) OR list_contains(getvariable('chosen'), householder);

CREATE OR REPLACE TEMP TABLE entry AS
WITH ranked AS (
    SELECT *, hash(id_number) AS token,
        row_number() OVER (ORDER BY division, certificate_no, id_number) AS position,
        row_number() OVER (
            ORDER BY of_the_cast(id_number, householder_id_number), hash(getvariable('seed'), 'fault', id_number), id_number
        ) - 1 AS rank
    FROM read_parquet(getvariable('register'))
)
SELECT r.* EXCLUDE (rank),
    CASE WHEN list_contains(getvariable('spoilt'), id_number) THEN 'impossible_date'
        WHEN of_the_cast(id_number, householder_id_number) THEN NULL
        WHEN f.kind = 'lower_case_x' AND id_number NOT LIKE '%X' THEN NULL ELSE f.kind END AS fault,
    CASE WHEN list_contains(getvariable('chosen'), id_number) OR draw('date form', token, 100) < 70 THEN 'iso'
        ELSE ['slashed', 'compact', 'chinese'][1 + draw('other date form', token, 3)] END AS date_form
FROM ranked r LEFT JOIN fault_range f ON r.rank >= f.rank_from AND r.rank < f.rank_until;

CREATE OR REPLACE MACRO written(day, form) AS CASE form
    WHEN 'iso' THEN strftime(day, '%Y-%m-%d') WHEN 'compact' THEN strftime(day, '%Y%m%d')
    WHEN 'slashed' THEN strftime(day, '%Y/%-m/%-d') ELSE strftime(day, '%Y年%-m月%-d日') END;

CREATE OR REPLACE MACRO impossible(day, form) AS CASE form
    WHEN 'iso' THEN year(day) || '-02-30' WHEN 'compact' THEN year(day) || '1301'
    WHEN 'slashed' THEN year(day) || '/6/31' ELSE year(day) || '年2月30日' END;

-- The next check character but one is always a wrong one.
CREATE OR REPLACE MACRO mistyped(id_number) AS
    id_number[:17] || '10X98765432'[1 + (strpos('10X98765432', id_number[18:]) + 1) % 11];

CREATE OR REPLACE TEMP VIEW written_entry AS
SELECT position, fault, date_form, household_size, monthly_amount_yuan,
    CASE fault WHEN 'trailing_spaces' THEN name || '  ' ELSE name END AS name,
    CASE fault WHEN 'wrong_check_digit' THEN mistyped(id_number) WHEN 'lower_case_x' THEN lower(id_number)
        WHEN 'full_width_digits' THEN translate(id_number, '0123456789X', '０１２３４５６７８９Ｘ')
        WHEN 'trailing_spaces' THEN id_number || ' ' WHEN 'missing_field' THEN '' ELSE id_number END AS id_number,
    if(fault = 'stray_quote', '"' || certificate_no, certificate_no) AS certificate_no,
    relief_type, householder_id_number, division, written(valid_from, date_form) AS valid_from,
    if(fault = 'impossible_date', impossible(valid_until, date_form), written(valid_until, date_form)) AS valid_until,
    -- A department's system writes the full-width space of its input method into fixed columns.
    if(fault = 'trailing_spaces', status || '　', status) AS status
FROM entry;

CREATE OR REPLACE TEMP TABLE line AS
SELECT position, 0 AS part, fault AS kind, date_form,
    if(fault = 'short_row', concat_ws(',', name, id_number, relief_type, certificate_no),
        concat_ws(',', name, id_number, relief_type, certificate_no, householder_id_number, division, household_size,
            monthly_amount_yuan, valid_from, valid_until, status)) AS text
FROM written_entry;

-- Copies stand some rows below what they repeat; blank lines come as an empty line or as separators only.
INSERT INTO line
SELECT position + draw('copy', position, 40), 1, 'duplicate_row', date_form, text
FROM line WHERE kind = 'copied'
UNION ALL
SELECT draw('blank at', n, (SELECT count(*) FROM entry)), 2, if(n % 2 = 0, 'blank_line', 'separators_only'), NULL,
    if(n % 2 = 0, '', ',,,,,,,,,,')
FROM range((SELECT greatest(4, count(*) // 1000) FROM entry)) AS blanks(n)
UNION ALL
SELECT (SELECT count(*) FROM entry) + 100, 3, 'summary_row', NULL,
    concat('合计,,,,,,', sum(household_size), ',', sum(monthly_amount_yuan), ',,,') FROM written_entry;
