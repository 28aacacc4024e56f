"""A person of the cast with a browser of their own, talking HTTP to a running city."""

from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from haihe.launch.story.pages import Form, Page

_TIMEOUT_S = 60.0


class PageRefused(AssertionError):
    """The city did not show the page that the story needs; the message holds what it said instead."""


class Visitor:
    """Cookies, the page that is open, and what one does with it."""

    def __init__(self, city_url: str) -> None:
        self._client = httpx.Client(
            base_url=city_url,
            timeout=_TIMEOUT_S,
            follow_redirects=True,
            headers={"Accept-Language": "zh-CN"},
            trust_env=False,  # no proxy between a person and their own machine
        )
        self.page = Page("")
        self.url = city_url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: object, _traceback: TracebackType | None) -> None:
        self._client.close()

    def sign_in(self, username: str) -> None:
        """Enter as a person of the cast, as a visitor of the demo does."""
        self.open("/sign-in/")
        self.send(self.page.form_to("/sign-in/demo/"), username=username)

    def open(self, path: str) -> Page:
        """Raises: PageRefused."""
        return self._show(self._client.get(path))

    def send(self, form: Form, *, file: tuple[str, Path] | None = None, **values: str) -> Page:
        """Fill in the form and send it. Raises: PageRefused."""
        files = None
        if file is not None:
            name, path = file
            files = {name: (path.name, path.read_bytes(), "text/csv")}
        address = urljoin(self.url, form.action)
        # Django checks the origin of a form that was sent over TLS; here it is sent as a browser would.
        return self._show(
            self._client.post(address, data=form.values | values, files=files, headers={"Referer": self.url})
        )

    def download(self, path: str) -> bytes | None:
        """Return what is there, None where nothing is yet. Raises: PageRefused."""
        response = self._client.get(path)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        return self._checked(response).content

    def _show(self, response: httpx.Response) -> Page:
        self.url, self.page = str(response.url), Page(response.text)
        self._checked(response)
        return self.page

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            words = Page(response.text).text[:800]
            raise PageRefused(f"{response.request.method} {response.url.path} → {response.status_code}\n{words}")
        return response
