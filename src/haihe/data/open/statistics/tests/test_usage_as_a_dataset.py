"""The figures of use are a dataset like any other: opened by people through the gate, renewed when a day is sealed."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from haihe.base.accounts.api import actor_for
from haihe.data.catalogue.api import NewItem
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.open import operations
from haihe.data.open.demo import plant_some
from haihe.data.open.errors import NoTable
from haihe.data.open.models import Dataset, DatasetUsage
from haihe.data.open.operations import NewDataset
from haihe.data.open.sources import source_of
from haihe.data.open.statistics.dataset import KEY, SLUG, renew_dataset
from haihe.data.open.statistics.operations import seal_days
from haihe.data.open.tests.conftest import CANTEENS, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
TODAY = timezone.localdate(NOW)
DAY = timedelta(days=1)


def visit(times: int, *, on: date) -> None:
    for _visit in range(times):
        operations.count_visit("canteens", on=on)


def rows_of(lake: Path) -> list[tuple[date, str, str, int]]:
    version = Dataset.objects.get(slug=SLUG).versions.get(is_current=True)
    told = pq.read_table(lake / version.path / "rows.parquet").to_pylist()
    return [(row["day"], row["dataset"], row["kind"], row["count"]) for row in told]


def test_in_the_demo_the_first_sealed_day_is_its_first_version(lake: Path) -> None:
    plant_some([SLUG], scale=0.001, now=NOW, progress=lambda what, share: None)
    assert not renew_dataset(now=NOW), "nothing is sealed yet, and nothing is made up"
    visit(3, on=TODAY)
    operations.count_call("canteens", on=TODAY)
    seal_days(now=NOW + DAY)
    assert renew_dataset(now=NOW + DAY)
    assert not renew_dataset(now=NOW + DAY)
    assert rows_of(lake) == [(TODAY, "canteens", "CALL", 1), (TODAY, "canteens", "VIEW", 3)]


def test_later_days_and_late_figures_come_with_the_next_version_and_rows_keep_their_ids(lake: Path) -> None:
    plant_some([SLUG], scale=0.001, now=NOW, progress=lambda what, share: None)
    visit(3, on=TODAY)
    seal_days(now=NOW + DAY)
    renew_dataset(now=NOW + DAY)
    visit(1, on=TODAY)
    visit(2, on=TODAY + DAY)
    DatasetUsage.objects.filter(day=TODAY).update(count=4)
    seal_days(now=NOW + 2 * DAY)
    assert renew_dataset(now=NOW + 2 * DAY)
    assert rows_of(lake) == [(TODAY, "canteens", "VIEW", 4), (TODAY + DAY, "canteens", "VIEW", 2)]
    version = Dataset.objects.get(slug=SLUG).versions.get(is_current=True)
    assert (version.number, version.added, version.removed, version.changed) == (2, 1, 0, 1)
    older = Dataset.objects.get(slug=SLUG).versions.get(number=1)
    assert source_of(older.dataset.code, snapshot=older.snapshot).rows == 1, "an old state can be made again"


def test_a_department_opens_it_by_the_usual_way(lake: Path) -> None:
    new = {name: getattr(CANTEENS, name) for name in CANTEENS.__dataclass_fields__}
    items = tuple(
        NewItem(name=name, title=title, data_type=letter, sensitivity="PUBLIC")
        for name, title, letter in (
            ("day", "日期", "D"),
            ("dataset", "数据集", "C"),
            ("kind", "方式", "C"),
            ("count", "次数", "I"),
        )
    )
    entry = type(CANTEENS)(**new | {"title": "开放数据使用统计", "items": items})
    code = publish_many([entry], now=NOW)[entry.owner, entry.title]
    steward, approver = (actor_for(name, now=NOW) for name in ("steward_mzj", "approver_mzj"))
    described = NewDataset(
        slug=SLUG,
        title_en="Use of open data",
        summary_en="How often each dataset was used.",
        topic="government",
        licence="CC-BY-4.0",
        key=KEY,
        columns_en={"day": "Day", "dataset": "Dataset", "kind": "Kind", "count": "Times"},
    )
    operations.propose(actor=steward, code=code, new=described, now=NOW)
    with pytest.raises(NoTable):
        operations.check(actor=steward, slug=SLUG, now=NOW)
    visit(2, on=TODAY)
    seal_days(now=NOW + DAY)
    assert not renew_dataset(now=NOW + DAY), "nobody published it"
    assert operations.check(actor=steward, slug=SLUG, now=NOW + DAY).findings == ()
    operations.move(actor=approver, slug=SLUG, name="publish", now=NOW + DAY)
    assert rows_of(lake) == [(TODAY, "canteens", "VIEW", 2)]
    visit(1, on=TODAY + DAY)
    seal_days(now=NOW + 2 * DAY)
    assert renew_dataset(now=NOW + 2 * DAY)
    assert len(rows_of(lake)) == 2
