-- Chance without state: every draw is a hash of the seed, a name for the draw, and what it is drawn for, so each row
-- comes out the same whatever the order, the number of threads or the district asked for.
CREATE OR REPLACE MACRO draw(purpose, subject, sides) AS
    (hash(getvariable('seed'), purpose, subject) % sides)::INTEGER;

CREATE OR REPLACE MACRO pick(choices, purpose, subject) AS
    choices[1 + draw(purpose, subject, len(choices))];

-- Household numbers: the district, then seven digits; the cast's start at nine million.
CREATE OR REPLACE MACRO household_number(n) AS
    getvariable('district')::BIGINT * 10000000 + n;

CREATE OR REPLACE MACRO cast_household(home) AS
    household_number(9000000 + home);

-- GB 11643: the weight of a digit is 2^(places to its right, the check character's included) mod 11.
CREATE OR REPLACE MACRO check_character(n) AS
    substr('10X98765432', 1 + ((
        7 * (n // 10000000000000000) + 9 * (n // 1000000000000000 % 10) + 10 * (n // 100000000000000 % 10)
        + 5 * (n // 10000000000000 % 10) + 8 * (n // 1000000000000 % 10) + 4 * (n // 100000000000 % 10)
        + 2 * (n // 10000000000 % 10) + (n // 1000000000 % 10) + 6 * (n // 100000000 % 10)
        + 3 * (n // 10000000 % 10) + 7 * (n // 1000000 % 10) + 9 * (n // 100000 % 10)
        + 10 * (n // 10000 % 10) + 5 * (n // 1000 % 10) + 8 * (n // 100 % 10)
        + 4 * (n // 10 % 10) + 2 * (n % 10)
    ) % 11)::INTEGER, 1);
