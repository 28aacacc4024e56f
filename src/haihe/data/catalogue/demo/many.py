"""A catalogue to search in, of any size, and queries whose answers were judged by hand. All of it is made up."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from django.db.models import Max

from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.search.indexing import index

_DISTRICTS = (
    *("和平区", "河东区", "河西区", "南开区", "河北区", "红桥区", "东丽区", "西青区"),
    *("津南区", "北辰区", "武清区", "宝坻区", "滨海新区", "宁河区", "静海区", "蓟州区"),
)
_ASPECTS = ("登记", "审批", "统计", "年报", "变更", "注销", "检查", "处罚", "补贴", "台账")
_SEED = 20261124
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the titles that answer it: 2 for an answer, 1 for half of one."""

    query: str
    gains: dict[str, int]


@dataclass(frozen=True, slots=True)
class Made:
    """An entry of `judged/entries.txt`."""

    owner: str
    title: str
    items: tuple[str, ...]


def judged_queries() -> list[Judged]:
    queries = []
    for query, answers in _lines("queries.txt"):
        good, _, half = answers.partition("/")
        queries.append(Judged(query, dict.fromkeys(half.split(), 1) | dict.fromkeys(good.split(), 2)))
    return queries


def made_entries() -> list[Made]:
    return [Made(owner, title, tuple(items.split())) for owner, title, items in _lines("entries.txt")]


def plant_entries(*, now: datetime) -> None:
    """Put the made-up entries into the catalogue, published. Departments must be loaded."""
    numbers = defaultdict[str, int](int)
    _save([_row(made, numbers, now) for made in made_entries()])


def plant_many(count: int, *, now: datetime, report: Callable[[float], None] = lambda share: None) -> None:
    """Put this many variations of them into the catalogue: districts, aspects, more items, longer abstracts."""
    source, base, numbers = random.Random(_SEED), made_entries(), _numbers_given()  # noqa: S311 - repeatable
    owners = sorted({made.owner for made in base})
    rows = []
    for number in range(count):
        made, others = base[number % len(base)], source.sample(base, 6)
        title = f"{source.choice(_DISTRICTS)}{made.title.removesuffix('信息')}{source.choice(_ASPECTS)}{number}"
        varied = Made(source.choice(owners), title, (*made.items, *others[0].items, *others[1].items))
        rows.append(_row(varied, numbers, now, abstract="，".join(other.title for other in others)))
        if len(rows) == _AT_ONCE:
            _save(rows)
            report(number / count)
    _save(rows)


def _numbers_given() -> defaultdict[str, int]:
    numbers = defaultdict[str, int](int)
    for owner, last in Resource.objects.values_list("owner").annotate(last=Max("code")).order_by():
        numbers[owner] = int(last.partition("/")[2])
    return numbers


def _row(made: Made, numbers: defaultdict[str, int], now: datetime, abstract: str = "") -> Resource:
    numbers[made.owner] += 1
    row = Resource(
        code=f"{made.owner}/{numbers[made.owner]:06}",
        owner=made.owner,
        title=made.title,
        abstract=f"按月归集，供各部门办事时核验使用。{abstract}",
        subject_area="公共服务",
        category="THEME",
        grade="GENERAL",
        format="DATABASE",
        sharing_type="UNCONDITIONAL",
        sharing_forms=["SERVICE"],
        update_cycle="MONTHLY",
        state="PUBLISHED",
        published_at=now,
        created_at=now,
        updated_at=now,
    )
    index(row, made.items)
    return row


def _save(rows: list[Resource]) -> None:
    Resource.objects.bulk_create(rows)
    rows.clear()


def _lines(name: str) -> Iterator[list[str]]:
    text = resources.files("haihe.data.catalogue.demo").joinpath("judged", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]
