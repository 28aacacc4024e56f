"""The operator registers nodes and answers exchanges, the auditor looks on; entries taken in are open to everybody."""

import json
from datetime import timedelta

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue.cascade.dcat import graph_of, serialised
from haihe.data.catalogue.cascade.export import Asked, as_json, page_of
from haihe.data.catalogue.cascade.models import CatalogueNode, ExchangeRun, NodeEntry, NodeEvent
from haihe.data.catalogue.cascade.testing import BUREAU, load_bureau, publish_district, registered
from haihe.data.catalogue.testing import NOW

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("catalogue:cascade"), reverse("catalogue:cascade-new")
NODE = reverse("catalogue:cascade-node", args=["heping"])
FILE = reverse("catalogue:cascade-file", args=["heping"])
EVERYBODY = ("", *(person.username for person in cast.CAST))
FORM = {
    "name": "和平区",
    "slug": "heping",
    "direction": "LOWER",
    "code_prefix": "12A",
    "division": "120101000000",
    "base_url": "https://data.heping.example/",
    "language": "DCAT",
    "token": "theirs",
}


def browser(username: str) -> Client:
    client = Client()
    if username:
        client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def handed_in(client: Client, name: str = "page.json", data: bytes | None = None) -> ExchangeRun:
    page = page_of(Asked(), now=NOW + timedelta(days=1))
    body = data or msgspec.json.encode(as_json(page))
    answer = client.post(FILE, {"page": SimpleUploadedFile(name, body)})
    assert answer.status_code == 302, answer.content.decode()
    return ExchangeRun.objects.latest("started_at")


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_gets_which_page(username: str) -> None:
    publish_district()
    registered()
    run = handed_in(browser("operator")) if username != "operator" else None
    client = browser(username) if username != "operator" else browser("operator")
    run = run or handed_in(client)
    run_page = reverse("catalogue:cascade-run", args=[run.pk])
    closed = 302 if not username else 403
    reads = 200 if username in {"operator", "auditor"} else closed
    assert [client.get(address).status_code for address in (LIST, NODE, run_page)] == [reads] * 3
    assert client.get(NEW).status_code == (200 if username == "operator" else closed)
    if username != "operator":
        for address in (
            NEW,
            FILE,
            reverse("catalogue:cascade-exchange", args=["heping"]),
            reverse("catalogue:cascade-token", args=["heping"]),
            reverse("catalogue:cascade-change", args=["heping"]),
            reverse("catalogue:cascade-answer", args=[run.pk]),
        ):
            assert client.post(address, FORM | {"take": "1", "enabled": "0"}).status_code == closed, address
        assert not NodeEntry.objects.exists()
    assert client.get(reverse("catalogue:lower")).status_code == 200


