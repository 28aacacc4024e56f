"""Outwards: our open datasets become packages of a CKAN, each known by our slug; what is the same isn't sent."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from haihe.data.harvest.asking import Asker, as_json
from haihe.data.harvest.models import Change, HarvestRun, PublishedCopy, RemoteCatalogue
from haihe.data.harvest.reading.hostile import plain
from haihe.data.harvest.reading.records import Reason
from haihe.data.harvest.reading.trouble import Problem, Stopped
from haihe.data.harvest.steps import Step
from haihe.data.harvest.taking import Finding
from haihe.data.open import api as open_data

AT_ONCE: Final = 20
SLUG: Final = "haihe_slug"
_TAG: Final = re.compile(r"[^\w .\-]+")
_LICENCES: Final[dict[str, str]] = {
    open_data.Licence.CC_BY: "cc-by",
    open_data.Licence.CC0: "cc-zero",
    open_data.Licence.MULAN: "other-at",
    open_data.Licence.AGREEMENT: "other-closed",
}
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True, slots=True)
class Pushing:
    """Steps through what is open here."""

    row: RemoteCatalogue
    asker: Asker
    is_dry: bool

    def step(self, cursor: str, *, now: datetime) -> Step:
        start = int(cursor or 0)
        rows, total = open_data.offered(start=start, most=AT_ONCE)
        copies: list[PublishedCopy] = []
        findings = [self._one(one, copies, now) for one in rows]

        def write(known: Collection[str]) -> None:
            PublishedCopy.objects.bulk_create(
                [one for one in copies if one.slug not in known],
                update_conflicts=True,
                unique_fields=["catalogue", "slug"],
                update_fields=["remote_id", "title", "told_at"],
            )

        following = start + len(rows)
        return Step(findings, write, str(following) if rows and following < total else "", total)

    def gone(self, run: HarvestRun) -> list[tuple[str, str]]:
        """Return copies of what is no longer open: slug and title."""
        seen = run.items.values("remote_id")
        unseen = dict(self.row.copies.exclude(slug__in=seen).values_list("slug", "title"))
        # What moved up a page while the one before was told was passed over, and is open all the same.
        known = open_data.datasets_named(unseen)
        return [(slug, title) for slug, title in unseen.items() if slug not in known or not known[slug].is_open]

    def withdraw(self, copy: PublishedCopy) -> None:
        """Delete the package, if it is still ours. Raises: Stopped."""
        there = self._package(copy.remote_id)
        if there is not None and _extras(there).get(SLUG) == copy.slug:
            status, _said = self.asker.post_json(self._action("package_delete"), {"id": copy.remote_id})
            if status not in (_OK, _NOT_FOUND):
                raise Stopped(Problem.STATUS, str(status))
        copy.delete()

    def _one(self, one: open_data.Offered, copies: list[PublishedCopy], now: datetime) -> Finding:
        wanted = package_of(one, owner=self.row.remote_owner)
        there = self._package(wanted["name"])
        if there is not None and _extras(there).get(SLUG) != one.slug:
            return Finding(one.slug, one.title, Change.REFUSED, (), Reason.NAME_TAKEN, wanted["name"])
        differing = differing_from(there, wanted) if there else []
        change = Change.NEW if there is None else Change.CHANGED if differing else Change.UNCHANGED
        remote_id = str(there.get("id", "")) if there else ""
        if change != Change.UNCHANGED and not self.is_dry:
            told = wanted if there is None else wanted | {"id": remote_id}
            status, said = self.asker.post_json(self._action("package_patch" if there else "package_create"), told)
            if status != _OK:
                return Finding(one.slug, one.title, Change.REFUSED, (), Reason.OTHER_SIDE_REFUSED, _complaint(said))
            remote_id = str(_result(said).get("id", remote_id))
        copies.append(
            PublishedCopy(catalogue=self.row, slug=one.slug, remote_id=remote_id[:100], title=one.title, told_at=now)
        )
        return Finding(one.slug, one.title, change, differing)

    def _package(self, name: str) -> dict[str, Any] | None:
        """Return the package as it stands there. Raises: Stopped."""
        url = f"{self._action('package_show')}?{urlencode({'id': name})}"
        try:
            answer = self.asker.get(url, accept="application/json")
        except Stopped as stopped:
            if stopped.problem == Problem.STATUS and stopped.detail == str(_NOT_FOUND):
                return None
            raise
        package = _result(as_json(answer.body))
        return None if package.get("state") == "deleted" else package

    def _action(self, name: str) -> str:
        return f"{self.row.url.rstrip('/')}/api/3/action/{name}"


def package_of(one: open_data.Offered, *, owner: str) -> dict[str, Any]:
    """Return a dataset as CKAN takes it."""
    tags = (_TAG.sub(" ", word).strip()[:100] for word in (one.topic, *one.keywords))
    told: dict[str, Any] = {
        "name": f"haihe-{one.slug}"[:100],
        "title": one.title,
        "notes": one.summary,
        "license_id": _LICENCES.get(one.licence, "notspecified"),
        "url": one.page,
        "author": one.owner_name,
        "tags": [{"name": word} for word in dict.fromkeys(tags) if len(word) > 1],
        "extras": [{"key": SLUG, "value": one.slug}, {"key": "haihe_update_cycle", "value": one.update_cycle}],
        "resources": [{"name": form, "url": url, "format": form} for form, url in one.files],
    }
    return told | ({"owner_org": owner} if owner else {})


def differing_from(there: dict[str, Any], wanted: dict[str, Any]) -> list[list[Any]]:
    """Return [field, there, here] of what the other side has otherwise than we; its own additions aren't looked at."""
    before, after = _comparable(there), _comparable(wanted)
    return [[name, before.get(name), value] for name, value in after.items() if before.get(name) != value]


def _comparable(package: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "notes", "license_id", "url", "author")
    told: dict[str, Any] = {name: package.get(name) or "" for name in names}
    told["tags"] = sorted(str(tag.get("name")) for tag in _rows(package, "tags"))
    ours = (SLUG, "haihe_update_cycle")
    told["extras"] = {key: value for key, value in _extras(package).items() if key in ours}
    told["resources"] = [
        [str(one.get("name")), str(one.get("url")), str(one.get("format"))] for one in _rows(package, "resources")
    ]
    return told


def _extras(package: dict[str, Any]) -> dict[str, str]:
    return {str(one.get("key")): str(one.get("value")) for one in _rows(package, "extras")}


def _rows(package: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = package.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _result(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not isinstance(said.get("result"), dict):
        raise Stopped(Problem.NOT_CKAN)
    result: dict[str, Any] = said["result"]
    return result


def _complaint(said: Any) -> str:
    """Return which fields the other side complains of, and what of."""
    error = said.get("error") if isinstance(said, dict) else None
    told = [f"{name}: {value}" for name, value in error.items() if name != "__type"] if isinstance(error, dict) else []
    return plain("; ".join(told), 200)
