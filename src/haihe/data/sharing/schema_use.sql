-- What the gateways tell each other, and the pages: written by them alone, read by all (gateway/shared_counts.py).

-- Answers given under a grant on a day of the city's, by each gateway; old days are tidied away.
CREATE TABLE gateway_use (day date NOT NULL, grant_id text NOT NULL, gateway text NOT NULL, used bigint NOT NULL,
    PRIMARY KEY (day, grant_id, gateway));

-- When each key was last used, to the minute.
CREATE TABLE gateway_key_use (client_id text NOT NULL, key_id text NOT NULL, used_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, key_id));
