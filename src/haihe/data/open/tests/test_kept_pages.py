"""Whoever hasn't signed in gets pages that were made a moment ago; nobody gets what isn't so, or isn't theirs."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from haihe.data.open import kept_pages, operations
from haihe.data.open.kept_pages import Made, page_of
from haihe.data.open.models import Dataset, DatasetUsage
from haihe.data.open.tests.conftest import NOW
from haihe.data.open.tests.test_opening_a_dataset import person, published
from haihe.data.open.tests.test_pages import PUBLIC, address, arguments, browser

__all__ = ["published"]
pytestmark = pytest.mark.django_db
KEPT = ("front", "datasets", "dataset", "embed", "topic", "department")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


@pytest.fixture(autouse=True)
def keeping(settings: Settings) -> Iterator[None]:
    """Keep pages, as programs do and other tests don't."""
    real = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept in a test"}
    settings.CACHES = {**settings.CACHES, "pages": real}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def page(client: Client, name: str, **query: str) -> str:
    return client.get(address(name, *arguments(name, "")), query).content.decode()


def asked_for(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(client, name)
    return len(asked)


def test_only_the_pages_named_here_are_kept(published: str) -> None:
    stamp, a_visit = 1, 1
    for name in PUBLIC:
        first, second = asked_for(browser(""), name), asked_for(browser(""), name)
        assert (second <= stamp + a_visit) == (name in KEPT or first <= stamp + a_visit), name


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_page_is_the_page_that_was_made(name: str, published: str) -> None:
    made, kept = (browser("").get(address(name, *arguments(name, published))) for _ in "ab")
    assert TOKEN.sub("", made.content.decode()) == TOKEN.sub("", kept.content.decode())
    for told in (made, kept):
        told.headers["Vary"] = ", ".join(sorted(told.headers.get("Vary", "").split(", ")))
    assert dict(made.headers) == dict(kept.headers)
    assert {one.key for one in made.cookies.values()} == {one.key for one in kept.cookies.values()}


def test_each_reader_has_a_form_token_of_their_own_and_it_works(published: str) -> None:
    readers = [Client(enforce_csrf_checks=True) for _ in range(3)]
    tokens = [set(TOKEN.findall(page(reader, "dataset"))) for reader in readers]
    assert len(set.union(*tokens)) == sum(map(len, tokens))
    for reader, theirs in zip(readers, tokens, strict=True):
        told = {"language": "en", "next": "/", "csrfmiddlewaretoken": theirs.pop()}
        assert reader.post(reverse("set-language"), told).status_code == 302
    another = {"language": "en", "next": "/", "csrfmiddlewaretoken": tokens[0].pop() if tokens[0] else "x" * 64}
    assert readers[1].post(reverse("set-language"), another).status_code == 403


def test_language_type_address_and_host_have_pages_of_their_own(published: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    assert "What was masked" not in page(browser(""), "dataset")
    english, large = browser(""), browser("")
    english.cookies["haihe_language"] = "en"
    large.cookies["haihe_care"] = "1"
    assert "What was masked" in page(english, "dataset")
    assert 'class="care"' in page(large, "dataset")
    assert 'class="care"' not in page(browser(""), "dataset")
    assert "社区食堂名录" in page(browser(""), "datasets", q="食堂")
    assert "社区食堂名录" not in page(browser(""), "datasets", q="没有这种东西")
    there = Client(headers={"host": "localhost"}).get(address("dataset", "canteens")).content.decode()
    assert "http://localhost/open/datasets/canteens/" in there
    assert "http://testserver/" not in there


def test_what_is_suspended_is_gone_from_every_page_at_once(published: str) -> None:
    before = {name: page(browser(""), name) for name in KEPT}
    assert "水上食堂" in before["dataset"]
    operations.move(actor=person("operator"), slug="canteens", name="suspend", words="发现错误", now=NOW)
    assert "发现错误" in page(browser(""), "dataset")
    assert "水上食堂" not in page(browser(""), "dataset") + page(browser(""), "embed")
    assert "社区食堂名录" not in page(browser(""), "datasets") + page(browser(""), "front") + page(browser(""), "topic")
    assert browser("").get(address("department", "120012")).status_code == 404
    operations.move(actor=person("approver_mzj"), slug="canteens", name="resume", words="已改正", now=NOW)
    assert "水上食堂" in page(browser(""), "dataset")


def test_any_change_of_a_dataset_makes_its_pages_anew_whoever_wrote_it(published: str) -> None:
    page(browser(""), "dataset")
    with transaction.atomic():
        Dataset.objects.filter(slug="canteens").update(title="改了名的食堂")
    assert "改了名的食堂" in page(browser(""), "dataset")
    with transaction.atomic():
        Dataset.objects.filter(slug="canteens").update(state="WITHDRAWN")
    assert browser("").get(address("dataset", "canteens")).status_code == 410


def test_people_who_signed_in_get_and_leave_nothing(published: str) -> None:
    mine = "管理</a>"
    assert mine in page(browser("steward_mzj"), "dataset")
    assert mine not in page(browser(""), "dataset")
    steward = browser("steward_mzj")
    assert mine in page(steward, "dataset")
    assert "孙丽华" in page(steward, "front") or steward.get("/open/").context["actor"].is_signed_in
    assert "退出登录" not in page(browser(""), "front")


def test_who_waits_for_a_message_gets_a_page_of_their_own(published: str) -> None:
    page(browser(""), "front")
    told = browser("")
    told.cookies["messages"] = "x"
    first = asked_for(told, "front")
    assert first > 1


def test_visits_of_kept_pages_count(published: str) -> None:
    for _ in range(3):
        page(browser(""), "dataset")
    browser("").head(address("dataset", "canteens"))
    page(Client(headers={"user-agent": "a-crawler/1"}), "dataset")
    assert DatasetUsage.objects.get(dataset__slug="canteens", kind="VIEW").count == 3
    page(browser("steward_mzj"), "dataset")
    operations.move(actor=person("operator"), slug="canteens", name="suspend", words="发现错误", now=NOW)
    page(browser(""), "dataset")
    page(browser(""), "dataset")
    assert DatasetUsage.objects.get(dataset__slug="canteens", kind="VIEW").count == 3


@pytest.mark.parametrize(
    ("body", "status", "is_kept"),
    [
        ("a page", 200, True),
        ("nothing there", 404, False),
        ("x" * 400_000, 200, False),
        ('<body hx-headers=\'{"X-CSRFToken": "a token we do not cut out"}\'>', 200, False),
    ],
    ids=["page", "error", "large", "token elsewhere"],
)
def test_what_is_not_fit_to_be_kept_is_made_for_each(body: str, status: int, is_kept: bool) -> None:
    made = []

    def make() -> Made:
        made.append(1)
        return Made(HttpResponse(body, status=status))

    def ask() -> HttpRequest:
        return RequestFactory().get("/somewhere")

    answers = [page_of(ask(), make).response for _ in range(2)]
    assert [(one.content.decode(), one.status_code) for one in answers] == [(body, status)] * 2
    assert len(made) == (1 if is_kept else 2)


def test_of_many_who_come_late_one_makes_the_page_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    clock = [100.0]
    monkeypatch.setattr(kept_pages, "monotonic", lambda: clock[0])

    def ask() -> HttpRequest:
        return RequestFactory().get("/somewhere")

    def make() -> Made:
        made.append("page")
        if len(made) == 2:
            # Somebody else comes while it is made.
            assert page_of(ask(), make).response.content == b"page 1"
        return Made(HttpResponse(f"page {len(made)}"))

    assert page_of(ask(), make).response.content == b"page 1"
    clock[0] += kept_pages.SECONDS - 1
    assert page_of(ask(), make).response.content == b"page 1"
    clock[0] += 2
    assert page_of(ask(), make).response.content == b"page 2"
    assert page_of(ask(), make).response.content == b"page 2"
    assert len(made) == 2


def test_a_page_that_could_not_be_made_anew_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(kept_pages, "monotonic", lambda: clock[0])

    def fail() -> Made:
        raise ConnectionError("the database is away")

    asked = RequestFactory().get("/somewhere")
    assert page_of(asked, lambda: Made(HttpResponse("before"))).response.content == b"before"
    clock[0] += kept_pages.SECONDS + 1
    for _again in range(2):
        with pytest.raises(ConnectionError):
            page_of(asked, fail)
    assert page_of(asked, lambda: Made(HttpResponse("after"))).response.content == b"after"
