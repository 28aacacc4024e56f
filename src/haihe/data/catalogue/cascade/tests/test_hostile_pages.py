"""Whatever is handed in: a page that is none is refused whole, a bad entry alone, each with its reason."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.catalogue.cascade.dcat import SERIALISED
from haihe.data.catalogue.cascade.dcat_reading import read_dcat
from haihe.data.catalogue.cascade.export import as_json
from haihe.data.catalogue.cascade.reading import MOST_BYTES, NoPage, ReadPage, read_json
from haihe.data.catalogue.cascade.records import CataloguePage, Entry, Item, Tombstone
from haihe.data.catalogue.testing import NOW

GOOD = Entry(
    code="12A012/000001",
    title="救助对象",
    abstract="名册",
    owner="12A012",
    owner_name="和平区民政局",
    category="THEME",
    subject_area="社会保障",
    grade="GENERAL",
    format="DATABASE",
    update_cycle="MONTHLY",
    sharing_type="UNCONDITIONAL",
    sharing_forms=("SERVICE",),
    items=(Item(name="name", title="姓名", data_type="C", sensitivity="PERSONAL"),),
    published_at=NOW,
    modified_at=NOW,
)
PAGE = CataloguePage(publisher="12A001", publisher_name="和平区", as_of=NOW, entries=(GOOD,))
BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>"""
OUTSIDE = """<?xml version="1.0"?><!doctype r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a>&x;</a></rdf:RDF>"""


def document() -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(as_json(PAGE)))
    return told


def read(told: dict[str, Any]) -> ReadPage:
    return read_json(json.dumps(told, ensure_ascii=False).encode(), prefix="12A", now=NOW)


def test_the_good_page_is_good() -> None:
    page = read(document())
    assert (page.entries, page.rejects) == ([GOOD], [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"format": "haihe-catalogue", "version": 2, "as_of": "2026-11-23T02:00:00Z"}',
        b'{"format": "other", "version": 1, "as_of": "2026-11-23T02:00:00Z"}',
        b'{"format": "haihe-catalogue", "version": 1, "as_of": "yesterday"}',
        b'{"format": "haihe-catalogue", "version": 1, "as_of": "2026-11-23T02:00:00"}',
        b'{"format": "haihe-catalogue", "version": 1, "as_of": "2026-11-23T02:00:00Z", "entries": 5}',
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_page_is_refused_whole(data: bytes) -> None:
    with pytest.raises(NoPage):
        read_json(data, prefix="12A", now=NOW)


def test_a_page_with_too_many_entries_is_refused_whole() -> None:
    with pytest.raises(NoPage, match="1000"):
        read(document() | {"entries": [{}] * 1001})


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda entry: entry.update(changes)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_set(code="12B012/000001", owner="12B012"), "不属于这个节点"),
        (_set(code="120012/000001", owner="120012"), "不属于这个节点"),
        (_set(owner="12A013"), "提供方不符"),
        (_set(code="12A012/1"), "code"),
        (_set(code="12A012/000001\n"), "code"),
        (_set(code=5), "code"),
        (_set(code=None), "code"),
        (_set(title=""), "title"),
        (_set(title="长" * 101), "title"),
        (_set(title="坏\x00"), "控制字符"),
        (_set(abstract="坏\x1b[31m"), "控制字符"),
        (_set(category="ANYTHING"), "category"),
        (_set(sharing_type="SECRET"), "sharing_type"),
        (_set(sharing_type="CONDITIONAL"), "第15条"),
        (_set(sharing_type="REFUSED", refusal_reason="a", refusal_basis="b"), "共享方式"),
        (_set(sharing_forms=[]), "共享方式"),
        (_set(sharing_forms=["SERVICE", "SERVICE"]), "sharing_forms"),
        (_set(opening_type="CONDITIONAL"), "开放属性"),
        (_set(related=["12A012/000001"]), "关联自己"),
        (_set(related=["../../etc/passwd"]), "related"),
        (_set(items=[]), "items"),
        (_set(items=[{"name": "Name", "title": "x", "data_type": "C"}]), "items"),
        (_set(items=[{"name": "a", "title": "x", "data_type": "C"}] * 2), "信息项"),
        (_set(items=[{"name": "a", "title": "x", "data_type": "C", "is_identifying": True}]), "信息项"),
        (_set(published_at="2099-01-01T00:00:00Z"), "将来"),
        (_set(modified_at="2026-11-23T02:00:00"), "modified_at"),
    ],
)
def test_a_bad_entry_is_refused_alone_with_its_reason(spoil: Callable[[dict[str, Any]], None], reason: str) -> None:
    told = document()
    good = msgspec.to_builtins(msgspec.structs.replace(GOOD, code="12A012/000002"))
    spoil(told["entries"][0])
    page = read(told | {"entries": [told["entries"][0], good]})
    assert [entry.code for entry in page.entries] == ["12A012/000002"]
    assert len(page.rejects) == 1
    assert reason in page.rejects[0].reason


