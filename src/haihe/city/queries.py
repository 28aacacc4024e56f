"""Reads of divisions and organisations."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Q, QuerySet

from haihe.city import records, remembered
from haihe.city.models import DEPARTMENT_KINDS, Division, Organisation


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
    """Return the organisation, or None where no such code is loaded. Within a request, asking again costs nothing."""
    return remembered.once(code, _read_organisation, likely=partial(organisations, kinds=DEPARTMENT_KINDS))


def _read_organisation(code: str) -> records.Organisation | None:
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


def organisations_of(codes: Iterable[str]) -> dict[str, records.Organisation]:
    """Return the organisations of these codes, in one query; unknown codes are left out."""
    rows = Organisation.objects.filter(code__in=set(codes))
    return {row.code: organisation_record(row) for row in rows}


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


def way_to(row: Division) -> list[Division]:
    """Return the division with those above it, the city first (the country is on everybody's way and left out)."""
    return list(Division.objects.filter(code__in=row.path.split("/"), level__gt=1))


def children_of(row: Division) -> QuerySet[Division]:
    """Return the divisions one level below, each with the count of its own children as `below`."""
    return Division.objects.filter(parent=row).annotate(below=Count("children")).order_by("code")


def find_divisions(text: str) -> QuerySet[Division]:
    """Return divisions whose name or pinyin contains the text, or whose initials begin with it; the largest first."""
    found = Division.objects.filter(_named(text, "name", "pinyin"))
    return found.annotate(below=Count("children")).order_by("level", "code")


def find_organisations(text: str, kind: str) -> QuerySet[Organisation]:
    """Return public bodies of the kind ("" = the city's departments) whose names or codes answer to the text."""
    rows = Organisation.objects.filter(kind=kind) if kind else Organisation.objects.filter(kind__in=DEPARTMENT_KINDS)
    if text:
        rows = rows.filter(_named(text, "name", "short_name", "name_en") | Q(code__startswith=text))
    return rows.select_related("division", "parent").annotate(below=Count("units")).order_by("code")


def _named(text: str, *columns: str) -> Q:
    wanted = Q(initials__startswith=text.lower())
    for column in columns:
        wanted |= Q(**{f"{column}__icontains": text})
    return wanted
