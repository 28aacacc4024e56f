"""What each field of a search means here: a condition on a dataset's columns."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from haihe.data.open.faces.ckan.errors import SearchQueryError
from haihe.data.open.faces.ckan.names import FORMATS, GEOJSON, PLACES, dataset_id
from haihe.data.open.faces.ckan.solr import EVERYTHING, NOTHING, Leaf, Value, Word
from haihe.data.open.models import DatasetVersion

_NOW: Final = re.compile(r"NOW(?:/[A-Z]+)?(?:([+-])(\d{1,5})(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?(?:/[A-Z]+)?")
_UNITS: Final = {
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
    "MONTH": timedelta(days=30),
    "YEAR": timedelta(days=365),
}
_ALWAYS: Final = {
    "private": ("false",),
    "capacity": ("public",),
    "state": ("active",),
    "type": ("dataset",),
    "dataset_type": ("dataset",),
    "entity_type": ("package",),
    "is_organization": ("false",),
}
"""Fields that say the same of whatever is open."""
_TEXTS: Final = {
    "title": "title",
    "title_string": "title",
    "notes": "summary",
    "name": "slug",
    "catalogue_code": "code",
}
_EXACT: Final = {
    "organization": "owner",
    "owner_org": "owner",
    "groups": "topic",
    "license_id": "licence",
    "license": "licence",
    "update_cycle": "update_cycle",
    "opening_type": "opening_type",
}
_TIMES: Final = {"metadata_modified": "updated_at", "metadata_created": "published_at"}


def leaf_at(now: datetime) -> Leaf:
    """Return what turns a field and its value into a condition; times may be told from `now` on."""

    def leaf(name: str, value: Value) -> Q:
        name = name.removeprefix("extras_").removeprefix("vocab_")
        if name in _TIMES:
            return _time(_TIMES[name], value, now)
        if not isinstance(value, Word):
            raise SearchQueryError(f"字段 {name[:40]} 不能用范围。", f"The field {name[:40]} takes no range.")
        return _worded(name, value)

    return leaf


def _worded(name: str, value: Word) -> Q:
    if name in _ALWAYS:
        return EVERYTHING if value.text.lower() in (*_ALWAYS[name], "*") else NOTHING
    if name in _TEXTS:
        return _like(_TEXTS[name], value, whole=name in ("name", "catalogue_code", "title_string"))
    if name in _EXACT:
        return _like(_EXACT[name], value, whole=True)
    special: dict[str, Callable[[Word], Q]] = {
        "": _anywhere,
        "text": _anywhere,
        "*": lambda word: EVERYTHING if word.text == "*" else NOTHING,
        "id": _by_id,
        "tags": _tagged,
        "res_format": _in_format,
        "has_api": lambda word: Q(has_api=word.text.lower() == "true"),
    }
    if name not in special:
        raise SearchQueryError(f"没有字段 {name[:40]}。", f"There is no field {name[:40]}.")
    return special[name](value)


def _like(column: str, value: Word, *, whole: bool) -> Q:
    text = value.text
    if value.is_quoted or "*" not in text:
        return Q(**{f"{column}__iexact" if whole else f"{column}__icontains": text})
    if not text.strip("*"):
        return ~Q(**{column: ""})
    pattern = ".*".join(re.escape(part) for part in re.split(r"\*+", text)[:5])
    return Q(**{f"{column}__iregex": f"^{pattern}$" if whole else pattern})


def _anywhere(value: Word) -> Q:
    if value.text.strip("*") == "" and not value.is_quoted:
        return EVERYTHING
    plain = Word(value.text.strip("*"), is_quoted=True)
    return _like("title", plain, whole=False) | _like("summary", plain, whole=False) | _like("slug", plain, whole=False)


def _by_id(value: Word) -> Q:
    if value.text == "*":
        return EVERYTHING
    found = dataset_id(value.text)
    return Q(pk=found) if found else NOTHING


def _tagged(value: Word) -> Q:
    return ~Q(keywords=[]) if value.text == "*" else Q(keywords__contains=[value.text])


def _in_format(value: Word) -> Q:
    form = next((one.form for one in FORMATS if one.name.lower() == value.text.lower()), "")
    if form == GEOJSON:
        return Q(has_places())
    return Q(_serving()) if form or value.text == "*" else NOTHING


def has_places() -> Exists:
    """Return the condition of datasets whose rows can be shown on a map."""
    return _serving(*(Q(columns__contains=[{"kind": kind}]) for kind in sorted(PLACES)))


def _serving(*conditions: Q) -> Exists:
    return Exists(DatasetVersion.objects.filter(*conditions, dataset=OuterRef("pk"), is_current=True))


def _time(column: str, value: Value, now: datetime) -> Q:
    if isinstance(value, Word):
        if value.text == "*":
            return EVERYTHING
        at = _moment(value.text, now)
        return Q(**{column: at})
    condition = EVERYTHING
    if value.least is not None:
        condition &= Q(**{f"{column}__{'gte' if value.takes_least else 'gt'}": _moment(value.least, now)})
    if value.most is not None:
        condition &= Q(**{f"{column}__{'lte' if value.takes_most else 'lt'}": _moment(value.most, now)})
    return condition


def _moment(text: str, now: datetime) -> datetime:
    """Raises: SearchQueryError."""
    try:
        if found := _NOW.fullmatch(text):
            far = int(found[2]) * _UNITS[found[3]] if found[1] else timedelta()
            return now - far if found[1] == "-" else now + far
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        wrong = text[:40]
        raise SearchQueryError(
            f"“{wrong}”不是时间，请写成 2026-01-31T00:00:00Z。", f"{wrong} is no time such as 2026-01-31T00:00:00Z."
        ) from None
