"""Loads places and public bodies: reference data that any city needs, demo or not."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from django.db import transaction

from haihe.city.models import Division, DivisionLevel, Organisation, OrganisationKind
from haihe.city.places import CITY, Place, initials_of, tianjin

_BATCH = 2000
# DB12/T 819.3 gives a district one letter, I and O left out; which letter is ours to say: in the order of the codes.
_DISTRICT_LETTERS = "ABCDEFGHJKLMNPQR"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows now stand."""

    divisions: int
    organisations: int


def load_reference_data() -> Loaded:
    """Bring divisions and organisations to what the sources say. Safe to repeat; removes nothing."""
    places = tianjin()
    with transaction.atomic():
        load_divisions(places)
        load_organisations([*departments(), *units(), *local_bodies(places)])
    return Loaded(Division.objects.count(), Organisation.objects.count())


def load_divisions(places: Iterable[Place]) -> None:
    """Write the places as divisions, over what stands."""
    _write(Division, [_division(place) for place in places])


def load_organisations(organisations: Iterable[Organisation]) -> None:
    """Write the organisations, over what stands; their divisions must be loaded."""
    _write(Organisation, list(organisations))


def departments() -> list[Organisation]:
    """Return the 48 city departments of `data/departments.csv`."""
    return [
        Organisation(**row, level=DivisionLevel.CITY, division_id=CITY, initials=initials_of(row["short_name"]))
        for row in _table("departments.csv")
    ]


def units() -> list[Organisation]:
    """Return the departments' units of `data/units.csv`."""
    return [
        Organisation(
            code=row["code"],
            name=row["name"],
            short_name=row["name"],
            name_en=row["name_en"],
            kind=OrganisationKind.UNIT,
            level=DivisionLevel.CITY,
            division_id=CITY,
            parent_id=row["parent"],
            initials=initials_of(row["name"]),
        )
        for row in _table("units.csv")
    ]


def local_bodies(places: Iterable[Place]) -> Iterator[Organisation]:
    """Yield one public body per district, street or town, and community or village."""
    codes: dict[str, str] = {}
    children: dict[str, int] = {}
    letters = iter(_DISTRICT_LETTERS)
    for place in places:
        if place.level < DivisionLevel.DISTRICT or place.parent is None:
            continue
        number = children[place.parent] = children.get(place.parent, 0) + 1
        if place.level == DivisionLevel.DISTRICT:
            codes[place.code] = f"12{next(letters)}001"
        elif place.level == DivisionLevel.STREET:
            codes[place.code] = f"{codes[place.parent][:3]}{100 + number}"
        else:
            codes[place.code] = f"{codes[place.parent]}{number:03d}"
        yield _local_body(place, codes[place.code], codes.get(place.parent))


def _local_body(place: Place, code: str, parent: str | None) -> Organisation:
    kind, suffix = {
        DivisionLevel.DISTRICT: (OrganisationKind.DISTRICT, "人民政府"),
        DivisionLevel.STREET: (OrganisationKind.STREET, _seat(place.name)),
        DivisionLevel.COMMUNITY: (OrganisationKind.COMMUNITY, ""),
    }[DivisionLevel(place.level)]
    return Organisation(
        code=code,
        name=place.full_name + suffix,
        short_name=place.name + suffix,
        name_en=f"People's Government of {place.name_en}" if place.name_en else "",
        kind=kind,
        level=place.level,
        division_id=place.code,
        parent_id=parent,
        initials=place.initials,
    )


def _seat(street: str) -> str:
    if street.endswith("街道"):
        return "办事处"
    return "人民政府" if street.endswith(("镇", "乡")) else "管理机构"


def _division(place: Place) -> Division:
    return Division(
        code=place.code,
        name=place.name,
        level=place.level,
        parent_id=place.parent,
        full_name=place.full_name,
        name_en=place.name_en,
        pinyin=place.pinyin,
        initials=place.initials,
        path=place.path,
    )


def _write[M: (Division, Organisation)](model: type[M], rows: list[M]) -> None:
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def _table(name: str) -> Iterator[dict[str, str]]:
    with (files("haihe.city") / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
