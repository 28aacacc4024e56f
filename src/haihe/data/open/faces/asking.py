"""What may be asked of the catalogue in an address, whatever the face; and how a refusal is told."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from haihe.data.open.faces.gone import Gone
from haihe.data.open.faces.shown import Wanted
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.kernel.text import normalise

LONGEST: Final = 60
_MOST_DIGITS: Final = 6
EVERYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "content-crs, etag, link, ratelimit, ratelimit-policy, retry-after",
}
"""What everybody may read, pages of other sites may read too; nobody is known here by a cookie."""


class Refused(ValueError):
    """What was asked means nothing here; told in both languages."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese, self.english = chinese, english

    def answer(self, slug: str = "query-invalid") -> HttpResponse:
        return problem(slug, detail=self.chinese, detail_en=self.english)


def read_wanted(told: Mapping[str, str]) -> Wanted:
    """Read which datasets are asked for. Raises: Refused."""
    texts = {name: told.get(name, "").replace("\x00", "")[:LONGEST] for name in ("q", "topic", "owner")}
    since = told.get("modified_since", "")
    return Wanted(normalise(texts["q"]), texts["topic"], texts["owner"], _since(since) if since else None)


def read_whole(told: Mapping[str, str], name: str, usual: int) -> int:
    """Read a whole number from 1. Raises: Refused."""
    text = told.get(name, "") or str(usual)
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text) >= 1):
        raise Refused(f"{name} 应当是从 1 开始的整数。", f"{name} is a whole number from 1.")
    return int(text)


def query_of(wanted: Wanted) -> dict[str, str]:
    """Return what was asked as parameters of an address."""
    told = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items() if value}


def site_of(request: HttpRequest) -> str:
    """Return this installation's address as the asker has it, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


def contact() -> str:
    """Return the mailbox for questions about open data."""
    return str(settings.HAIHE.open_data_email)


def answered(
    request: HttpRequest, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer with a body, or with 304 where the asker has it already."""
    tag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=media_type, headers={**EVERYBODY, **(headers or {}), "ETag": tag})
    told = get_conditional_response(request, etag=tag, response=response)
    return told if isinstance(told, HttpResponse) else response


def as_json(
    request: HttpRequest, told: object, media_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return answered(request, msgspec.json.encode(told), media_type, headers)


def gone(found: Gone) -> HttpResponse:
    """Say that a dataset was withdrawn: since when, and which kind of reason there is."""
    return problem("dataset-withdrawn", detail=found.zh, detail_en=found.en)


def problem(
    slug: str, *, detail: str | None = None, detail_en: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    told, sent = Problem.of(slug, detail=detail, detail_en=detail_en), {**EVERYBODY, **(headers or {})}
    return HttpResponse(told.to_json(), status=told.status, content_type=MEDIA_TYPE, headers=sent)


def _since(text: str) -> datetime:
    try:
        # A plus in an address that nobody escaped reads as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(
            "modified_since 应当是带时区的时间，例如 2026-01-31T00:00:00+08:00。",
            "modified_since is a time with its zone, such as 2026-01-31T00:00:00+08:00.",
        )
    return moment