def test_a_node_is_registered_and_its_token_shown_once() -> None:
    load_bureau()
    client = browser("operator")
    assert "登记各区的节点" in client.get(LIST).content.decode()
    page = client.post(NEW, FORM).content.decode()
    assert "令牌只显示这一次" in page
    token = page.partition("hhn.heping.")[2].partition("<")[0]
    assert len(token) > 20
    assert token not in client.get(NODE).content.decode()
    row = CatalogueNode.objects.get()
    assert (row.base_url, row.language, row.division) == ("https://data.heping.example", "DCAT", "120101000000")
    assert client.post(NEW, FORM).status_code == 422
    wrong = client.post(NEW, FORM | {"slug": "other", "code_prefix": "110"})
    assert "12 加一位" in wrong.content.decode()
    renewed = client.post(reverse("catalogue:cascade-token", args=["heping"])).content.decode()
    assert "hhn.heping." in renewed
    assert list(NodeEvent.objects.values_list("name", flat=True)) == ["register", "renew_token"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("p.json", ""), ("p.ttl", "text/turtle"), ("p.rdf", "application/rdf+xml"), ("P.JSONLD", "application/ld+json")],
)
def test_a_file_is_looked_at_then_taken_in_and_found(name: str, media_type: str) -> None:
    publish_district()
    registered()
    client = browser("operator")
    page = page_of(Asked(), now=NOW + timedelta(days=1))
    data = serialised(graph_of(page, site="https://x.example"), media_type) if media_type else None
    run = handed_in(client, name, data)
    address = reverse("catalogue:cascade-run", args=[run.pk])
    shown = client.get(address).content.decode()
    for told in ("确认收录", "新增", "和平区救助对象信息", f"{BUREAU}/000001"):
        assert told in shown
    assert "和平区救助对象信息" not in Client().get(reverse("catalogue:lower")).content.decode()
    answer = reverse("catalogue:cascade-answer", args=[run.pk])
    assert client.post(answer, {"take": "1"}).status_code == 302
    assert client.post(answer, {"take": "1"}).status_code == 422
    assert "和平区救助对象信息" in Client().get(reverse("catalogue:lower"), {"search": "低保"}).content.decode()
    found = Client().get(reverse("catalogue:list"), {"search": "低保"}).content.decode()
    assert reverse("catalogue:lower") + "?search=%E4%BD%8E%E4%BF%9D" in found


def test_a_run_can_be_dropped_and_leaves_nothing() -> None:
    publish_district()
    registered()
    client = browser("operator")
    run = handed_in(client)
    client.post(reverse("catalogue:cascade-answer", args=[run.pk]), {"take": "0"})
    assert ExchangeRun.objects.get().state == "DROPPED"
    assert not NodeEntry.objects.exists()


def test_a_file_that_is_none_is_refused_with_a_sentence() -> None:
    registered()
    client = browser("operator")
    for told in (
        {},
        {"page": SimpleUploadedFile("x.json", b"nothing")},
        {"page": SimpleUploadedFile("x.ttl", b"nothing")},
    ):
        assert client.post(FILE, told).status_code == 422
    assert not ExchangeRun.objects.exists()


def test_an_exchange_is_left_to_the_worker() -> None:
    registered(base_url="https://data.heping.example")
    assert browser("operator").post(reverse("catalogue:cascade-exchange", args=["heping"])).status_code == 302
    job = ProcrastinateJob.objects.get(task_name="catalogue.exchange")
    assert job.args["node"] == "heping"


def test_a_stopped_nodes_entries_stand_aside() -> None:
    publish_district()
    registered()
    client = browser("operator")
    run = handed_in(client)
    client.post(reverse("catalogue:cascade-answer", args=[run.pk]), {"take": "1"})
    client.post(reverse("catalogue:cascade-change", args=["heping"]), {"enabled": "0"})
    entry = reverse("catalogue:lower-entry", args=["heping", f"{BUREAU}/000001"])
    assert Client().get(entry).status_code == 404
    client.post(reverse("catalogue:cascade-change", args=["heping"]), {"enabled": "1", "automatic": "1"})
    assert Client().get(entry).status_code == 200
    assert CatalogueNode.objects.get().is_automatic


def test_what_a_node_calls_its_entries_is_shown_and_never_run() -> None:
    publish_district()
    registered()
    told = json.loads(msgspec.json.encode(as_json(page_of(Asked(), now=timezone.now()))))
    told["entries"][0]["title"] = "<script>alert(1)</script>"
    client = browser("operator")
    run = handed_in(client, data=json.dumps(told).encode())
    assert "<script>alert" not in client.get(reverse("catalogue:cascade-run", args=[run.pk])).content.decode()


def test_strange_addresses_are_not_there() -> None:
    registered()
    client = browser("operator")
    for address in (
        reverse("catalogue:cascade-node", args=["nothing"]),
        reverse("catalogue:cascade-run", args=["5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0001"]),
        reverse("catalogue:lower-entry", args=["heping", "../../etc/passwd"]),
    ):
        assert client.get(address).status_code == 404
