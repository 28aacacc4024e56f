"""What goes out as JSON or as DCAT comes back the same, and satisfies the mandatory properties of DCAT-AP 3."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import Graph

from haihe.data.catalogue.cascade.dcat import SERIALISED, graph_of, serialised
from haihe.data.catalogue.cascade.dcat_reading import read_dcat
from haihe.data.catalogue.cascade.export import Asked, as_json, page_of
from haihe.data.catalogue.cascade.reading import ReadPage, read_json
from haihe.data.catalogue.cascade.records import CataloguePage, CodePair, Codes, Entry, Item, Tombstone
from haihe.data.catalogue.cascade.testing import BUREAU, publish_district
from haihe.data.catalogue.testing import NOW, publish_entry

SITE = "https://data.heping.example"
LATER = datetime(2027, 6, 1, tzinfo=UTC)
_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), max_codepoint=0x2FFFF), min_size=1, max_size=40
)
_PROSE = _TEXT.filter(lambda text: bool(text.strip()))
_MOMENT = st.integers(0, 800_000_000).map(lambda second: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=second))


def _code(number: int) -> str:
    return f"{BUREAU}/{number:06}"


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    sharing = draw(st.sampled_from(["UNCONDITIONAL", "CONDITIONAL", "REFUSED"]))
    opening = draw(st.sampled_from(["CLOSED", "CONDITIONAL", "UNCONDITIONAL"]))
    names = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), min_size=1, max_size=4, unique=True))
    items = tuple(
        Item(
            name=name,
            title=draw(_PROSE),
            data_type=draw(st.sampled_from("CNYDTLMGBIF")),
            length=draw(st.none() | st.integers(1, 100_000_000)),
            unit=draw(st.sampled_from(["", "元"])),
            is_required=draw(st.booleans()),
            description=draw(st.just("") | _PROSE),
            sensitivity="SENSITIVE",
            is_identifying=draw(st.booleans()),
        )
        for name in names
    )
    return Entry(
        code=_code(number),
        title=draw(_PROSE),
        abstract=draw(_PROSE),
        owner=BUREAU,
        owner_name="和平区民政局",
        category=draw(st.sampled_from(["BASE", "THEME", "DEPARTMENT"])),
        subject_area=draw(_PROSE),
        keywords=tuple(draw(st.lists(st.text("低保救助", min_size=1, max_size=5), max_size=3, unique=True))),
        related=tuple(draw(st.lists(st.sampled_from([_code(n) for n in range(90, 95)]), max_size=3, unique=True))),
        grade="GENERAL",
        format="DATABASE",
        update_cycle=draw(st.sampled_from(["REALTIME", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"])),
        sharing_type=sharing,
        sharing_forms=() if sharing == "REFUSED" else ("SERVICE", "FILE"),
        sharing_scope=draw(_PROSE) if sharing == "CONDITIONAL" else "",
        sharing_purpose=draw(_PROSE) if sharing == "CONDITIONAL" else "",
        refusal_reason=draw(_PROSE) if sharing == "REFUSED" else "",
        refusal_basis=draw(_PROSE) if sharing == "REFUSED" else "",
        opening_type=opening,
        opening_condition=draw(_PROSE) if opening == "CONDITIONAL" else "",
        items=items,
        published_at=draw(_MOMENT),
        modified_at=draw(_MOMENT),
    )


@st.composite
def pages(draw: st.DrawFn) -> CataloguePage:
    count = draw(st.integers(0, 3))
    codes = tuple(CodePair(str(n), draw(_PROSE)) for n in range(draw(st.integers(0, 3))))
    return CataloguePage(
        publisher="12A001",
        publisher_name="和平区大数据中心",
        as_of=draw(_MOMENT),
        since=draw(st.none() | _MOMENT),
        entries=tuple(draw(entries(number)) for number in range(1, count + 1)),
        gone=tuple(Tombstone(_code(50 + n), draw(_MOMENT)) for n in range(draw(st.integers(0, 2)))),
        code_lists=(Codes(slug="sex", title="性别", standard="GB/T 2261.1", codes=codes),),
        next=draw(st.sampled_from(["", "2026-11-23T02:00:00+00:00_17"])),
    )


def told_again(page: CataloguePage, read: ReadPage) -> None:
    assert read.rejects == []
    assert sorted(read.entries, key=lambda entry: entry.code) == list(page.entries)
    assert sorted(read.gone, key=lambda gone: gone.code) == list(page.gone)
    assert read.code_lists == {codes.slug: codes for codes in page.code_lists}
    assert (read.next, read.as_of, read.is_full) == (page.next, page.as_of, page.since is None)


@given(pages())
@settings(max_examples=60, deadline=None)
def test_json_comes_back_the_same(page: CataloguePage) -> None:
    told_again(page, read_json(msgspec.json.encode(as_json(page)), prefix="12A", now=LATER))


@pytest.mark.parametrize("media_type", sorted(SERIALISED))
@given(page=pages())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_dcat_comes_back_the_same(media_type: str, page: CataloguePage) -> None:
    data = serialised(graph_of(page, site=SITE), media_type)
    told_again(page, read_dcat(data, media_type, prefix="12A", now=LATER))


def shapes() -> Graph:
    text = resources.files("haihe.data.catalogue.cascade.tests").joinpath("shapes.ttl").read_text(encoding="utf-8")
    return Graph().parse(data=text, format="turtle")


@given(pages())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_mandatory_is_there_and_typed(page: CataloguePage) -> None:
    conforms, _graph, told = validate(graph_of(page, site=SITE), shacl_graph=shapes(), advanced=True)
    assert conforms, told


@pytest.mark.django_db
def test_the_shapes_find_what_is_missing() -> None:
    publish_district()
    graph = graph_of(page_of(Asked(), now=NOW), site=SITE)
    assert validate(graph, shacl_graph=shapes(), advanced=True)[0]
    for missing in ("title", "description", "publisher"):
        poorer = Graph()
        poorer += (triple for triple in graph if not str(triple[1]).endswith(f"/{missing}"))
        assert not validate(poorer, shacl_graph=shapes(), advanced=True)[0], missing


@pytest.mark.django_db
def test_a_catalogue_of_ours_comes_back_the_same_in_every_format() -> None:
    publish_entry()
    publish_district()
    page = page_of(Asked(), now=NOW + timedelta(days=1))
    assert len(page.entries) == 3
    assert "sex-of-district" in [codes.slug for codes in page.code_lists]
    later = NOW + timedelta(days=2)
    told_again(page, read_json(msgspec.json.encode(as_json(page)), prefix="12", now=later))
    for media_type in SERIALISED:
        data = serialised(graph_of(page, site=SITE), media_type)
        told_again(page, read_dcat(data, media_type, prefix="12", now=later))
