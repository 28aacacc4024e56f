-- The small tables that chance is drawn from. Variable: data (the folder of the CSV files). Table given: place (all of
-- Tianjin's divisions), cast_account (from cast.py).

CREATE OR REPLACE TABLE community AS
SELECT code, code[:6] AS district, name LIKE '%村委会' AS rural,
    regexp_replace(full_name, '(居民委员会|村民委员会|居委会|委会)$', '') AS full_name,
    -- How many people live there, relatively: towns are dense, development zones nearly empty.
    CASE WHEN name LIKE '%虚拟社区' OR name LIKE '%园社区' THEN 0.5
        ELSE (0.6 + code[8:]::INTEGER * 7919 % 100 / 100) * if(rural, 1.0, 4.5) END AS weight
FROM place WHERE level = 5;

-- Ten households hold 24 people: Tianjin's mean of 2.4 (census of 2020).
CREATE OR REPLACE TABLE size_pattern AS
SELECT place, size, (sum(size) OVER (ORDER BY place) - size)::INTEGER AS start
FROM (SELECT unnest(range(10))::INTEGER AS place, unnest([1, 2, 3, 2, 1, 4, 2, 3, 5, 1]) AS size);

CREATE OR REPLACE TABLE household_kind AS
SELECT *, sum(share) OVER (PARTITION BY size ORDER BY kind) AS die_until, die_until - share AS die_from
FROM read_csv(getvariable('data') || '/households.csv');

CREATE OR REPLACE TABLE household_role AS
SELECT kind, 0 AS member, '户主' AS relation, 'HEAD' AS sex, 0 AS gap_low, 0 AS gap_high FROM household_kind
UNION ALL
SELECT kind, member, part[1], part[2], part[3]::INTEGER, part[4]::INTEGER
FROM (
    SELECT kind, generate_subscripts(texts, 1) AS member, string_split(unnest(texts), ':') AS part
    FROM (SELECT kind, string_split(members, ';') AS texts FROM household_kind WHERE members IS NOT NULL)
);

-- Lists in which a common surname stands more often: picking from one is picking by frequency.
CREATE OR REPLACE TABLE surname AS
SELECT list(surname ORDER BY surname) AS names
FROM (SELECT surname, unnest(range(weight)) FROM read_csv(getvariable('data') || '/surnames.csv'));

CREATE OR REPLACE TABLE given_name AS
SELECT sex = '男' AS male, unnest(range(born_from, born_until + 1))::INTEGER AS born,
    string_split(characters, '') AS characters,
    -- One-character names were the fashion of the eighties.
    CASE WHEN born_from < 1960 THEN 88 WHEN born_from = 1980 THEN 58 ELSE 78 END AS double_share
FROM read_csv(getvariable('data') || '/given_names.csv');

CREATE OR REPLACE TABLE birthplace AS
SELECT district, born,
    coalesce(list(code ORDER BY code) FILTER ("where" = 'LOCAL'), []) AS local,
    coalesce(list(code ORDER BY code) FILTER ("where" = 'ELSEWHERE'), []) AS elsewhere
FROM (
    SELECT *, unnest(range(born_from, born_until + 1))::INTEGER AS born
    FROM read_csv(getvariable('data') || '/birthplaces.csv', all_varchar = false, types = {'district': 'VARCHAR', 'code': 'VARCHAR'})
)
GROUP BY district, born;

-- The story's people live among the residents, under numbers that nobody else may draw.
CREATE OR REPLACE TABLE cast_person AS
SELECT c.*, c.id_number[:17] AS taken, c.division[:6] AS district,
    c.id_number[7:14].strptime('%Y%m%d')::DATE AS birth_date,
    '1540000' || lpad((c.home * 10 + c.member)::VARCHAR, 4, '0') AS phone,
    community.full_name || '1号楼1门' || c.home || '01' AS address,
    count(*) OVER (PARTITION BY c.home) AS home_size,
    first_value(c.id_number) OVER (PARTITION BY c.home ORDER BY c.member) AS householder_id_number
FROM read_csv(getvariable('data') || '/cast_households.csv', types = {'id_number': 'VARCHAR', 'division': 'VARCHAR'}) c
JOIN community ON community.code = c.division;
