-- One district's registers for the demo's comparisons, made of what the city's own hold. Variables: folder, today, and of
-- the two persons of the story: peng, peng_name, peng_division; guo, guo_name, guo_division. Nothing here invents another.
CREATE OR REPLACE TEMP TABLE relief AS SELECT * FROM read_parquet(getvariable('folder') || '/relief_register/120117.parquet');
CREATE OR REPLACE TEMP TABLE resident AS SELECT * FROM read_parquet(getvariable('folder') || '/resident/120117.parquet');

CREATE OR REPLACE TEMP VIEW families AS
SELECT r.name, r.id_number, r.division, p.address, p.phone, r.household_size
FROM relief r JOIN resident p USING (id_number) WHERE r.status = '在保'
UNION ALL
SELECT getvariable('peng_name'), getvariable('peng'), getvariable('peng_division'),
    '天津市宁河区宁河镇北岳庄村3排12号', '15400000317', 4;

CREATE OR REPLACE TEMP VIEW burdens AS
SELECT name, id_number, if(id_number = getvariable('peng'), 38600, 800 + (hash(id_number) % 40000)::INTEGER) AS self_paid_yuan
FROM families;

CREATE OR REPLACE TEMP VIEW incomes AS
SELECT name, id_number, if(id_number IN (SELECT id_number FROM relief), 6000 + (hash(id_number, 1) % 34000)::INTEGER,
    20000 + (hash(id_number, 2) % 90000)::INTEGER) AS annual_income_yuan
FROM resident WHERE date_diff('year', birth_date, getvariable('today')) >= 16
UNION ALL
SELECT getvariable('peng_name'), getvariable('peng'), 14200;

-- A few of those on relief and of the holders of a disability certificate.
CREATE OR REPLACE TEMP VIEW deaths AS
WITH known AS (
    SELECT name, id_number FROM relief
    UNION SELECT name, id_number FROM read_parquet(getvariable('folder') || '/disability_register/120117.parquet')
)
SELECT name, id_number, getvariable('today') - 10 - (hash(id_number, 4) % 60)::INTEGER AS died_on
FROM known
-- In the smallest of cities there is one, too.
WHERE hash(id_number, 3) % 25 = 0 OR id_number = (SELECT min(id_number) FROM known);

CREATE OR REPLACE TEMP VIEW insurance AS
SELECT name, id_number, scheme, status, months_paid, last_paid_month, division
FROM read_parquet(getvariable('folder') || '/social_insurance/120117.parquet')
UNION ALL
SELECT getvariable('peng_name'), getvariable('peng'), '城乡居民', '中断缴费', 38, getvariable('today') - 900,
    getvariable('peng_division')
UNION ALL
SELECT getvariable('guo_name'), getvariable('guo'), '城镇职工', '中断缴费', 131, getvariable('today') - 200,
    getvariable('guo_division');

CREATE OR REPLACE TEMP VIEW accounts AS
SELECT name, id_number, account_no, branch, '' AS employer, status, opened_on
FROM read_parquet(getvariable('folder') || '/housing_fund_account/120117.parquet')
UNION ALL
SELECT getvariable('guo_name'), getvariable('guo'), '0412011700009981', '宁河管理部', '', '正常', DATE '2012-03-01';

CREATE OR REPLACE TEMP VIEW disability AS
SELECT name, id_number, category, grade, certificate_no, division, issued_on
FROM read_parquet(getvariable('folder') || '/disability_register/120117.parquet');
