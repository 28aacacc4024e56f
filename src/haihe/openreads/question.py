"""A question as it was read from a request, and what stands in the head of its answer."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qsl, urlencode

from haihe.data.open.store import FORMS as FILES
from haihe.data.open.store import WrongQuery
from haihe.gateway.messages import Reply, Request
from haihe.openreads import refusing
from haihe.openreads.packing import packed, takes_gzip, weights
from haihe.openreads.picture import Dataset, Grant, Key, Version
from haihe.openreads.refusing import Refused
from haihe.openreads.telling import FORMS, FORMS_OF_GROUPS

PACKED = ("parquet", "xlsx")
"""Files that gzip would make no smaller."""
_FORMAT = 1
"""Rises when answers look otherwise, so that nobody keeps an old one."""
_PARAMETERS = 16
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.IGNORECASE)
type Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one version, by somebody who may ask it. `headers` are those of any answer to it."""

    asker: str
    request: Request
    dataset: Dataset
    version: Version
    what: str
    form: str
    parameters: Parameters
    etag: str
    headers: str
    key: Key | None = None
    grant: Grant | None = None
    """What a conditional dataset is read by."""

    @property
    def key_id(self) -> str:
        return self.key.id if self.key else ""

    @property
    def is_head(self) -> bool:
        return self.request.method == "HEAD"

    @property
    def is_known(self) -> bool:
        """True where the asker has the answer already."""
        told = (each.strip() for each in self.request.headers.get("if-none-match", "").split(","))
        return any(each == "*" or each.removeprefix("W/") == self.etag for each in told)

    @property
    def caching(self) -> str:
        """Who may keep an answer: under conditions only who asked; whether it still holds is always asked."""
        return "private, no-cache" if self.dataset.is_conditional else "public, no-cache"

    def reply(self, kind: str, body: bytes, headers: str = "") -> Reply:
        body, encoding = packed(body, self.request.headers)
        return Reply(200, kind, body, headers=self.headers + headers + encoding, caching=self.caching)

    def head(self, kind: str, *, status: int = 200, headers: str = "", length: int | None = None) -> Reply:
        """Return a reply without its body."""
        return Reply(status, kind, b"", headers=self.headers + headers, length=length, caching=self.caching)

    def link_to(self, cursor: str | None, url: str) -> str:
        """Return the header line that leads to the next page (RFC 8288), in every form; "" behind the last one."""
        if cursor is None:
            return ""
        told = [pair for pair in parse_qsl(self.request.query or "", keep_blank_values=True) if pair[0] != "cursor"]
        return f'link: <{url}{self.request.path}?{urlencode([*told, ("cursor", cursor)])}>; rel="next"\r\n'

    def attachment(self) -> str:
        name = f"{self.dataset.slug}-{self.version.name}.{FILES[self.form].ending}"
        return f'content-disposition: attachment; filename="{name}"\r\n'

    def part_of(self, size: int) -> tuple[int, int, int]:
        """Return status, start and length of the part that is asked for: 200 all, 206 some, 416 none there."""
        headers = self.request.headers
        found = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
        is_of_another = headers.get("if-range", self.etag) != self.etag
        if found is None or self.is_head or is_of_another or (not found[1] and not found[2]):
            return 200, 0, size
        if not found[1]:
            length = min(int(found[2]), size)
            return (206, size - length, length) if length else (416, 0, 0)
        start = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        return (206, start, end - start + 1) if start <= end else (416, 0, 0)


def read_parameters(query: str | None) -> Parameters:
    """Raises: Refused."""
    try:
        pairs = parse_qsl(query or "", keep_blank_values=True, max_num_fields=_PARAMETERS, errors="strict")
    except ValueError as wrong:
        raise Refused("query-invalid", "参数不是 UTF-8，或者太多。", "Parameters aren't UTF-8, or too many.") from wrong
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise Refused("query-invalid", "有参数出现了两次。", "A parameter is there twice.")
    return parameters


def read_form(told: str, headers: Mapping[str, str]) -> str:
    """Return the form of rows and groups by `format`, else by what is wished for most in `Accept`. Raises: Refused."""
    if told in FORMS:
        return told
    if told:
        names = ", ".join(FORMS)
        raise Refused("query-invalid", f"format 可以是 {names}。", f"format is one of {names}.")
    wished = weights(headers.get("accept", "*/*"))
    return max(FORMS, key=lambda form: _weight(FORMS[form].partition(";")[0], wished))


def check_form_of_groups(form: str) -> None:
    """Raises: WrongQuery."""
    if form not in FORMS_OF_GROUPS:
        names = ", ".join(FORMS_OF_GROUPS)
        raise WrongQuery(f"分组的 format 可以是 {names}。", f"The format of groups is one of {names}.")


def version_of(dataset: Dataset, as_of: str) -> Version:
    """Raises: Refused."""
    version = dataset.as_of(as_of) if as_of else dataset.current
    if version is None:
        raise Refused("not-found", *(refusing.NO_VERSION if as_of else refusing.NOT_YET))
    return version


def etag_of(request: Request, form: str, version: Version, grant: Grant | None, described: Iterable[Dataset]) -> str:
    """Return by what an answer is known again. A version never changes, what is `described` besides it does."""
    is_packed = form not in PACKED and takes_gzip(request.headers)
    told = f"{_FORMAT}|{version.path}|{request.path}|{request.query}|{form}|{'gzip' if is_packed else ''}"
    if grant is not None:
        told += f"|{grant.grant}|{','.join(grant.columns)}"
    told += "".join(f"|{each}" for each in described)
    return f'"{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"'


def validators(etag: str, version: Version) -> str:
    modified = formatdate(version.published_at, usegmt=True)
    return f"etag: {etag}\r\nlast-modified: {modified}\r\nvary: accept, accept-encoding\r\n"


def _weight(kind: str, wished: Mapping[str, float]) -> float:
    """Return how much a media type is wished for: by its name, its family, or as anything."""
    family = kind.partition("/")[0] + "/*"
    return next((wished[name] for name in (kind, family, "*/*") if name in wished), 0.0)
