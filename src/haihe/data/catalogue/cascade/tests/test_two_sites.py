"""A city takes in a district's catalogue over real HTTP, and the other way round: nothing twice, nothing unseen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM, NotPermitted
from haihe.data.catalogue import operations
from haihe.data.catalogue.cascade import exchanging, fetching, nodes, queries
from haihe.data.catalogue.cascade.errors import ExchangeFailed, NodeNotFound
from haihe.data.catalogue.cascade.models import CatalogueNode, ExchangeRun, NodeEntry, RunState
from haihe.data.catalogue.cascade.staging import stage
from haihe.data.catalogue.cascade.testing import BUREAU, district_entry, publish_district, registered
from haihe.data.catalogue.errors import EntryRefused, NotNow
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.testing import cast_actor, publish_entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]
type Site = object


@pytest.fixture
def demo(settings: object) -> None:
    settings.HAIHE = replace(settings.HAIHE, demo=True)  # type: ignore[attr-defined]  # pytest-django's fixture


@pytest.fixture
def site(live_server: object, settings: object) -> str:
    """The district's installation. It shares our tables, so its page holds our own entries too; those are refused."""
    return str(live_server.url)  # type: ignore[attr-defined]  # pytest-django's fixture


def joined(site: str, **changes: object) -> CatalogueNode:
    """Register each side with the other: `heping` is the district here, `city` is the city there."""
    _city, token = registered("UPPER", slug="city", name="天津市", prefix="120", base_url=site)
    node, shown = registered(base_url=site, token=token, **changes)
    nodes.change_node(actor=cast_actor("operator"), slug="city", now=timezone.now(), token=shown)
    return node


def pull(*, whole: bool = False) -> ExchangeRun:
    return exchanging.pull(actor=cast_actor("operator"), slug="heping", now=timezone.now(), whole=whole)


def take(run: ExchangeRun) -> ExchangeRun:
    return exchanging.answer(actor=cast_actor("operator"), run_id=run.pk, take=True, now=timezone.now())


def counts(run: ExchangeRun) -> tuple[int, int, int, int, int]:
    return run.new, run.changed, run.same, run.gone, run.rejected


@pytest.mark.parametrize("language", ["JSON", "DCAT"])
def test_a_district_is_taken_in_once_and_then_only_its_changes(site: str, language: str) -> None:
    publish_entry()
    first, second = publish_district(now=timezone.now() - timedelta(days=1))
    joined(site, language=language)
    run = pull()
    assert (run.problem, run.state) == ("", RunState.STAGED)
    assert counts(run) == (2, 0, 0, 0, 1)  # ours is refused: its code isn't the district's
    assert "不属于这个节点" in run.staged.get(change="REJECTED").reason
    assert not NodeEntry.objects.exists()
    with pytest.raises(NotNow):
        pull()
    assert take(run).state == RunState.DONE
    row = NodeEntry.objects.get(local_code=first)
    assert (row.code, row.title, row.owner_name) == (f"heping:{first}", "和平区救助对象信息", "和平区民政局")
    assert row.content["items"][0]["code_list"] == "sex-of-district"
    assert row.code_lists["sex-of-district"]["codes"] == [{"code": "1", "title": "男"}, {"code": "2", "title": "女"}]
    # The district has heard what was taken.
    assert ExchangeRun.objects.get(node__slug="city", kind="RECEIPT").new == 2
    again = pull(whole=True)
    # Nothing differs, so nobody needs to decide.
    assert (counts(again)[:4], again.state) == ((0, 0, 2, 0), RunState.DONE)
    assert NodeEntry.objects.count() == 2
    Resource.objects.filter(code=first).update(abstract="改写的摘要", updated_at=timezone.now())
    operations.move_resource(actor=SYSTEM, code=second, name="retire", now=timezone.now(), words="不再维护")
    changes = pull()
    assert counts(changes)[:4] == (0, 1, 0, 1)
    assert changes.staged.get(change="CHANGED").fields == ["abstract"]
    take(changes)
    assert NodeEntry.objects.get(local_code=first).content["abstract"] == "改写的摘要"
    assert NodeEntry.objects.get(local_code=second).gone_at is not None
    assert [entry.local_code for entry in queries.found_below("").rows] == [first]


def test_what_came_in_is_found_by_any_word_for_it_and_never_mixed_with_ours(site: str) -> None:
    publish_district()
    joined(site)
    take(pull())
    assert "和平区救助对象信息" in [entry.title for entry in queries.found_below("低保").rows]
    assert queries.found_below("和平区民政局").total == 2
    assert queries.found_below("不存在的东西").total == 0
    assert not Resource.objects.filter(code__startswith="heping").exists()
    page = Client().get(reverse("catalogue:lower"), {"search": "dibao"}).content.decode()
    assert "来自和平区目录" in page
    entry = Client().get(reverse("catalogue:lower-entry", args=["heping", f"{BUREAU}/000001"])).content.decode()
    assert f"heping:{BUREAU}/000001" in entry
    assert "内容由对方维护" in entry


