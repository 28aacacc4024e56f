"""A feed tells days as the city counts them."""

from datetime import UTC, datetime

from haihe.data.open import feeds
from haihe.data.open.models import Dataset, DatasetVersion


def test_a_version_of_the_small_hours_is_of_the_citys_day() -> None:
    after_midnight = datetime(2026, 11, 25, 16, 1, tzinfo=UTC)
    version = DatasetVersion(number=2, rows=7, as_of=after_midnight, published_at=after_midnight)
    told = feeds.of_versions(
        Dataset(slug="canteens", title="食堂"),
        [version],
        address=lambda slug: f"https://open/{slug}",
        here="https://open",
    )
    assert "7 行，数据截至 2026-11-26。" in told
