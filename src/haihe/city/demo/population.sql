-- One district's residents. Variables: seed, district (6 digits), residents and households (how many to make).
-- Tables given: those of reference.sql.

-- Households come in blocks of ten with a fixed mix of sizes, so where the n-th household's people start is arithmetic.
CREATE OR REPLACE TEMP TABLE district_household AS
WITH shares AS (
    SELECT *, round(sum(weight) OVER (ORDER BY code) / sum(weight) OVER () * getvariable('households'))::BIGINT AS upto
    FROM community WHERE district = getvariable('district')
), bounds AS (
    SELECT *, lag(upto, 1, 0) OVER (ORDER BY code) AS start FROM shares
), numbered AS (
    SELECT code AS division, full_name, rural, start, unnest(range(start, upto)) AS n FROM bounds
)
SELECT household_number(n) AS household, n - numbered.start AS n_here, division, full_name, rural, size,
    n // 10 * 24 + size_pattern.start AS first_resident
FROM numbered JOIN size_pattern ON size_pattern.place = n % 10;

CREATE OR REPLACE TEMP TABLE district_person AS
WITH homes AS (
    SELECT h.*, k.kind, k.youngest + draw('age', h.household, k.oldest - k.youngest + 1) AS head_age,
        draw('head sex', h.household, 100) < 64 AS head_male,
        pick((SELECT names FROM surname), 'surname', h.household) AS family_name
    FROM (SELECT *, draw('kind', household, 100) AS die FROM district_household) h
    JOIN household_kind k ON k.size = h.size AND h.die >= k.die_from AND h.die < k.die_until
), people AS (
    SELECT homes.*, r.* EXCLUDE (kind), homes.household * 8 + r.member AS person
    FROM homes JOIN household_role r USING (kind)
    WHERE first_resident + r.member < getvariable('residents')
), bodies AS (
    SELECT *,
        head_age + gap_low + draw('gap', person, gap_high - gap_low + 1) AS planned_age,
        CASE WHEN planned_age < 0 THEN draw('small child', person, 5) ELSE least(planned_age, 99) END AS age,
        CASE sex WHEN 'HEAD' THEN head_male WHEN 'OPPOSITE' THEN NOT head_male
            WHEN 'ANY' THEN draw('sex', person, 1000) < 513 ELSE sex = '男' END AS male
    FROM people
)
SELECT household, member, person, relation, division, full_name, rural, n_here, male,
    DATE '2026-01-01' - (age * 365.2425 + 1 + draw('day', person, 365))::INTEGER AS birth_date,
    year(birth_date)::INTEGER AS born,
    if(relation IN ('户主', '子女', '父亲'), family_name, pick((SELECT names FROM surname), 'own surname', person)) AS family_name
FROM bodies;

CREATE OR REPLACE TEMP TABLE resident AS
WITH named AS (
    SELECT p.*,
        family_name || pick(g.characters, 'given', person)
            || if(draw('given length', person, 100) < g.double_share, pick(g.characters, 'given 2', person), '') AS name,
        if(len(b.elsewhere) > 0 AND draw('migrant', person, 100) < 28,
            pick(b.elsewhere, 'county', person), pick(b.local, 'county', person)) AS birthplace
    FROM district_person p
    JOIN given_name g USING (male, born)
    JOIN birthplace b USING (born)
    WHERE b.district = getvariable('district')
), numbered AS (
    -- 271 steps round the 499 numbers of a sex, from a start of each day's own: distinct, but not in a row.
    SELECT *, birthplace::BIGINT * 100000000000 + strftime(birth_date, '%Y%m%d')::BIGINT * 1000 AS of_the_day,
        of_the_day + 2 * ((row_number() OVER (PARTITION BY birthplace, birth_date, male ORDER BY person) * 271
            + draw('first number', of_the_day + male::INTEGER, 499)) % 499) + if(male, 1, 2) AS drawn
    FROM named
), kept AS (
    -- Where the number is one of the cast's, 999 or 000 stands in: those are drawn by nobody.
    SELECT n.*, if(drawn IN (SELECT taken::BIGINT FROM cast_person), drawn // 1000 * 1000 + if(male, 999, 0), drawn) AS n17
    FROM numbered n
)
SELECT n17::VARCHAR || check_character(n17) AS id_number, name, if(male, '男', '女') AS sex, birth_date,
    division, household, member::UTINYINT AS member, relation,
    -- 154 is a range that no subscriber has been given.
    '154' || lpad(draw('phone', person, 100000000)::VARCHAR, 8, '0') AS phone,
    full_name || if(rural, concat(n_here // 20 + 1, '排', n_here % 20 + 1, '号'),
        concat(n_here // 72 + 1, '号楼', n_here // 18 % 4 + 1, '门', n_here // 3 % 6 + 1, '0', n_here % 3 + 1)) AS address,
    rural, true AS synthetic
FROM kept
UNION ALL
SELECT id_number, name, sex, birth_date, division, cast_household(home), member, relation, phone, address, false, true
FROM cast_person WHERE district = getvariable('district');

DROP TABLE district_household;
DROP TABLE district_person;
