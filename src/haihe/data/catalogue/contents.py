"""What an entry says as plain JSON, and back: how versions and revisions keep it.

Read back, what is missing has its default and what isn't known any more is left out: old versions stay readable.
"""

from dataclasses import fields, replace
from datetime import date
from typing import Any

from haihe.data.catalogue.records import LISTS, NewAssessment, NewItem, NewResource

type Content = dict[str, Any]


def content_of(entry: NewResource) -> Content:
    """Return the entry as JSON can hold it."""
    content = {each.name: getattr(entry, each.name) for each in fields(entry)}
    content |= {name: list(content[name]) for name in LISTS}
    content["items"] = [_told(item) for item in entry.items]
    content["assessments"] = [_told(each) | {"assessed_on": each.assessed_on.isoformat()} for each in entry.assessments]
    content["samples"] = [dict(sample) for sample in entry.samples]
    return content


def published_content(entry: NewResource) -> Content:
    """Return what a version keeps for good: all but the samples, which must remain removable."""
    return content_of(replace(entry, samples=()))


def entry_of(content: Content) -> NewResource:
    """Return the entry that the content says."""
    told = _known(NewResource, content)
    told |= {name: tuple(told.get(name, ())) for name in LISTS}
    told["items"] = tuple(NewItem(**_known(NewItem, item)) for item in content["items"])
    told["assessments"] = tuple(
        NewAssessment(**_known(NewAssessment, each) | {"assessed_on": date.fromisoformat(each["assessed_on"])})
        for each in content.get("assessments", ())
    )
    told["samples"] = tuple(content.get("samples", ()))
    return NewResource(**told)


def _told(part: NewItem | NewAssessment) -> Content:
    return {each.name: getattr(part, each.name) for each in fields(part)}


def _known(kind: type[NewResource] | type[NewItem] | type[NewAssessment], content: Content) -> Content:
    return {each.name: content[each.name] for each in fields(kind) if each.name in content}
