"""Datasets as rooms above know them: few facts, and only of those that everybody may know of."""

from collections.abc import Iterable
from dataclasses import dataclass

from haihe.data.catalogue import api as catalogue
from haihe.data.open.gate.findings import Code
from haihe.data.open.gate.texts import found_in
from haihe.data.open.models import Dataset
from haihe.data.open.wording import either
from haihe.data.open.workflow import SEEN_BY_ALL, DatasetState

_COLUMNS = ("code", "slug", "title", "title_en", "owner", "state")


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A dataset that is open, or was and is suspended."""

    code: str
    slug: str
    title: str
    title_en: str
    owner: str
    state: str

    @property
    def local_title(self) -> str:
        return either(self.title, self.title_en)

    @property
    def is_open(self) -> bool:
        return self.state == DatasetState.PUBLISHED


def datasets_named(slugs: Iterable[str]) -> dict[str, DatasetInfo]:
    """Return the datasets of these slugs; those that nobody may know of are left out."""
    rows = Dataset.objects.filter(slug__in=set(slugs), state__in=SEEN_BY_ALL).values_list(*_COLUMNS)
    return {info.slug: info for info in (DatasetInfo(*row) for row in rows)}


def datasets_of(owner: str) -> list[DatasetInfo]:
    """Return what a department has open, by title; of all departments where `owner` is empty."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED).order_by("title")
    rows = rows.filter(owner=owner) if owner else rows
    return [DatasetInfo(*row) for row in rows.values_list(*_COLUMNS)]


def datasets_like(text: str, *, limit: int) -> list[DatasetInfo]:
    """Return open datasets that match a text or a part of it, the best first."""
    rows, _loosely = catalogue.closest(Dataset.objects.filter(state=DatasetState.PUBLISHED), text)
    return [DatasetInfo(*row) for row in rows.values_list(*_COLUMNS)[:limit]] if text else []


def personal_things(text: str) -> frozenset[str]:
    """Return what the opening gate finds personal in a text, as its codes: ID_NUMBER, MOBILE, BANK_CARD …"""
    return frozenset(str(Code(detector.code)) for detector, _piece, is_one in found_in(text) if is_one)
