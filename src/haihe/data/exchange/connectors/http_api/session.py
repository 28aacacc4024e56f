"""Asking one interface: who we are, redirects, waiting, and what a status means. No answer's words are repeated."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin

import httpx

from haihe.data.exchange.connectors import objects, reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.patience import Patience, asked_to_wait
from haihe.data.exchange.connectors.http_api.settings import HttpSecret, HttpSettings
from haihe.data.exchange.connectors.http_api.transport import CheckedTransport, failure_of
from haihe.data.exchange.connectors.ports import Site

_TIMEOUT: Final = httpx.Timeout(60.0, connect=reach.CONNECT_TIMEOUT_S)
_MOST_PAGE_BYTES: Final = 64 * 1024 * 1024
_MOST_REDIRECTS: Final = 5
_TRIES: Final = 3
_NOT_MODIFIED: Final = 304
_KEEP_METHOD: Final = frozenset({307, 308})
_LOST: Final = frozenset({Fault.CONNECTION_LOST, Fault.TIMED_OUT, Fault.SOURCE_FAILED})
_STATUSES: Final = {
    401: Fault.LOGIN_REFUSED,
    403: Fault.NOT_PERMITTED,
    404: Fault.NO_SUCH_PLACE,
    408: Fault.TIMED_OUT,
    410: Fault.NO_SUCH_PLACE,
    429: Fault.RATE_LIMITED,
    503: Fault.RATE_LIMITED,
}

type Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `params` None: the address is whole as it stands, as a server gave it."""

    url: str
    params: Params | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `next_url` is what its `Link` header calls the next page."""

    content: bytes
    charset: str
    next_url: str
    validators: dict[str, str]


class Session:
    """Use as a context. Raises: FetchFailed throughout."""

    def __init__(self, settings: HttpSettings, secret: HttpSecret, site: Site, patience: Patience) -> None:
        self._settings = settings
        self._credential = secret.credential
        self._site = site
        self._patience = patience
        self._token = ""
        self._client = httpx.Client(
            transport=CheckedTransport(site, settings.authority),
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "haihe", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def sign_in(self) -> None:
        """Get a token where OAuth wants one; other ways show themselves with the first question."""
        if self._settings.auth == "oauth":
            self._token = self._new_token()

    def whole(self, ask: Ask) -> Answer | None:
        """Return an answer in memory, asked for again where it breaks off; None where it isn't modified."""
        for attempt in itertools.count(1):
            try:
                with self.opened(ask) as response:
                    return None if response.status_code == _NOT_MODIFIED else self._read(response)
            except FetchFailed as failed:
                if failed.fault not in _LOST or attempt >= _TRIES:
                    raise
                self._patience.wait(2.0 ** (attempt - 1), failed.fault)
        raise AssertionError

    @contextmanager
    def opened(self, ask: Ask) -> Iterator[httpx.Response]:
        """Ask, and give the answer while it comes: one of status 200, or 304 where the question allows it."""
        try:
            with self._answered(ask) as response:
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise failure_of(error) from None

    def pieces(self, response: httpx.Response) -> Iterator[bytes]:
        for piece in response.iter_bytes():
            self._patience.go_on()
            yield piece

    def _read(self, response: httpx.Response) -> Answer:
        content = bytearray()
        for piece in self.pieces(response):
            content += piece
            if len(content) > _MOST_PAGE_BYTES:
                raise FetchFailed(Fault.TOO_MUCH)
        following = response.links.get("next", {}).get("url", "")
        url = str(response.request.url)
        return Answer(
            bytes(content),
            response.charset_encoding or "",
            urljoin(url, following) if following else "",
            validators_of(response),
        )

    @contextmanager
    def _answered(self, ask: Ask) -> Iterator[httpx.Response]:
        """Wait where the server asks for it, and get a new token once where the old one has run out."""
        renewed = False
        while True:
            with self._followed(ask) as response:
                if response.status_code in (httpx.codes.OK, _NOT_MODIFIED):
                    yield response
                    return
                failed = self._failure(response)
            if failed.fault is Fault.LOGIN_REFUSED and self._token and not renewed:
                renewed, self._token = True, self._new_token()
            elif failed.fault is Fault.RATE_LIMITED:
                self._patience.wait(1.0 if failed.retry_after_s is None else failed.retry_after_s, failed.fault)
            else:
                raise failed

    @contextmanager
    def _followed(self, ask: Ask) -> Iterator[httpx.Response]:
        """Follow redirects; what we sign in with goes to the interface's own server only."""
        request = self._request(ask)
        for _ in range(_MOST_REDIRECTS + 1):
            self._patience.go_on()
            response = self._client.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    yield response
                    return
                request = self._redirected(request, response)
            finally:
                response.close()
        raise FetchFailed(Fault.ANSWER_REFUSED, "Location")

    def _request(self, ask: Ask) -> httpx.Request:
        if not self._is_own(ask.url):
            raise FetchFailed(Fault.ANSWER_WRONG, "next")
        headers, signed = self._signed()
        headers = {**self._settings.headers, **ask.headers, **headers}
        if ask.params is None:
            url = httpx.URL(ask.url).copy_merge_params(signed) if signed else httpx.URL(ask.url)
            return self._client.build_request("GET", url, headers=headers)
        if self._settings.method == "POST":
            url = httpx.URL(ask.url).copy_merge_params(signed) if signed else httpx.URL(ask.url)
            return self._client.build_request("POST", url, headers=headers, json=dict(ask.params))
        url = httpx.URL(ask.url).copy_merge_params({**ask.params, **signed})
        return self._client.build_request("GET", url, headers=headers)

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        url = httpx.URL(urljoin(str(request.url), response.headers["Location"]))
        weaker = request.url.scheme == "https" and url.scheme != "https"
        changes = request.method != "GET" and response.status_code not in _KEEP_METHOD
        if url.scheme not in ("http", "https") or url.userinfo or weaker or changes:
            raise FetchFailed(Fault.ANSWER_REFUSED, "Location")
        headers = request.headers.copy()
        signed, params = self._signed()
        foreign = not self._is_own(str(url))
        for name in ("Host", "Cookie", *((*signed, *self._settings.headers) if foreign else ())):
            headers.pop(name, None)
        if foreign:
            for name in params:
                url = url.copy_remove_param(name)
        return self._client.build_request(request.method, url, headers=headers, content=request.read())

    def _is_own(self, url: str) -> bool:
        try:
            return _origin(httpx.URL(url)) == _origin(httpx.URL(self._settings.url))
        except httpx.InvalidURL:
            return False

    def _signed(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and the parameters that say who we are."""
        settings, credential = self._settings, self._credential
        match settings.auth:
            case "header":
                return {settings.auth_name: _in_header(credential)}, {}
            case "parameter":
                return {}, {settings.auth_name: credential}
            case "basic":
                return {"Authorization": _basic(settings.user, credential)}, {}
            case "bearer":
                return {"Authorization": f"Bearer {_in_header(credential)}"}, {}
            case "oauth":
                return {"Authorization": f"Bearer {self._token}"}, {}
            case _:
                return {}, {}

    def _new_token(self) -> str:
        """Ask for a token by client credentials (RFC 6749, 4.4). Redirects are none here."""
        settings = self._settings
        form = {"grant_type": "client_credentials"} | ({"scope": settings.scope} if settings.scope else {})
        headers: dict[str, str] = {}
        if settings.token_by == "basic":  # noqa: S105 - a way, and no password
            headers["Authorization"] = _basic(settings.user, self._credential)
        else:
            form |= {"client_id": settings.user, "client_secret": self._credential}
        request = self._client.build_request("POST", settings.token_url, headers=headers, data=form)
        try:
            with closing(self._client.send(request, stream=True)) as response:
                if response.status_code in (400, 401, 403):
                    raise FetchFailed(Fault.LOGIN_REFUSED)
                if response.status_code != httpx.codes.OK:
                    raise self._failure(response)
                content = self._read(response).content
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise failure_of(error) from None
        token = objects.at(objects.decoded(content), "/access_token")
        if not isinstance(token, str) or not token:
            raise FetchFailed(Fault.ANSWER_WRONG, "access_token")
        return _in_header(token)

    def _failure(self, response: httpx.Response) -> FetchFailed:
        status = response.status_code
        usual = Fault.SOURCE_FAILED if status >= httpx.codes.INTERNAL_SERVER_ERROR else Fault.ANSWER_REFUSED
        wait = asked_to_wait(response.headers.get("Retry-After", ""), now=self._site.clock())
        return FetchFailed(_STATUSES.get(status, usual), str(status), retry_after_s=wait)


def validators_of(response: httpx.Response) -> dict[str, str]:
    """Return the headers by which the next question asks for what is newer."""
    names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    return {asks: response.headers[says] for says, asks in names.items() if response.headers.get(says)}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _basic(user: str, password: str) -> str:
    return str(
        next(httpx.BasicAuth(user, password).auth_flow(httpx.Request("GET", "http://-"))).headers["Authorization"]
    )


def _in_header(value: str) -> str:
    """Raises: FetchFailed where no header could hold it."""
    if not value.isascii():
        raise FetchFailed(Fault.LOGIN_REFUSED)
    return value
