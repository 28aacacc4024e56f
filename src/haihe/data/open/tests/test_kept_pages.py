"""Whoever hasn't signed in gets pages that were made a moment ago; nobody gets what isn't so, or isn't theirs."""

import errno
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

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
def keeping(settings: Settings, tmp_path: Path) -> None:
    """Keep pages, as programs do and other tests don't."""
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "haihe.web.page_cache.PageCache", "LOCATION": tmp_path}}


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


def test_a_change_of_another_dataset_leaves_pages_on_which_it_does_not_stand(published: str) -> None:
    another = Dataset.objects.get(slug="canteens")
    another.pk, another.code, another.owner = uuid.uuid4(), "120034-0001", "120034"
    another.slug, another.topic, another.title = "clinics", "health", "卫生站名录"
    another.save(force_insert=True)
    for name in KEPT:
        page(browser(""), name)
    with transaction.atomic():
        Dataset.objects.filter(slug="clinics").update(title="改了名的卫生站")
    stamp, a_visit = 1, 1
    for name in ("dataset", "embed", "topic", "department"):
        assert asked_for(browser(""), name) == stamp + (a_visit if name == "dataset" else 0), name
    for name in ("front", "datasets"):
        assert "改了名的卫生站" in page(browser(""), name), name
    with transaction.atomic():
        Dataset.objects.filter(slug="clinics").update(topic=Dataset.objects.get(slug="canteens").topic)
    assert "改了名的卫生站" in page(browser(""), "topic")
    with transaction.atomic():
        Dataset.objects.filter(slug="clinics").update(topic="health")
    assert "改了名的卫生站" not in page(browser(""), "topic")


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


def alone(address: str, make: Callable[[], Made]) -> bytes:
    """Ask on a thread of one's own, and leave no connection behind."""
    try:
        return page_of(RequestFactory().get(address), make).response.content
    finally:
        connection.close()


def test_of_many_who_come_before_there_is_a_page_one_makes_it() -> None:
    made: list[str] = []
    come = Barrier(6)

    def make() -> Made:
        made.append("page")
        time.sleep(0.2)  # long enough for all others to find no page
        return Made(HttpResponse(f"page {len(made)}"))

    def ask(_number: int) -> bytes:
        come.wait()
        return alone("/somewhere", make)

    with ThreadPoolExecutor(6) as readers:
        assert set(readers.map(ask, range(6))) == {b"page 1"}
    assert len(made) == 1


def test_nobody_waits_long_for_a_page_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_pages, "_LONGEST_WAIT_S", 0.05)
    begun, done = Event(), Event()

    def make_slowly() -> Made:
        begun.set()
        assert done.wait(60)
        return Made(HttpResponse("a slow page"))

    with ThreadPoolExecutor(1) as another:
        slow = another.submit(alone, "/slow", make_slowly)
        assert begun.wait(60)
        quick = page_of(RequestFactory().get("/quick"), lambda: Made(HttpResponse("a quick page")))
        assert quick.response.content == b"a quick page"
        done.set()
        assert slow.result(60) == b"a slow page"


def test_on_a_full_disk_pages_are_given_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_told: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(caches["pages"]), "set", full)
    for _again in range(2):
        asked = RequestFactory().get("/somewhere")
        assert page_of(asked, lambda: Made(HttpResponse("a page"))).response.content == b"a page"
    assert "finished pages can't be kept" in caplog.text


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
