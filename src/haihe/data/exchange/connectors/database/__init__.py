"""A table or one query of a department's database: PostgreSQL, MySQL and MariaDB, or any other that SQLAlchemy speaks.

Check-list: one read-only transaction on one state of the data · rows stream in bounded memory · names quoted by the
dialect, a query is one SELECT · codes stay text, from numeric columns too · whole, by watermark or by comparison with
the last fetch, which also sees what was deleted · a column that changes under the fetch ends it · only addresses in
the site's networks.
"""
