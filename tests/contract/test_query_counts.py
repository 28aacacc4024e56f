"""No page asks the database more often than it did, and each kind of page has its count in the baseline."""

from tests.contract.query_counts import baseline, measured

MOST = 40
"""Beyond this a page asks once for each of its rows; the lists here have ten to twenty."""
RENEW = "look why; if it must be, run `python -m tests.contract.query_counts` and let the change be reviewed"


def test_no_page_asks_more_than_its_baseline() -> None:
    known, found = baseline(), measured()
    assert sorted(found.keys() - known.keys()) == [], f"pages without a baseline: {RENEW}"
    worse = {view: (known[view], count) for view, count in found.items() if count > known[view]}
    assert worse == {}, RENEW
    assert {view: count for view, count in found.items() if count > MOST} == {}