def test_parts_that_are_nothing_are_named_by_their_place() -> None:
    page = read(document() | {"entries": [None, 5, "x", [], {"code": "\x00" * 40}], "gone": [{}], "code_lists": [7]})
    assert page.entries == []
    assert [reject.code for reject in page.rejects][:5] == ["code_lists", "#1", "#2", "#3", "#4"]
    assert len(page.rejects) == 7


def test_the_same_code_twice_counts_once() -> None:
    told = document()
    page = read(told | {"entries": told["entries"] * 2, "gone": [{"code": GOOD.code, "at": NOW.isoformat()}]})
    assert (len(page.entries), len(page.gone), len(page.rejects)) == (1, 0, 2)


def test_a_moment_in_the_future_does_not_hide_changes_to_come() -> None:
    told = document() | {"as_of": (NOW + timedelta(days=400)).isoformat()}
    assert read(told).as_of == NOW


def test_a_tombstone_of_another_node_buries_nothing() -> None:
    page = read(document() | {"gone": [msgspec.to_builtins(Tombstone("120012/000001", NOW))]})
    assert page.gone == []
    assert "不属于这个节点" in page.rejects[0].reason


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("text/turtle", b"this is no turtle"),
        ("text/turtle", b""),
        ("text/turtle", b"\xff\xfe\x00"),
        ("text/turtle", b"@prefix : <urn:x:> . :a :b " + b"[ :c " * 5000),
        ("text/turtle", b"@prefix : <urn:x:> . :a :b " + b"( " * 5000),
        ("application/rdf+xml", b"<a><b></a>"),
        ("application/rdf+xml", BOMB.encode()),
        ("application/rdf+xml", OUTSIDE.encode()),
        ("application/rdf+xml", OUTSIDE.encode("utf-16")),
        ("application/ld+json", b"{"),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:1/context.json", "@id": "urn:x"}'),
        ("application/ld+json", b'[{"@context": [{}, "https://elsewhere.example/"], "@id": "urn:x"}]'),
        ("application/ld+json", b'{"@graph": [{"a": {"@context": "http://127.0.0.1:1/"}}]}'),
        ("application/ld+json", b'{"@context": {"@import": "http://127.0.0.1:1/"}}'),
        ("application/ld+json", b"[" * 60 + b"]" * 60),
        ("application/ld+json", b"[" * 100_000),
    ],
)
def test_broken_or_wicked_rdf_is_refused(media_type: str, data: bytes) -> None:
    with pytest.raises(NoPage):
        read_dcat(data, media_type, prefix="12A", now=NOW)


def test_a_type_that_expands_a_context_through_properties_fetches_nothing() -> None:
    told = {"@context": {"x": {"@id": "urn:x", "@context": "http://127.0.0.1:1/inner.json"}}, "x": {"y": 1}}
    with pytest.raises(NoPage, match="@context"):
        read_dcat(json.dumps(told).encode(), "application/ld+json", prefix="12A", now=NOW)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with pytest.raises(NoPage):
        read_json(data, prefix="12A", now=NOW)
    for kind in SERIALISED:
        with pytest.raises(NoPage):
            read_dcat(data, kind, prefix="12A", now=NOW)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(Entry.__struct_fields__), _JSON, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_an_entry_with_anything_in_it_is_taken_or_refused_with_a_reason(changes: dict[str, Any]) -> None:
    told = document()
    told["entries"][0].update(changes)
    page = read(told)
    assert len(page.entries) + len(page.rejects) == 1
    assert all(reject.reason for reject in page.rejects)
