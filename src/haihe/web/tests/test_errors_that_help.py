"""Errors tell people what to do, and programs what went wrong, each in their own form."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.views.decorators.http import require_POST

from haihe.base.accounts import api as accounts
from haihe.web import urls as real
from haihe.web.errors import CSRF_ADVICE

pytestmark = pytest.mark.django_db


def refuse(request: HttpRequest) -> HttpResponse:
    raise accounts.NotPermitted("not you")


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machine room")


urlpatterns = [
    path("refuse/", refuse),
    path("break/", break_down),
    path("post-only/", require_POST(lambda request: HttpResponse("done"))),
    path("", include(real.urlpatterns)),
]
handler400, handler403, handler404, handler500 = real.handler400, real.handler403, real.handler404, real.handler500


@pytest.fixture(autouse=True)
def _urls() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refuse/", 403, "没有这项权限"),
        ("/nowhere/", 404, "没有找到这个页面"),
        ("/search%00/", 404, "没有找到这个页面"),
        ("/catalogue/entries/120012/000001%00/", 404, "没有找到这个页面"),
        ("/post-only/", 405, "不能这样打开"),
        ("/break/", 500, "系统出了点问题"),
    ],
)
def test_a_person_gets_a_page_and_a_program_a_problem(visitor: Client, address: str, status: int, words: str) -> None:
    page = visitor.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status_code == status
    assert words in page.text
    assert "secret" not in page.text
    told = visitor.get(address, headers={"Accept": "application/json"})
    assert told.status_code == status
    assert told["Content-Type"] == "application/problem+json"
    assert told.json()["type"].startswith("urn:haihe:problem:")


def test_a_refused_method_still_names_the_allowed_ones(visitor: Client) -> None:
    assert visitor.get("/post-only/")["Allow"] == "POST"


def test_a_form_that_waited_too_long_says_that_nothing_was_saved() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/post-only/")
    assert answer.status_code == 403
    assert str(CSRF_ADVICE.heading) in answer.text
