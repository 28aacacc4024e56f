"""Datasets of a `data.json` (DCAT-US 1.1): one document, of which a slice is read at a time."""

from typing import Any, Final

from haihe.data.harvest.reading.records import Page, Reason, Record, Refused, Resource, record, resource
from haihe.data.harvest.reading.rows import by_place, listed, mapped
from haihe.data.harvest.reading.trouble import Problem, Stopped

SLICE: Final = 100


def rows_of(document: Any) -> list[Any]:
    """Return the datasets of the document. Raises: Stopped."""
    if not isinstance(document, dict) or not isinstance(document.get("dataset"), list):
        raise Stopped(Problem.NOT_DATA_JSON)
    rows: list[Any] = document["dataset"]
    return rows


def read_slice(rows: list[Any], start: int) -> Page:
    """Return the records from a place on; `next` is the place of the following slice."""
    part = rows[start : start + SLICE]
    records, rejects = by_place(part, read_dataset, start=start, names=("identifier", "title"))
    following = start + len(part)
    return Page(records, rejects, str(following) if following < len(rows) else "", len(rows))


def read_dataset(row: Any) -> Record:
    """Raises: Refused."""
    told = mapped(row)
    if told.get("accessLevel", "public") == "non-public":
        raise Refused(Reason.NOT_PUBLIC)
    publisher = told.get("publisher")
    return record(
        remote_id=told.get("identifier"),
        title=told.get("title"),
        summary=told.get("description"),
        publisher=publisher.get("name") if isinstance(publisher, dict) else publisher,
        licence=told.get("license"),
        themes=listed(told.get("theme")),
        keywords=listed(told.get("keyword")),
        landing=told.get("landingPage") or told.get("identifier"),
        modified=told.get("modified"),
        cycle=told.get("accrualPeriodicity"),
        resources=[_resource(one) for one in listed(told.get("distribution"))],
    )


def _resource(row: Any) -> Resource:
    told = mapped(row)
    url = told.get("downloadURL") or told.get("accessURL")
    return resource(title=told.get("title"), url=url, format=told.get("format") or told.get("mediaType"))
