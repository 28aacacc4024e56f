"""What is young, newest, current or the last of its month is kept, for as long as the retention says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.versions.keeping import Kept, Retention, to_remove

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
RETENTION = Retention(keep_days=30, keep_newest=2, keep_months=3)


def made(**ages: int) -> list[Kept]:
    return [Kept(name, NOW - timedelta(days=days), is_current=name == "current") for name, days in ages.items()]


def test_the_young_and_the_newest_stay() -> None:
    assert to_remove(made(a=1, b=29, c=400, d=401), RETENTION, now=NOW) == ["c", "d"]
    assert to_remove(made(a=300, b=301, c=400), RETENTION, now=NOW) == ["c"]


def test_what_is_current_stays_however_old() -> None:
    assert to_remove(made(a=1, b=2, current=900), RETENTION, now=NOW) == []


def test_the_last_of_each_month_stays_for_some_months() -> None:
    # 31 days ago is 25 October, 40 days 16 October; 60 days 26 September, 120 days 28 July.
    found = to_remove(made(a=1, b=2, october=31, earlier=40, september=60, july=120), RETENTION, now=NOW)
    assert found == ["earlier", "july"]


@given(
    ages=st.lists(st.integers(0, 4000), max_size=30),
    retention=st.builds(
        Retention, keep_days=st.integers(30, 400), keep_newest=st.integers(1, 5), keep_months=st.integers(0, 24)
    ),
)
def test_never_more_is_removed_than_the_words_allow(ages: list[int], retention: Retention) -> None:
    kept = [Kept(str(n), NOW - timedelta(days=days, seconds=n), is_current=n == 0) for n, days in enumerate(ages)]
    gone = set(to_remove(kept, retention, now=NOW))
    assert "0" not in gone
    assert len(kept) - len(gone) >= min(len(kept), retention.keep_newest)
    assert all(int(days) >= retention.keep_days for n, days in enumerate(ages) if str(n) in gone)
