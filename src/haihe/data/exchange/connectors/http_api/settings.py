"""What an HTTP source says of itself, checked before anything is asked."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

type Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]
type Text = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
type Url = Annotated[str, msgspec.Meta(max_length=1000, pattern=r"^[\x21-\x7e]*$")]
type Pointer = Annotated[str, msgspec.Meta(max_length=300, pattern=r"^(?:/(?:[^/~\x00-\x1f]|~[01])+){0,8}$")]
type Header = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
type HeaderValue = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[\x20-\x7e]*$")]
type Spelling = Literal["text", "number", "moment", "iso", "date", "compact"]

_OURS: Final = frozenset(
    {"host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect",
     "accept-encoding", "cookie", "keep-alive", "proxy-authorization", "authorization", "if-none-match",
     "if-modified-since"}
)  # fmt: skip
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the interface is and how it is asked.

    `answer`: rows in JSON, the list at the pointer `rows_at`; or a file that is taken as it is. With POST the
    parameters are a JSON object in the body. `ok_at` points to the code by which some interfaces say within an answer
    of status 200 that it is none. `total_at` points to how many rows there are; `cursor_at` to where the next page
    begins, which `cursor_param` hands back, or which is the next page's whole address where that is empty. `how`: all
    rows each time, or those whose column `watermark` isn't below its highest value of before less `overlap`, asked for
    by `since_param` in the spelling `since_as`; `begin` is what the first fetch asks with, if anything;
    `key` are the columns by which changed rows are found again.
    """

    url: Url
    method: Literal["GET", "POST"] = "GET"
    params: dict[Name, Text] = {}
    headers: dict[Header, HeaderValue] = {}
    answer: Literal["rows", "file"] = "rows"
    rows_at: Pointer = ""
    nested: Literal["flatten", "refuse"] = "flatten"
    columns: tuple[Name, ...] = ()
    ok_at: Pointer = ""
    ok_values: tuple[Text, ...] = ()
    paging: Literal["none", "page", "offset", "cursor", "link"] = "none"
    page_param: Text = ""
    first_page: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1
    size_param: Text = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 500
    total_at: Pointer = ""
    cursor_at: Pointer = ""
    cursor_param: Text = ""
    how: Literal["full", "watermark"] = "full"
    watermark: Text = ""
    since_param: Text = ""
    since_as: Spelling = "moment"
    begin: Text = ""
    overlap: Annotated[int, msgspec.Meta(ge=0, le=31_536_000)] = 300
    key: tuple[Name, ...] = ()
    auth: Literal["none", "header", "parameter", "basic", "bearer", "oauth"] = "none"
    auth_name: Text = ""
    user: Text = ""
    token_url: Url = ""
    scope: Text = ""
    token_by: Literal["basic", "body"] = "basic"  # noqa: S105 - a way, and no password
    authority: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    most_pages: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000
    minutes: Annotated[int, msgspec.Meta(ge=1, le=720)] = 60

    def __post_init__(self) -> None:
        _check_url(self.url, "url")
        if taken := next((name for name in self.headers if name.lower() in _OURS), ""):
            raise ValueError(f"headers: {taken}")
        self._check_auth()
        self._check_paging()
        if bool(self.ok_at) != bool(self.ok_values):
            raise ValueError("ok_at and ok_values go together")
        if self.how == "watermark" and not (self.watermark and self.since_param and self.key):
            raise ValueError("watermark, since_param and key are needed")
        if self.answer == "file" and (self.paging != "none" or self.how != "full"):
            raise ValueError("a file has no pages and no watermark")

    def _check_auth(self) -> None:
        if self.auth in ("header", "parameter") and not self.auth_name:
            raise ValueError("auth_name is missing")
        if self.auth == "header" and (not _HEADER.fullmatch(self.auth_name) or self.auth_name.lower() in _NO_KEYS):
            raise ValueError("auth_name is no header's")
        if self.auth in ("basic", "oauth") and not self.user:
            raise ValueError("user is missing")
        if self.auth == "oauth":
            _check_url(self.token_url, "token_url")

    def _check_paging(self) -> None:
        needed = {
            "page": self.page_param,
            "offset": self.page_param and self.size_param,
            "cursor": self.cursor_at,
        }
        if not needed.get(self.paging, "-"):
            raise ValueError("a parameter or place of paging is missing")
        by_address = self.paging == "link" or (self.paging == "cursor" and not self.cursor_param)
        if by_address and self.method != "GET":
            raise ValueError("a next page's address is asked by GET")


_NO_KEYS: Final = _OURS - {"authorization", "cookie"}


class HttpSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key, the password, the token or the client's secret, as `auth` says."""

    credential: Annotated[str, msgspec.Meta(max_length=5000, pattern=r"^[^\x00-\x1f]*$")] = ""


def _check_url(url: str, name: str) -> None:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError(name) from None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.fragment
        or port == 0
    ):
        raise ValueError(name)
