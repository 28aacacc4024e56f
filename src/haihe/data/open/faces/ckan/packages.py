"""Datasets as CKAN's packages, departments as its organizations, topics as its groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, QuerySet

from haihe.city import api as city
from haihe.data.open.faces.ckan.names import CSV, LICENCES, Format, formats_of, moment, resource_id
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.snippets import base_url
from haihe.data.open.topics import Topic, topics
from haihe.data.open.workflow import DatasetState

type Plain = dict[str, Any]
_WIDE: Final = ("found", "ranked")
_NOBODY: Final = {"author": None, "author_email": None, "maintainer_email": None, "creator_user_id": None}


@dataclass(frozen=True, slots=True)
class Telling:
    """What packages are told with: the portal's address. Departments take one query, however many packages."""

    base: str

    def package(self, row: Dataset) -> Plain:
        """Return the package of a dataset that came by `with_versions`."""
        licence = LICENCES.get(row.licence)
        version = serving(row)
        resources = self.resources(row, version)
        return _NOBODY | {
            "id": str(row.pk),
            "name": row.slug,
            "title": row.title,
            "title_translated": _both(row.title, row.title_en),
            "notes": row.summary,
            "notes_translated": _both(row.summary, row.summary_en),
            "url": f"{self.base}/open/datasets/{row.slug}/",
            "type": "dataset",
            "state": _state(row),
            "private": not row.is_open,
            "version": str(version.number) if version else None,
            "maintainer": self._name(row.owner),
            "license_id": row.licence or None,
            "license_title": licence.title if licence else None,
            "license_url": licence.url if licence else None,
            "isopen": bool(licence and licence.is_open),
            "metadata_created": moment(row.published_at or row.created_at),
            "metadata_modified": moment(row.updated_at),
            "owner_org": row.owner,
            "organization": self.organization(row.owner),
            "groups": [group(topics()[row.topic])] if row.topic in topics() else [],
            "tags": [tag(word) for word in row.keywords],
            "num_tags": len(row.keywords),
            "resources": resources,
            "num_resources": len(resources),
            "extras": [{"key": key, "value": value} for key, value in _extras(row, version).items()],
            "relationships_as_subject": [],
            "relationships_as_object": [],
        }

    def resources(self, row: Dataset, version: DatasetVersion | None) -> list[Plain]:
        """Return the formats in which the version that serves is given; none without one."""
        if version is None:
            return []
        kinds = [column.kind for column in version.open_columns]
        return [self._resource(row, version, form, place) for place, form in enumerate(formats_of(kinds))]

    def _resource(self, row: Dataset, version: DatasetVersion, form: Format, place: int) -> Plain:
        at = moment(version.published_at)
        return {
            "id": resource_id(row.pk, form),
            "package_id": str(row.pk),
            "name": f"{row.title}.{form.form}",
            "description": f"{form.zh}，共 {version.rows} 行。{row.title_en}: {form.en}, {version.rows} in number.",
            "format": form.name,
            "mimetype": form.media_type,
            "mimetype_inner": None,
            "url": f"{base_url(row.slug)}/export.{form.form}",
            "url_type": None,
            "resource_type": None,
            "size": None,
            "hash": "",
            "cache_url": None,
            "cache_last_updated": None,
            "created": moment(row.published_at),
            "last_modified": at,
            "metadata_modified": at,
            "position": place,
            "state": "active",
            "datastore_active": form is CSV and row.has_api,
        }

    def organization(self, code: str) -> Plain:
        body = city.organisation(code)
        return {
            "id": code,
            "name": code.lower(),
            "title": body.name if body else code,
            "title_translated": _both(body.name, body.name_en) if body else {},
            "type": "organization",
            "description": body.short_name if body else "",
            "image_url": "",
            "created": None,
            "is_organization": True,
            "approval_status": "approved",
            "state": "active",
        }

    def _name(self, code: str) -> str:
        body = city.organisation(code)
        return body.name if body else code


def with_versions(rows: "QuerySet[Dataset]") -> "QuerySet[Dataset]":
    """Fetch the version that serves beside each dataset, in one query."""
    current = Prefetch("versions", DatasetVersion.objects.filter(is_current=True), to_attr="serving_versions")
    return rows.defer(*_WIDE).prefetch_related(current)


def _state(row: Dataset) -> str:
    """Return CKAN's word: what was withdrawn is deleted there."""
    if row.state == DatasetState.WITHDRAWN:
        return "deleted"
    return "active" if row.is_open else "draft"


def serving(row: Dataset) -> DatasetVersion | None:
    """Return the version of a dataset that came by `with_versions`, if its data are given now."""
    found: Sequence[DatasetVersion] = getattr(row, "serving_versions", ())
    return found[0] if found and row.state == DatasetState.PUBLISHED else None


def group(topic: Topic, *, count: int | None = None) -> Plain:
    """Return a topic as a group."""
    told = {
        "id": topic.slug,
        "name": topic.slug,
        "title": topic.zh,
        "display_name": topic.zh,
        "title_translated": _both(topic.zh, topic.en),
        "description": topic.en,
        "image_display_url": "",
        "image_url": "",
        "type": "group",
        "is_organization": False,
        "approval_status": "approved",
        "state": "active",
    }
    return told if count is None else told | {"package_count": count}


def tag(word: str) -> Plain:
    return {"id": word, "name": word, "display_name": word, "state": "active", "vocabulary_id": None}


def told_packages(telling: Telling, rows: Iterable[Dataset]) -> list[Plain]:
    return [telling.package(row) for row in rows]


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh_Hans_CN": zh} | ({"en": en} if en else {})


def _extras(row: Dataset, version: DatasetVersion | None) -> dict[str, str]:
    """Return what CKAN has no field for."""
    told = {
        "catalogue_code": row.code,
        "opening_type": row.opening_type,
        "opening_condition": row.opening_condition,
        "update_cycle": row.update_cycle,
        "grade": row.grade,
        "rows": str(row.rows),
        "title_en": row.title_en,
        "notes_en": row.summary_en,
        "has_api": str(row.has_api).lower(),
        "invoke_id": row.pk.hex if row.has_api and version else "",
    }
    return {key: value for key, value in told.items() if value}
