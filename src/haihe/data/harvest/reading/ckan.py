"""Datasets of a CKAN: `package_search`, a hundred at a time, in the order of their ids."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from haihe.data.harvest.reading.hostile import plain
from haihe.data.harvest.reading.records import Page, Reason, Record, Refused, Resource, record, resource
from haihe.data.harvest.reading.rows import by_place, listed, mapped
from haihe.data.harvest.reading.trouble import Problem, Stopped

ROWS: Final = 100
LONGEST_NAME: Final = 100
MOST_TOLD: Final = 10**9
_QUOTED: Final = str.maketrans({'"': r"\"", "\\": r"\\"})


def address(base: str, cursor: str, organisations: Sequence[str], tags: Sequence[str]) -> str:
    """Return the question for the page that begins at the cursor."""
    asked = {"rows": str(ROWS), "start": cursor or "0", "sort": "id asc"}
    wanted = [_any("organization", organisations), _any("tags", tags)]
    if any(wanted):
        asked["fq"] = " ".join(part for part in wanted if part)
    return f"{base.rstrip('/')}/api/3/action/package_search?{urlencode(asked)}"


def read_page(answer: Any, cursor: str, *, base: str) -> Page:
    """Read an answer of `package_search`. Raises: Stopped."""
    result = result_of(answer)
    rows, told = result.get("results"), result.get("count")
    if not isinstance(rows, list) or type(told) is not int or not 0 <= told < MOST_TOLD:
        raise Stopped(Problem.NOT_CKAN)
    start = int(cursor or 0)
    records, rejects = by_place(rows, lambda row: read_package(row, base=base), start=start, names=("id", "title"))
    following = start + len(rows)
    return Page(records, rejects, str(following) if rows and following < told else "", told)


def result_of(answer: Any) -> Mapping[str, Any]:
    """Return what a CKAN says if it says yes. Raises: Stopped."""
    if not isinstance(answer, dict) or answer.get("success") is not True or not isinstance(answer.get("result"), dict):
        raise Stopped(Problem.NOT_CKAN)
    result: Mapping[str, Any] = answer["result"]
    return result


def read_package(row: Any, *, base: str) -> Record:
    """Raises: Refused."""
    package = mapped(row)
    if package.get("private") is True or package.get("state", "active") != "active":
        raise Refused(Reason.NOT_PUBLIC)
    organisation = mapped(package.get("organization") or {})
    name = plain(package.get("name"), LONGEST_NAME)
    page = f"{base.rstrip('/')}/dataset/{quote(name, safe='')}" if name else ""
    return record(
        remote_id=package.get("id"),
        title=package.get("title") or name,
        summary=package.get("notes"),
        publisher=organisation.get("title") or organisation.get("name") or package.get("author"),
        licence=package.get("license_id") or package.get("license_title"),
        themes=[mapped(group).get("title") or mapped(group).get("name") for group in listed(package.get("groups"))],
        keywords=[mapped(tag).get("display_name") or mapped(tag).get("name") for tag in listed(package.get("tags"))],
        landing=page,
        modified=package.get("metadata_modified"),
        resources=[_resource(one) for one in listed(package.get("resources"))],
    )


def _resource(row: Any) -> Resource:
    told = mapped(row)
    return resource(title=told.get("name") or told.get("description"), url=told.get("url"), format=told.get("format"))


def _any(field: str, values: Sequence[str]) -> str:
    """Write one of Solr's conditions; each value is a phrase, so that no sign in it is an operator."""
    phrases = " OR ".join(f'"{value.translate(_QUOTED)}"' for value in values)
    return f"{field}:({phrases})" if phrases else ""
