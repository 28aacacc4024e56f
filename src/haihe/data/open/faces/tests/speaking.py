"""Let clients built on `requests` speak to the pages of this process, within the test's transaction."""

import io
from collections.abc import Mapping
from typing import Any

import requests
from django.test import Client
from requests.adapters import BaseAdapter


class ToDjango(BaseAdapter):
    """Hands each request to Django's test client. A page that raises raises in the test."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        body: Any = request.body or b""
        told = self._client.generic(
            request.method or "GET",
            request.path_url,
            data=body.encode() if isinstance(body, str) else body,
            content_type=str(request.headers.get("Content-Type", "application/octet-stream")),
            headers={name: str(value) for name, value in request.headers.items() if not name.startswith("Content-")},
        )
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = told.status_code, request.url or "", request
        answer.headers.update(dict(told.items()))
        answer.raw = io.BytesIO(b"".join(told) if told.streaming else told.content)
        answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
        return answer

    def close(self) -> None:
        """There is nothing to close."""


def session() -> requests.Session:
    """Return a session in which http://testserver is this process."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://testserver", ToDjango(Client(enforce_csrf_checks=True)))
    return made