def test_what_a_node_no_longer_has_is_gone_after_a_whole_exchange(site: str) -> None:
    first, _second = publish_district()
    joined(site)
    take(pull())
    Resource.objects.filter(code=first).update(state="DRAFT")
    run = pull(whole=True)
    assert counts(run)[3] == 1
    take(run)
    assert NodeEntry.objects.get(local_code=first).gone_at is not None
    Resource.objects.filter(code=first).update(state="PUBLISHED")
    take(pull(whole=True))
    assert NodeEntry.objects.get(local_code=first).gone_at is None


def test_a_node_that_goes_by_itself_is_taken_in_but_not_emptied(site: str) -> None:
    publish_district(*(district_entry(title=f"和平区登记{number}") for number in range(12)))
    joined(site, is_automatic=True)
    assert pull().state == RunState.DONE
    assert NodeEntry.objects.count() == 12
    Resource.objects.filter(owner=BUREAU).update(state="DRAFT")
    run = pull(whole=True)
    assert (run.state, run.gone) == (RunState.STAGED, 12)
    assert NodeEntry.objects.filter(gone_at__isnull=True).count() == 12


def test_a_push_leaves_a_receipt_on_both_sides(site: str) -> None:
    publish_district()
    joined(site)
    run = exchanging.push(actor=cast_actor("operator"), slug="city", now=timezone.now())
    assert (run.state, run.problem) == (RunState.DONE, "")
    # The city's side of the same tables knows the sender by its token: it is the district.
    received = ExchangeRun.objects.get(node__slug="heping", kind="RECEIVED")
    assert received.state == RunState.STAGED
    assert counts(run) == counts(received) == (2, 0, 0, 0, 0)
    take(received)
    assert NodeEntry.objects.count() == 2
    again = exchanging.push(actor=cast_actor("operator"), slug="city", now=timezone.now(), whole=True)
    assert counts(again)[:4] == (0, 0, 2, 0)


def test_a_pull_that_breaks_off_goes_on_where_it_was(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_district(*(district_entry(title=f"和平区登记{number}") for number in range(3)))
    node = joined(site)
    run = ExchangeRun.objects.create(node=node, kind="PULL", by="x", started_at=timezone.now())
    answered = fetching.get(
        f"{site}/catalogue/cascade/entries",
        token=nodes.token_for(node),
        accept="application/json",
        params={"limit": "2"},
    )
    page = exchanging.read_page(answered.body, answered.media_type, prefix="12A", now=timezone.now())
    stage(run, page)
    assert (run.pages, run.new, bool(run.cursor)) == (1, 2, True)
    gone_on = pull()
    assert (gone_on.pk, gone_on.pages, gone_on.new, gone_on.state) == (run.pk, 2, 3, RunState.STAGED)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer hhn.heping.wrongwrongwrongwrongwrong", 401),
        ("Bearer hhn.nobody." + "x" * 40, 401),
        ("Basic abc", 401),
    ],
)
def test_nobody_without_a_token_reads_or_writes(header: str, status: int) -> None:
    publish_district()
    registered()
    client = Client()
    told = {"Authorization": header} if header else {}
    for answer in (
        client.get(reverse("catalogue:cascade-entries"), headers=told),
        client.post(reverse("catalogue:cascade-receive"), "{}", content_type="application/json", headers=told),
        client.post(reverse("catalogue:cascade-receipts"), "{}", content_type="application/json", headers=told),
    ):
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("application/problem+json")
        assert "Bearer" in answer["WWW-Authenticate"]


def test_a_stopped_node_and_an_old_token_are_nobodys(site: str) -> None:
    _node, token = registered()
    address = reverse("catalogue:cascade-entries")
    assert Client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    new = nodes.renew_token(actor=cast_actor("operator"), slug="heping", now=timezone.now())
    assert Client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert Client().get(address, headers={"Authorization": f"Bearer {new}"}).status_code == 200
    nodes.change_node(actor=cast_actor("operator"), slug="heping", now=timezone.now(), enabled=False)
    assert Client().get(address, headers={"Authorization": f"Bearer {new}"}).status_code == 401
    with pytest.raises(NodeNotFound):
        pull()


