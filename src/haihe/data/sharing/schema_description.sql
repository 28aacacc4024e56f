-- Run by migration 0007: what the gateway publishes about services, and the names of who takes part.

CREATE VIEW gateway_about AS
SELECT slug::text, title::text, summary::text, claim_titles || field_titles AS titles, fields FROM sharing_service;

CREATE VIEW gateway_member AS
SELECT code::text AS organisation, name::text FROM city_organisation
WHERE code IN (SELECT owner FROM sharing_service UNION SELECT organisation FROM sharing_client);
