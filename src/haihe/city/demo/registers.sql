-- What four departments know about one district's residents. Variables: seed, district, today. Table given: resident.
-- Each of the four last tables and views is written as one Parquet file; nothing here invents a person.

CREATE OR REPLACE TEMP TABLE person AS
SELECT *, hash(id_number) AS token, date_diff('year', birth_date, getvariable('today')) AS age,
    id_number IN (SELECT id_number FROM cast_person) AS of_the_cast
FROM resident;

-- 残联: one in forty, more often the old.
CREATE OR REPLACE TEMP TABLE disabled_person AS
SELECT *,
    ['视力', '听力', '言语', '肢体', '肢体', '肢体', '智力', '精神', '多重'][1 + draw('disability kind', token, 9)] AS category,
    1 + draw('disability grade', token, 4) AS grade
FROM person
WHERE NOT of_the_cast
    AND draw('disability', token, 1000) < CASE WHEN age < 18 THEN 9 WHEN age < 60 THEN 20 ELSE 55 END;

CREATE OR REPLACE TEMP VIEW disability_register AS
SELECT id_number, name, category, ['一级', '二级', '三级', '四级'][grade] AS grade,
    -- The certificate's number is the holder's, then a digit for the category and one for the grade.
    concat(id_number, list_position(['视力', '听力', '言语', '肢体', '智力', '精神', '多重'], category), grade) AS certificate_no,
    division, greatest(birth_date + 180, getvariable('today') - 90 - draw('disability since', token, 5000)) AS issued_on,
    synthetic
FROM disabled_person;

-- 民政局: whole households. A disabled member, or living alone in old age, makes relief likelier.
CREATE OR REPLACE TEMP TABLE relief_household AS
WITH homes AS (
    SELECT household, count(*)::INTEGER AS household_size, arg_min(id_number, member) AS householder_id_number,
        hash(household) AS token, household_size = 1 AND max(age) >= 60 AS alone,
        household IN (SELECT household FROM disabled_person) AS disabled
    FROM person WHERE NOT of_the_cast GROUP BY household
)
SELECT household, household_size, householder_id_number, token,
    CASE WHEN alone AND draw('relief type', token, 100) < 60 THEN '特困供养'
        WHEN draw('relief type', token, 100) < 78 THEN '最低生活保障' ELSE '低收入家庭' END AS relief_type,
    draw('relief state', token, 100) < 94 AS in_order
FROM homes
WHERE draw('relief', token, 10000) < CASE WHEN disabled THEN 1050 WHEN alone THEN 520 ELSE 253 END
UNION ALL
SELECT DISTINCT cast_household(home), home_size, householder_id_number, hash(home), relief_type, true
FROM cast_person WHERE district = getvariable('district') AND relief_type IS NOT NULL;

CREATE OR REPLACE TEMP VIEW relief_register AS
SELECT p.name, p.id_number, r.relief_type,
    -- The file that is made of this has no column to say so: the certificate itself tells that it is none.
    concat('演示-', CASE r.relief_type WHEN '最低生活保障' THEN 'DB' WHEN '特困供养' THEN 'TK' ELSE 'DS' END, r.household)
        AS certificate_no,
    r.householder_id_number, p.division, r.household_size::UTINYINT AS household_size,
    (r.household_size * CASE r.relief_type WHEN '低收入家庭' THEN 100 + draw('amount', r.token, 200)
        WHEN '特困供养' THEN 1700 ELSE 360 + draw('amount', r.token, 651) END)::INTEGER AS monthly_amount_yuan,
    date_trunc('month', getvariable('today') - 370 - draw('relief since', r.token, 2000))::DATE AS valid_from,
    last_day(CASE WHEN r.in_order THEN getvariable('today') + 31 + draw('relief until', r.token, 330)
        ELSE getvariable('today') - 40 - draw('relief until', r.token, 300) END) AS valid_until,
    if(r.in_order, '在保', '停保') AS status, p.synthetic
FROM person p JOIN relief_household r USING (household);

-- 公积金中心: people at work, townspeople three times as often. The cast's accounts are written down in cast.py.
CREATE OR REPLACE TEMP TABLE housing_fund_account AS
WITH savers AS (
    SELECT *, 300 + draw('wage', token, 70) * draw('wage 2', token, 70) AS monthly,
        6 + draw('months saved', token, 12 * (age - 18)) AS months
    FROM person
    WHERE NOT of_the_cast AND age BETWEEN 20 AND 59 AND draw('fund', token, 100) < if(rural, 16, 45)
)
SELECT concat('04', household, member) AS account_no, id_number, name, getvariable('branch') AS branch,
    monthly::DECIMAL(12, 2) AS monthly_deposit_yuan,
    -- What was put in, less what was taken out for a home.
    (monthly * months * (20 + draw('left', token, 80)) / 100 + draw('cents', token, 100) / 100)::DECIMAL(12, 2) AS balance_yuan,
    date_trunc('month', getvariable('today') - 30 * months)::DATE AS opened_on,
    if(draw('fund state', token, 100) < 88, '正常', '封存') AS status, synthetic
FROM savers
UNION ALL
SELECT account_no, id_number, name, a.branch, monthly_deposit_yuan, balance_yuan, opened_on, '正常', true
FROM cast_account a JOIN cast_person USING (id_number) WHERE district = getvariable('district');

-- 人社局: everybody from 16. Whoever saves at the fund is insured through work, but for three in a thousand:
-- those are what a cross-check of the two registers is there to find.
CREATE OR REPLACE TEMP VIEW social_insurance AS
WITH known AS (
    SELECT *, id_number IN (SELECT id_number FROM housing_fund_account WHERE status = '正常') AS saver
    FROM person WHERE age >= 16
), judged AS (
    SELECT *, CASE WHEN of_the_cast THEN '参保缴费' WHEN age >= 60 OR (age >= 55 AND sex = '女') THEN '待遇领取'
        WHEN draw('insured', token, 1000) < if(saver, 997, 830) THEN '参保缴费' ELSE '中断缴费' END AS status
    FROM known
)
SELECT id_number, name, if(saver OR draw('scheme', token, 100) < if(rural, 20, 55), '城镇职工', '城乡居民') AS scheme,
    status, (1 + draw('months', token, 12 * (least(age, 60) - 15)))::USMALLINT AS months_paid,
    date_trunc('month', getvariable('today') - if(status = '参保缴费', 31, 120 + draw('last paid', token, 1500)))::DATE AS last_paid_month,
    division, synthetic
FROM judged;
