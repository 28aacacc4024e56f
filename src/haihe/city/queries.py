"""Reads of divisions and organisations."""

from collections.abc import Iterable

from haihe.city import records
from haihe.city.models import Division, Organisation


def division(code: str) -> records.Division | None:
    """Return the division, or None where no such code is loaded."""
    row = Division.objects.filter(code=code).first()
    return division_record(row) if row else None


def divisions(parent: str | None = None, level: int | None = None) -> list[records.Division]:
    """Return divisions in the order of their codes, only children of `parent` and only of `level` where given."""
    rows = Division.objects.all()
    if parent is not None:
        rows = rows.filter(parent_id=parent)
    if level is not None:
        rows = rows.filter(level=level)
    return [division_record(row) for row in rows]


def organisation(code: str) -> records.Organisation | None:
    """Return the organisation, or None where no such code is loaded."""
    row = Organisation.objects.filter(code=code).first()
    return organisation_record(row) if row else None


def organisations(level: int | None = None, kinds: Iterable[str] = ()) -> list[records.Organisation]:
    """Return whole organisations (no units unless `kinds` asks for them) in the order of their codes."""
    wanted = tuple(kinds)
    rows = Organisation.objects.filter(kind__in=wanted) if wanted else Organisation.objects.exclude(kind="UNIT")
    if level is not None:
        rows = rows.filter(level=level)
    return [organisation_record(row) for row in rows]


def organisation_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the short name of each code in one query; an unknown code stands for itself."""
    wanted = set(codes)
    known = dict(Organisation.objects.filter(code__in=wanted).values_list("code", "short_name"))
    return {code: known.get(code, code) for code in wanted}


def division_record(row: Division) -> records.Division:
    return records.Division(row.code, row.name, row.level, row.parent_id, row.full_name, row.name_en)


def organisation_record(row: Organisation) -> records.Organisation:
    return records.Organisation(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        name_en=row.name_en,
        level=row.level,
        division=row.division_id,
        parent=row.parent_id,
        kind=row.kind,
    )
