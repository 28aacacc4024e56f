"""What each page of the city shows."""

from dataclasses import dataclass

from django.core.paginator import Page

from haihe.city.models import Division, Organisation
from haihe.city.outline import Map


@dataclass(frozen=True, slots=True)
class DivisionsPage:
    """One division with what lies below it, or the finds of a search."""

    here: Division
    way: list[Division]
    search: str
    rows: Page[Division]
    maps: tuple[Map, ...]
    district: str
    committee: Organisation | None


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """Public bodies, filtered."""

    search: str
    kind: str
    kinds: list[tuple[str, str]]
    rows: Page[Organisation]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One public body, its units, and the bodies it is part of."""

    here: Organisation
    units: list[Organisation]
