"""What rooms above need to tell people who follow open data: facts of a dataset, what a version changed, searches."""

from collections.abc import Mapping
from dataclasses import dataclass

from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.queries import Filters, find_datasets
from haihe.data.open.topics import topics


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """A dataset that is or was open to everybody."""

    slug: str
    title: str
    title_en: str
    owner: str
    topic: str


def dataset_facts(slug: str) -> DatasetFacts | None:
    """Return the facts of a dataset that was once published, None for others."""
    rows = Dataset.objects.filter(slug=slug, published_at__isnull=False)
    found = rows.values_list("slug", "title", "title_en", "owner", "topic").first()
    return DatasetFacts(*found) if found else None


def columns_changed(slug: str, number: int) -> tuple[list[str], list[str]]:
    """Return the names of columns that a version has and the one before it had not, and the other way round."""
    rows = DatasetVersion.objects.filter(dataset__slug=slug, state="READY", number__lte=number).order_by("-number")
    told = [{str(column["name"]) for column in columns} for columns in rows.values_list("columns", flat=True)[:2]]
    if len(told) < 2:
        return [], []
    now, before = told
    return sorted(now - before), sorted(before - now)


def matches_search(slug: str, filters: Mapping[str, str]) -> bool:
    """Say whether an open dataset is among what a search finds; what it finds loosely doesn't count."""
    found = find_datasets(Filters(**filters))
    return not found.loosely and found.rows.filter(slug=slug).exists()


def topic_names() -> dict[str, str]:
    """Return the names of all topics in the reader's language."""
    return {slug: topic.name for slug, topic in topics().items()}
