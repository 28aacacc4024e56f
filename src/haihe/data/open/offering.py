"""What is open, as it is told to other portals: plain facts, each address whole."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from haihe.city import api as city
from haihe.data.open.models import Dataset, OpeningType
from haihe.data.open.snippets import downloads_of
from haihe.data.open.topics import topics
from haihe.data.open.workflow import DatasetState


@dataclass(frozen=True, slots=True)
class Offered:
    """A dataset that is open now. `files` are (form, address), of those that everybody may have."""

    slug: str
    title: str
    title_en: str
    summary: str
    owner: str
    owner_name: str
    topic: str
    keywords: tuple[str, ...]
    licence: str
    update_cycle: str
    page: str
    files: tuple[tuple[str, str], ...]
    published_at: datetime | None


def offered(*, start: int, most: int) -> tuple[list[Offered], int]:
    """Return the open datasets by slug from a place on, and how many there are in all."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED).order_by("slug").defer("found", "ranked")
    names = {body.code: body.name for body in city.organisations()}
    return [_offered(row, names) for row in rows[start : start + most]], rows.count()


def _offered(row: Dataset, names: dict[str, str]) -> Offered:
    is_free = row.opening_type == OpeningType.UNCONDITIONAL
    has_places = {"longitude", "latitude"} <= {column.kind for column in row.open_columns}
    return Offered(
        slug=row.slug,
        title=row.title,
        title_en=row.title_en,
        summary=row.summary,
        owner=row.owner,
        owner_name=names.get(row.owner, row.owner),
        topic=topics()[row.topic].zh,
        keywords=tuple(row.keywords),
        licence=row.licence,
        update_cycle=row.update_cycle,
        page=settings.HAIHE.carrying.site_url + reverse("open:dataset", args=[row.slug]),
        files=tuple((one.label, one.url) for one in downloads_of(row.slug, has_places=has_places)) if is_free else (),
        published_at=row.published_at,
    )
