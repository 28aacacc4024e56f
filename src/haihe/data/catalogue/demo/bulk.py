"""Publish many entries of the demo at once: what people's moves would leave, in a handful of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from haihe.data.catalogue.checks import check_assessed, check_entry
from haihe.data.catalogue.contents import published_content
from haihe.data.catalogue.models import Assessment, DataItem, Resource, ResourceEvent, ResourceVersion, SampleRow
from haihe.data.catalogue.records import CHILDREN, LISTS, NewResource
from haihe.data.catalogue.search.indexing import index
from haihe.data.catalogue.workflow import RESOURCE, Part, ResourceState

_MOVES = (
    (Part.OWNER_STEWARD, "submit"),
    (Part.OWNER_APPROVER, "approve"),
    (Part.OWNER_STEWARD, "submit_for_publication"),
    (Part.AUTHORITY, "publish"),
)
_WHO = "演示经办人"


@transaction.atomic
def publish_many(entries: Sequence[NewResource], *, now: datetime) -> dict[tuple[str, str], str]:
    """Publish those that aren't there yet; return the codes of all by owner and title. Raises: EntryRefused."""
    owners = {entry.owner for entry in entries}
    known = Resource.objects.filter(owner__in=owners, state=ResourceState.PUBLISHED)
    codes = {(owner, title): code for owner, title, code in known.values_list("owner", "title", "code")}
    missing = [entry for entry in entries if (entry.owner, entry.title) not in codes]
    if missing:
        codes |= _publish(missing, now)
    return {(entry.owner, entry.title): codes[entry.owner, entry.title] for entry in entries}


def _publish(entries: Iterable[NewResource], now: datetime) -> dict[tuple[str, str], str]:
    checked = [check_entry(entry, today=timezone.localdate(now)) for entry in entries]
    numbers, serials = _last_numbers(), _last_serials()
    rows = [_row(entry, numbers, serials, now) for entry in checked]
    Resource.objects.bulk_create(rows)
    pairs = list(zip(rows, checked, strict=True))
    DataItem.objects.bulk_create(item for row, entry in pairs for item in _items(row, entry))
    Assessment.objects.bulk_create(
        Assessment(resource=row, **{name: getattr(each, name) for name in type(each).__dataclass_fields__})
        for row, entry in pairs
        for each in entry.assessments
    )
    SampleRow.objects.bulk_create(
        SampleRow(resource=row, position=position, values=values)
        for row, entry in pairs
        for position, values in enumerate(entry.samples, 1)
    )
    ResourceVersion.objects.bulk_create(
        ResourceVersion(resource=row, number=1, content=published_content(entry), at=now) for row, entry in pairs
    )
    ResourceEvent.objects.bulk_create(event for row, entry in pairs for event in _events(row, entry, now))
    return {(row.owner, row.title): row.code for row in rows}


def _last_numbers() -> defaultdict[str, int]:
    numbers = defaultdict[str, int](int)
    for owner, last in Resource.objects.values_list("owner").annotate(last=Max("code")).order_by():
        numbers[owner] = int(last.rpartition("/")[2])
    return numbers


def _last_serials() -> defaultdict[str, int]:
    serials = defaultdict[str, int](int)
    for place, last in Resource.objects.values_list("classification").annotate(last=Max("guide_serial")).order_by():
        serials[place] = last or 0
    return serials


def _row(entry: NewResource, numbers: defaultdict[str, int], serials: defaultdict[str, int], now: datetime) -> Resource:
    check_assessed(entry)
    numbers[entry.owner] += 1
    serials[entry.classification] += 1
    told = {name: getattr(entry, name) for name in NewResource.__dataclass_fields__ if name not in CHILDREN}
    row = Resource(
        **told | {name: list(told[name]) for name in LISTS},
        code=f"{entry.owner}/{numbers[entry.owner]:06}",
        guide_serial=serials[entry.classification],
        state=ResourceState.PUBLISHED,
        created_at=now,
        updated_at=now,
        published_at=now,
    )
    index(row, [item.title for item in entry.items])
    return row


def _items(row: Resource, entry: NewResource) -> Iterator[DataItem]:
    for position, item in enumerate(entry.items, 1):
        told = {name: getattr(item, name) for name in type(item).__dataclass_fields__ if name != "code_list"}
        yield DataItem(resource=row, position=position, code_list_id=item.code_list or None, **told)


def _events(row: Resource, entry: NewResource, now: datetime) -> Iterator[ResourceEvent]:
    """Yield the line of each move that leads there, as people would have made it."""
    yield _event(row, "register", "", str(ResourceState.DRAFT), Part.OWNER_STEWARD, "政务数据共享条例 第12条", now)
    state = str(ResourceState.DRAFT)
    for part, name in _MOVES:
        move = RESOURCE.move(state, name)
        yield _event(row, name, state, move.target, part, move.clause, now)
        state = move.target


def _event(row: Resource, name: str, source: str, target: str, part: Part, clause: str, now: datetime) -> ResourceEvent:
    organisation = row.owner if part.startswith("OWNER") else ""
    return ResourceEvent(
        resource=row,
        at=now,
        name=name,
        source=source,
        target=target,
        part=part,
        organisation=organisation,
        actor_name=_WHO,
        clause=clause,
    )
