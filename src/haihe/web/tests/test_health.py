"""`/healthz` is healthy when the database answers a query and the gateway says it is well, and names what is not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, override_settings


@contextmanager
def gateway(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def answer(url: str) -> HttpResponseBase:
    with override_settings(HAIHE=replace(settings.HAIHE, gateway_url=url)):
        return Client().get("/healthz")


def said(response: HttpResponseBase) -> dict[str, str]:
    assert isinstance(response, HttpResponse)
    document: dict[str, str] = json.loads(response.content)
    return document


@pytest.mark.django_db
def test_all_is_well() -> None:
    with gateway(200) as url:
        response = answer(url)
    assert (response.status_code, said(response)) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [503, 404, 302])
def test_an_unwell_gateway_is_named(status: int) -> None:
    with gateway(status) as url:
        response = answer(url)
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert "网关自检未通过" in said(response)["detail"]


@pytest.mark.django_db
def test_a_missing_gateway_is_named() -> None:
    with gateway(200) as url:
        pass
    assert "网关无法连接" in said(answer(url))["detail"]


@pytest.mark.django_db
def test_nothing_is_changed_by_asking(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
