"""A department's query is one SELECT that reads."""

import pytest

from haihe.data.exchange.connectors.database.queries import one_select
from haihe.data.exchange.connectors.faults import Fault, FetchFailed

READS = [
    "SELECT a, b FROM t",
    "select a from s.t where b like '%;%' ;",
    "WITH x AS (SELECT a FROM t) SELECT a FROM x",
    "SELECT a FROM t UNION ALL SELECT a FROM u",
    "SELECT a, (SELECT max(c) FROM u) AS c FROM t ORDER BY a",
    "SELECT 证件号码 FROM 救助对象",
    "SELECT replace(a, 'x', '') AS a FROM t",
]
DOES_MORE = [
    "",
    "DELETE FROM t",
    "SELECT 1; DROP TABLE t",
    "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x",
    "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM x",
    "SELECT a INTO b FROM t",
    "SELECT a FROM t FOR UPDATE",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_sleep(1000)",
    "SELECT sleep(1000)",
    "SELECT load_file('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
    "COPY t TO '/tmp/x'",
    "SET ROLE postgres",
    "CALL f()",
    "EXPLAIN ANALYZE DELETE FROM t",
    "SELECT (",
    "not sql at all",
]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "dm"])
@pytest.mark.parametrize("query", READS)
def test_what_only_reads_is_taken(query: str, dialect: str) -> None:
    assert one_select(query, dialect).startswith(query.split()[0])


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "dm"])
@pytest.mark.parametrize("query", DOES_MORE)
def test_what_does_more_is_refused(query: str, dialect: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        one_select(query, dialect)
    assert failed.value.fault is Fault.QUERY_REFUSED
