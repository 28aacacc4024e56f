"""Lay the demo's datasets down: catalogue entries and datasets in a few statements; files are the worker's."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.open.columns import OpenColumn, kind_of, written
from haihe.data.open.demo.conditional import CONDITIONS, condition_of, plant_uses
from haihe.data.open.demo.registry import Planned, planned
from haihe.data.open.demo.source import snapshot_name
from haihe.data.open.demo.usage import USAGE
from haihe.data.open.models import Dataset, DatasetEvent, DatasetVersion, Licence
from haihe.data.open.topics import topics
from haihe.data.open.workflow import DATASET, DatasetState, Part

_ASSESSED_ON: Final = date(2025, 9, 15)
_WHO: Final = "演示经办人"
_CLASSES: Final = "DEPARTMENT"
_MOVES: Final = (("pass_gate", Part.OWNER_STEWARD), ("publish", Part.OWNER_APPROVER))
_DAYS_OF: Final = {"REALTIME": 0, "DAILY": 1, "WEEKLY": 4, "MONTHLY": 18, "QUARTERLY": 60, "YEARLY": 200}


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet."""
    plant_some({*planned(), USAGE.slug}, scale=scale, now=now, progress=progress)


def plant_some(slugs: Collection[str], *, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant those of these datasets that aren't there yet."""
    known = _known()
    missing = [one for one in (*planned().values(), USAGE) if one.slug in slugs and one.slug not in known]
    if not missing:
        return
    with transaction.atomic():
        lay_down(missing, scale=scale, now=now, progress=progress)
        if {one.slug for one in missing} >= CONDITIONS.keys():
            plant_uses(now=now)


def lay_down(rows: list[Planned], *, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Put catalogue entries and datasets down, published, each with a first version that waits to be made."""
    progress("目录", 0.1)
    codes = publish_many([_entry(one) for one in rows], now=now)
    progress("数据集", 0.7)
    _datasets(rows, {one.slug: codes[one.owner, one.title] for one in rows}, scale, now)


def _known() -> set[str]:
    return set(Dataset.objects.values_list("slug", flat=True))


def _datasets(rows: list[Planned], codes: Mapping[str, str], scale: float, now: datetime) -> None:
    today = timezone.localdate(now)
    made = [_dataset(one, codes[one.slug], one.rows(scale), now) for one in rows]
    Dataset.objects.bulk_create(made)
    DatasetVersion.objects.bulk_create(
        _version(row, one, today, now) for row, one in zip(made, rows, strict=True) if one.shape.is_made_up
    )
    DatasetEvent.objects.bulk_create(event for row in made for event in _events(row, now))


def _entry(one: Planned) -> catalogue.NewResource:
    topic = topics()[one.topic]
    return catalogue.NewResource(
        title=one.title,
        abstract=_summary(one),
        owner=one.owner,
        category=_CLASSES,
        subject_area=topic.zh,
        format="DATABASE",
        update_cycle=one.cycle,
        sharing_type="UNCONDITIONAL",
        sharing_forms=("FILE",),
        opening_type="CONDITIONAL" if condition_of(one.slug) else "UNCONDITIONAL",
        opening_condition=condition_of(one.slug),
        keywords=(topic.zh, one.nouns[0][:20]),
        items=tuple(
            catalogue.NewItem(
                name=column.name,
                title=column.title,
                data_type=column.letter,
                unit=column.unit,
                sensitivity="PUBLIC",
            )
            for column in one.shape.columns
        ),
        assessments=tuple(
            catalogue.NewAssessment(kind=kind, assessor="数据安全工作组", assessed_on=_ASSESSED_ON)
            for kind in ("SECRECY", "PERSONAL_INFORMATION")
        ),
    )


def _summary(one: Planned) -> str:
    return f"{one.shape.zh}演示数据，按真实数据的样子合成。" if one.shape.is_made_up else one.shape.zh


def _summary_en(one: Planned) -> str:
    return f"{one.shape.en} Demo data, made up to look like the real thing." if one.shape.is_made_up else one.shape.en


def _dataset(one: Planned, code: str, rows: int, now: datetime) -> Dataset:
    columns = tuple(
        OpenColumn(
            name=column.name,
            title=column.title,
            title_en=column.title_en,
            kind=kind_of(column.name, column.letter),
            unit=column.unit,
        )
        for column in one.shape.columns
    )
    topic, owner = topics()[one.topic], city.organisation(one.owner)
    found, ranked = catalogue.document(
        codes=(code, one.slug),
        title=one.title,
        subject=topic.zh,
        items=[column.title for column in columns],
        abstract=one.title_en,
        owner=(owner.name, owner.short_name) if owner else (),
        keywords=one.nouns,
    )
    return Dataset(
        code=code,
        slug=one.slug,
        title=one.title,
        title_en=one.title_en,
        summary=_summary(one),
        summary_en=_summary_en(one),
        owner=one.owner,
        topic=one.topic,
        keywords=[topic.zh, one.nouns[0][:20]],
        opening_type="CONDITIONAL" if condition_of(one.slug) else "UNCONDITIONAL",
        opening_condition=condition_of(one.slug),
        grade="GENERAL",
        licence=Licence.AGREEMENT if condition_of(one.slug) else Licence.CC_BY,
        update_cycle=one.cycle,
        has_api=one.has_api,
        columns=written(columns),
        key=list(one.shape.key),
        state=DatasetState.PUBLISHED,
        rows=rows,
        created_at=now,
        updated_at=now,
        published_at=now - timedelta(minutes=len(one.title) * 7),
        found=found,
        ranked=ranked,
    )


def _version(row: Dataset, one: Planned, today: date, now: datetime) -> DatasetVersion:
    day = today - timedelta(days=_DAYS_OF[one.cycle])
    return DatasetVersion(
        dataset=row,
        number=1,
        snapshot=snapshot_name(row.rows, day),
        as_of=datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo),
        made_at=now,
        rows=row.rows,
    )


def _events(row: Dataset, now: datetime) -> Iterator[DatasetEvent]:
    """Yield the line of each move that leads there, as people would have made it."""
    yield _event(row, "propose", "", str(DatasetState.DRAFT), Part.OWNER_STEWARD, "", now)
    state = str(DatasetState.DRAFT)
    for name, part in _MOVES:
        move = DATASET.move(state, name)
        yield _event(row, name, state, move.target, part, move.clause, now)
        state = move.target


def _event(row: Dataset, name: str, source: str, target: str, part: Part, clause: str, now: datetime) -> DatasetEvent:
    return DatasetEvent(
        dataset=row,
        at=now,
        name=name,
        source=source,
        target=target,
        part=part,
        organisation=row.owner,
        actor_name=_WHO,
        clause=clause,
    )