def test_pages_say_how_else_they_can_be_had_and_where_they_go_on(site: str) -> None:
    publish_district()
    _node, token = registered()
    told = {"Authorization": f"Bearer {token}"}
    for accept, media_type in (
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/json"),
        ("text/turtle;q=0.2, application/json", "application/json"),
    ):
        answer = Client().get(reverse("catalogue:cascade-entries"), {"limit": "1"}, headers=told | {"Accept": accept})
        assert answer["Content-Type"].partition(";")[0] == media_type
        assert "Accept" in answer["Vary"]
        assert 'rel="next"' in answer["Link"]
        assert 'rel="alternate"' in answer["Link"]
    refused = Client().get(reverse("catalogue:cascade-entries"), headers=told | {"Accept": "image/png"})
    assert refused.status_code == 415
    for query in (
        {"modified_since": "yesterday"},
        {"after": "x"},
        {"limit": "many"},
        {"modified_since": "2026-11-23T02:00:00"},
    ):
        assert Client().get(reverse("catalogue:cascade-entries"), query, headers=told).status_code == 400


class Odd(BaseHTTPRequestHandler):
    """A peer that answers with whatever the test wants: (status, headers, body)."""

    told: tuple[int, dict[str, str], bytes] = (200, {}, b"")
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, headers, body = self.told
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[tuple[type[Odd], str]]:
    handler = type("This", (Odd,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


_LOOP = b'{"format": "haihe-catalogue", "version": 1, "as_of": "2026-11-23T02:00:00Z", "next": "again", "entries": []}'


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((302, {"Location": "http://169.254.169.254/"}, b""), "拒绝（302）"),
        ((500, {}, b"<html>"), "拒绝（500）"),
        ((401, {}, '{"detail": "令牌已失效"}'.encode()), "令牌已失效"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "不接收"),
        ((200, {"Content-Type": "application/json"}, b"{}"), "不是目录级联"),
        ((200, {"Content-Type": "application/json"}, b" " * ((8 << 20) + 10)), "MB"),
        ((200, {"Content-Type": "application/json"}, _LOOP), "没有尽头"),
    ],
)
def test_a_peer_that_misbehaves_ends_the_run_with_a_sentence(
    odd: tuple[type[Odd], str], told: tuple[int, dict[str, str], bytes], words: str
) -> None:
    handler, address = odd
    handler.told = told
    registered(base_url=address, token="theirs")
    run = pull()
    assert words in run.problem
    assert run.state in (RunState.FAILED, RunState.RUNNING)
    assert not NodeEntry.objects.exists()
    assert len(handler.asked) <= 2


@pytest.mark.parametrize(
    "url",
    [
        "ftp://data.example/",
        "file:///etc/passwd",
        "http://user:secret@data.example/",
        "http://169.254.169.254/latest/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://[::ffff:169.254.169.254]/",
        "http://224.0.0.1/",
        "http://no-such-host.invalid/",
        "http://data.example:99999/",
    ],
)
def test_some_addresses_are_never_asked(url: str) -> None:
    with pytest.raises(ExchangeFailed):
        fetching.check_address(url)


def test_this_machine_is_asked_in_the_demo_only(settings: object) -> None:
    fetching.check_address("http://127.0.0.1:8000")
    settings.HAIHE = replace(settings.HAIHE, demo=False)  # type: ignore[attr-defined]  # pytest-django's fixture
    for url in ("http://127.0.0.1:8000", "http://[::1]/", "http://localhost/"):
        with pytest.raises(ExchangeFailed, match="本机"):
            fetching.check_address(url)
    fetching.check_address("http://10.1.2.3/")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Heping"}, "slug"),
        ({"name": " "}, "name"),
        ({"direction": "SIDEWAYS"}, "direction"),
        ({"prefix": "110"}, "prefix"),
        ({"prefix": "12I"}, "prefix"),
        ({"division": "999999999999"}, "division"),
        ({"base_url": "javascript:alert(1)"}, "base_url"),
        ({"base_url": "http://a@b/"}, "base_url"),
        ({"base_url": "http://b/?x"}, "base_url"),
        ({"base_url": "http://b:port/"}, "base_url"),
        ({"token": "zwei wörter"}, "token"),
    ],
)
def test_a_node_that_cannot_be_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        registered(**changes)
    assert refused.value.field == field


def test_one_district_is_one_node_and_its_token_is_nowhere_in_clear() -> None:
    node, token = registered(token="theirs")
    with pytest.raises(EntryRefused):
        registered(slug="other")
    row = CatalogueNode.objects.get()
    assert token not in str(vars(row))
    assert b"theirs" not in bytes(row.sealed_token or b"")
    assert nodes.token_for(node) == "theirs"


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj", "auditor", "clerk_gjj", "liu"])
def test_only_the_operator_exchanges(username: str) -> None:
    registered()
    actor, now = cast_actor(username), timezone.now()
    for act in (
        lambda: exchanging.pull(actor=actor, slug="heping", now=now),
        lambda: exchanging.push(actor=actor, slug="heping", now=now),
        lambda: exchanging.read_file(actor=actor, slug="heping", data=b"", media_type="", now=now),
        lambda: nodes.renew_token(actor=actor, slug="heping", now=now),
        lambda: nodes.change_node(actor=actor, slug="heping", now=now, enabled=False),
    ):
        with pytest.raises(NotPermitted):
            act()
