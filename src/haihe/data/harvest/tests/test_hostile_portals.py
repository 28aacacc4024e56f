"""Whatever a portal says, it makes us ask nobody else, show no markup and follow no wicked link."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from haihe.base.accounts.api import Actor
from haihe.base.outward.testing import Told, told
from haihe.data.harvest import operations
from haihe.data.harvest.models import ExternalDataset
from haihe.data.harvest.reading import ckan, data_json
from haihe.data.harvest.reading.hostile import link, plain
from haihe.data.harvest.reading.records import Page
from haihe.data.harvest.reading.trouble import Stopped
from haihe.data.harvest.testing import portal
from haihe.data.harvest.tests.conftest import NOW, Adding, harvested

CANARY = "CANARY-OF-THE-FILE"
HEAD = '<?xml version="1.0"?>'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("application/rdf+xml", f'{HEAD}<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>{RDF}&l9;</rdf:RDF>', "NOT_RDF"),
        ("application/rdf+xml", f'{HEAD}<!DOCTYPE r [<!ENTITY x SYSTEM "FILE">]>{RDF}&x;</rdf:RDF>', "NOT_RDF"),
        ("application/ld+json", '{"@context": "HERE/context", "@id": "x"}', "NOT_RDF"),
        ("application/ld+json", '{"@context": ["HERE/context", {}], "@id": "x"}', "NOT_RDF"),
        ("application/ld+json", '{"a": {"@context": {"@import": "HERE/context"}}}', "NOT_RDF"),
        ("text/turtle", "@prefix : <HERE/> . :a :b", "NOT_RDF"),
        ("text/html", "<p>nothing</p>", "NOT_RDF"),
        ("text/turtle", "<urn:a> <urn:b> <HERE/c> .", "NO_CATALOGUE"),
    ],
)
def test_rdf_that_reaches_out_is_refused_and_nothing_is_fetched(
    kind: str, body: str, problem: str, add: Adding, keeper: Actor, tmp_path: Path
) -> None:
    (tmp_path / "canary").write_text(CANARY)
    with portal(1) as remote:
        body = body.replace("HERE", remote.url).replace("FILE", (tmp_path / "canary").as_uri())
        remote.before = lambda asked: Told(body.encode(), headers={"Content-Type": kind})
        done = harvested(add(f"{remote.url}/catalog", "DCAT"), remote, keeper)
        assert (done.state, done.problem) == ("FAILED", problem)
        assert remote.server is not None
        assert {asked.path for asked in remote.server.asked} == {"/catalog"}
    assert CANARY not in done.detail


@pytest.mark.parametrize("elsewhere", ["http://169.254.169.254/latest", "http://127.0.0.1:1/x", "file:///etc/passwd"])
def test_the_next_page_is_of_the_same_server(elsewhere: str, add: Adding, keeper: Actor) -> None:
    with portal(3) as remote:
        graph = remote.graph(remote.in_order).serialize(format="turtle")
        headers = {"Content-Type": "text/turtle", "Link": f'<{elsewhere}>; rel="next"'}
        remote.before = lambda asked: Told(graph.encode(), headers=headers)
        done = harvested(add(f"{remote.url}/catalog.ttl", "DCAT"), remote, keeper)
    assert (done.state, done.problem, done.seen) == ("FAILED", "NEXT_ELSEWHERE", 0)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data", "NETWORK_REFUSED"),
        ("http://[::ffff:127.0.0.1]/", "NETWORK_REFUSED"),
        ("http://localhost/", "NETWORK_REFUSED"),
        ("http://2130706433/", "ADDRESS_WRONG"),
        ("http://127.0.0.1:5432/", "PORT_REFUSED"),
    ],
)
def test_an_address_of_our_own_machines_is_never_asked(url: str, problem: str, add: Adding, keeper: Actor) -> None:
    row = add(url)
    run = operations.start(actor=keeper, slug=row.slug, is_dry=True, now=NOW)
    operations.go_on(run.pk, clock=lambda: NOW, wait=lambda seconds: None)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("FAILED", problem)


def test_a_redirect_to_our_own_machines_is_not_followed(add: Adding, keeper: Actor) -> None:
    with portal(1) as remote:
        remote.before = lambda asked: Told(status=302, headers={"Location": "http://169.254.169.254/"})
        done = harvested(add(remote.url), remote, keeper)
    assert done.problem == "PORT_REFUSED"


def test_texts_are_shown_as_text_and_links_lead_to_the_web_alone(add: Adding, keeper: Actor) -> None:
    wicked = "<script>alert(1)</script><img src=x onerror=alert(1)>名录\u202e\x00 &lt;b&gt;粗&lt;/b&gt;"
    with portal(1) as remote:
        offer = replace(remote.offers[1], title=wicked, notes=wicked * 200, keywords=(wicked,), publisher=wicked)
        package = remote.package(offer) | {"license_id": wicked}
        package["resources"] = [
            {"name": wicked, "url": url, "format": wicked}
            for url in (
                "javascript:alert(1)",
                "data:text/html,x",
                'https://a.example/"><script>',
                "https://ok.example/f",
            )
        ]
        remote.before = lambda asked: told({"success": True, "result": {"count": 1, "results": [package]}})
        assert harvested(add(remote.url), remote, keeper).new == 1
    row = ExternalDataset.objects.get()
    assert row.title == "名录 <b>粗</b>"
    assert [one["url"] for one in row.record["resources"]] == ["", "", "", "https://ok.example/f"]
    assert len(row.record["summary"]) <= 2000
    for address in (f"/open/external/{row.pk}/", "/open/external/", "/open/datasets/"):
        page = Client().get(address).content.decode()
        assert "&lt;b&gt;粗&lt;/b&gt;" in page, address
        for bad in ("<script>alert", "onerror", "javascript:", "data:text", "<b>粗"):
            assert bad not in page, (address, bad)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("https://数据.example/a?b=c#d", "https://数据.example/a?b=c#d"),
        ("http://[2408:8000::1]:8080/x", "http://[2408:8000::1]:8080/x"),
        *(
            (bad, "")
            for bad in ("javascript:alert(1)", "//a.example", "https://", "https://u:p@a.example", "ftp://a/b")
        ),
        *((bad, "") for bad in ("https://a b/", "https://a.example:99999/", "HTTP:\\\\a", "https://a.example/\x00", 7)),
        *(
            (bad, "")
            for bad in ("https://a.example/\ud800", "https://a.example/\u202egpj.exe", "https://a.example/\u200b")
        ),
    ],
)
def test_links(raw: object, shown: str) -> None:
    assert link(raw) == shown


@given(some.text())
def test_plain_text_stays_plain(text: str) -> None:
    once = plain(text, 50)
    assert len(once) <= 50
    assert once.isprintable() or not once


@pytest.mark.parametrize(
    "raw", ["<![foo[x]]>名录", "<![ 名录", "<!名录", "<?名录", "</名录", "<!-- 名录", "<a href='名录"]
)
def test_broken_markup_is_no_reason_to_stop(raw: str) -> None:
    assert len(plain(raw, 50)) <= 50


@pytest.mark.parametrize("piece", ["<", "<a ", "<a x='", "<!--", "</", "<script>", "<a/", "<![", "&#", "<x>"])
def test_no_markup_keeps_a_worker_busy(piece: str) -> None:
    """Time that grows with the square of the length would be minutes of it for one text."""
    began = time.process_time()
    plain(piece * 50_000, 2000)
    assert time.process_time() - began < 1


WICKED: list[dict[str, object]] = [
    {"name": "\ud800"},
    {"resources": [{"url": "https://ok.example/\ud800"}]},
    {"metadata_modified": "0001-01-01T00:00:00+14:00"},
    {"notes": "<![endif]-->"},
    {"title": "\ud800"},
]


@pytest.mark.parametrize("wicked", WICKED, ids=[next(iter(one)) for one in WICKED])
def test_one_wicked_record_holds_up_no_other(wicked: dict[str, object], add: Adding, keeper: Actor) -> None:
    with portal(2) as remote:
        packages = [remote.package(one) for one in remote.in_order]
        packages[0] |= wicked
        answer = {"success": True, "result": {"count": 2, "results": packages}}
        # In ASCII, in which half a pair of surrogates can be written.
        remote.before = lambda asked: Told(json.dumps(answer).encode())
        done = harvested(add(remote.url), remote, keeper)
    assert (done.state, done.seen) == ("DONE", 2)
    assert ExternalDataset.objects.filter(title="公共图书馆名录（第 2 册）").exists()


def test_a_number_that_no_portal_has_is_none(add: Adding, keeper: Actor) -> None:
    with portal(1) as remote:
        remote.before = lambda asked: told({"success": True, "result": {"count": 1 << 40, "results": []}})
        assert harvested(add(remote.url), remote, keeper).problem == "NOT_CKAN"


@pytest.mark.parametrize("where", ["http://[", "http://[::1", "//[x]/"])
def test_an_address_that_cannot_be_read_leads_nowhere(where: str, add: Adding, keeper: Actor) -> None:
    with portal(1) as remote:
        remote.before = lambda asked: Told(status=302, headers={"Location": where})
        assert harvested(add(remote.url), remote, keeper).problem == "ADDRESS_WRONG"
        graph = remote.graph(remote.in_order).serialize(format="turtle")
        headers = {"Content-Type": "text/turtle", "Link": f'<{where}>; rel="next"'}
        remote.before = lambda asked: Told(graph.encode(), headers=headers)
        assert (
            harvested(add(f"{remote.url}/catalog.ttl", "DCAT", slug="dcat"), remote, keeper).problem == "NEXT_ELSEWHERE"
        )


_KEYS = ("success", "result", "results", "count", "id", "title", "tags", "groups", "resources", "organization", "url")
_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_any_document_is_read_or_refused(document: object) -> None:
    document = json.loads(json.dumps(document))
    answer = {"success": True, "result": {"count": 9, "results": [document]}}
    rows = {"dataset": [document, {"identifier": document}]}
    readers: tuple[Callable[[], Page], ...] = (
        lambda: ckan.read_page(answer, "", base="https://a.example"),
        lambda: ckan.read_page(document, "", base="https://a.example"),
        lambda: data_json.read_slice(data_json.rows_of(rows), 0),
    )
    for read in readers:
        try:
            page = read()
        except Stopped:
            continue
        assert len(page.records) + len(page.rejects) >= 1
