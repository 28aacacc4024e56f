"""One dataset as DCAT-AP 3: the dataset, its ways to be got, its interface, its record in the catalogue."""

from collections.abc import Iterator
from datetime import datetime

from haihe.data.open import places
from haihe.data.open.faces.dcat import vocabulary
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.model import Graph, Iri, Text, Told, both, day, en, iri, moment, number, plain, zh
from haihe.data.open.faces.gone import Gone
from haihe.data.open.faces.shown import Body, Shown
from haihe.data.open.models import DatasetVersion, Licence
from haihe.data.open.models.dataset import LICENCE_ADDRESSES
from haihe.data.open.snippets import Download
from haihe.data.open.topics import topics


def tell_dataset(graph: Graph, site: Site, one: Shown) -> Iri:
    """Tell of a dataset and all that belongs to it; return it."""
    row = one.row
    told: list[Told] = [
        ("dct:identifier", plain(row.code)),
        *both("dct:title", row.title, row.title_en),
        *both("dct:description", row.summary, row.summary_en),
        ("dct:publisher", tell_body(graph, site, one.body)),
        ("dcat:contactPoint", tell_contact(graph, site, one.body)),
        ("dct:issued", moment(row.published_at or row.created_at)),
        ("dct:modified", moment(row.updated_at)),
        ("dct:language", graph.add(vocabulary.CHINESE, ("dct:LinguisticSystem",))),
        ("dct:accessRights", _access(graph, one)),
        ("dcat:landingPage", graph.add(site.page(row.slug), ("foaf:Document",))),
        ("dct:spatial", _place(graph, site, one)),
        *_frequency(graph, one),
        *_themes(graph, site, one),
        *(("dcat:keyword", zh(word)) for word in row.keywords),
        *_period(graph, site, one),
        *_version(one.version),
        *(("dcat:distribution", way) for way in _ways(graph, site, one)),
        *_rights(graph, site, one),
    ]
    dataset = graph.add(site.dataset(row.slug), ("dcat:Dataset",), told)
    if one.has_api:
        _service(graph, site, one, dataset)
    return dataset


def tell_record(graph: Graph, site: Site, one: Shown, dataset: Iri) -> Iri:
    """Tell of the dataset's entry in the catalogue: when it was put there and changed."""
    told: list[Told] = [
        ("foaf:primaryTopic", dataset),
        ("dct:issued", moment(one.row.published_at or one.row.created_at)),
        ("dct:modified", moment(one.row.updated_at)),
        ("dct:language", graph.add(vocabulary.CHINESE, ("dct:LinguisticSystem",))),
    ]
    return graph.add(site.part(one.row.slug, "record"), ("dcat:CatalogRecord",), told)


def tell_gone(graph: Graph, site: Site, one: Gone) -> Iri:
    """Tell that a dataset was withdrawn; return the record that says so.

    It is no `dcat:Dataset` any more: harvesters take in all that are.
    """
    told: list[Told] = [
        ("dct:identifier", plain(one.row.code)),
        *both("dct:title", one.row.title, one.row.title_en),
        ("adms:status", iri(f"{vocabulary.EU}dataset-status/WITHDRAWN")),
        ("dct:modified", moment(one.at)),
    ]
    dataset = graph.add(site.dataset(one.row.slug), ("rdfs:Resource",), told)
    record: list[Told] = [
        ("foaf:primaryTopic", dataset),
        ("dct:issued", moment(one.row.published_at or one.row.created_at)),
        ("dct:modified", moment(one.at)),
        ("adms:status", iri(vocabulary.DELETED)),
        *both("adms:versionNotes", one.zh, one.en),
    ]
    return graph.add(site.part(one.row.slug, "record"), ("dcat:CatalogRecord",), record)


def tell_body(graph: Graph, site: Site, body: Body) -> Iri:
    told: list[Told] = [*both("foaf:name", body.zh, body.en), ("dct:identifier", plain(body.code))]
    return graph.add(site.body(body.code), ("foaf:Organization", "foaf:Agent"), told)


def tell_contact(graph: Graph, site: Site, body: Body) -> Iri:
    told: list[Told] = [
        *both("vcard:fn", body.zh, body.en),
        ("vcard:hasEmail", iri(f"mailto:{site.contact}")),
        ("vcard:hasURL", iri(site.body(body.code))),
    ]
    return graph.add(f"{site.body(body.code)}#contact", ("vcard:Organization", "vcard:Kind"), told)


def licence_address(licence: str, site: Site) -> str:
    """Return where a licence can be read; an agreement's is the portal's own."""
    return LICENCE_ADDRESSES.get(Licence(licence)) or f"{site.portal}#agreement"


def size_of(version: DatasetVersion) -> int | None:
    """Return how large the version's file of rows is, in bytes; None where it isn't here."""
    try:
        return (places.data_dir() / version.path / places.ROWS).stat().st_size
    except OSError:
        return None


def _access(graph: Graph, one: Shown) -> Iri:
    name = vocabulary.ACCESS.get(one.row.opening_type, "NON_PUBLIC")
    return graph.add(f"{vocabulary.EU}access-right/{name}", ("dct:RightsStatement",))


def _rights(graph: Graph, site: Site, one: Shown) -> Iterator[Told]:
    """Tell on which condition one gets it; as DCAT-US 3 puts it, too."""
    if not one.is_conditional:
        return
    words = both("skos:prefLabel", "部分限制", "Restricted - Partly")
    told: list[Told] = [
        ("dcatus:restrictionStatus", graph.add(f"{site.portal}#restricted", ("skos:Concept",), words)),
        ("dcatus:restrictionNote", zh(one.row.opening_condition)),
    ]
    yield (
        "dcatus:accessRestriction",
        graph.add(site.part(one.row.slug, "condition"), ("dcatus:AccessRestriction",), told),
    )
    statement = graph.add(
        site.part(one.row.slug, "rights"),
        ("dct:RightsStatement",),
        [("skos:prefLabel", zh(one.row.opening_condition))],
    )
    yield "dct:rights", statement


def _frequency(graph: Graph, one: Shown) -> Iterator[Told]:
    if name := vocabulary.FREQUENCIES.get(one.row.update_cycle):
        yield "dct:accrualPeriodicity", graph.add(f"{vocabulary.EU}frequency/{name}", ("dct:Frequency",))


def _themes(graph: Graph, site: Site, one: Shown) -> Iterator[Told]:
    topic = topics()[one.row.topic]
    scheme = graph.add(
        f"{site.portal}#topics",
        ("skos:ConceptScheme",),
        [*both("dct:title", "开放主题", "Topics"), *both("skos:prefLabel", "开放主题", "Topics")],
    )
    told: list[Told] = [*both("skos:prefLabel", topic.zh, topic.en), ("skos:inScheme", scheme)]
    yield "dcat:theme", graph.add(site.topic(topic.slug), ("skos:Concept",), told)
    if name := vocabulary.THEMES.get(topic.slug):
        label: list[Told] = [("skos:prefLabel", en(vocabulary.EU_THEMES[name]))]
        yield "dcat:theme", graph.add(f"{vocabulary.EU}data-theme/{name}", ("skos:Concept",), label)


def _place(graph: Graph, site: Site, one: Shown) -> Iri:
    """Tell where the rows lie: a box where they have places, else the city."""
    if one.extent.box is None:
        told: list[Told] = [*both("skos:prefLabel", "天津市", "Tianjin"), ("dct:identifier", plain("120000"))]
        return graph.add(f"{site.portal}#city", ("dct:Location",), told)
    west, south, east, north = one.extent.box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x:.6f} {y:.6f}" for x, y in corners)
    box = Text(f"POLYGON(({ring}))", kind="geo:wktLiteral")
    return graph.add(site.part(one.row.slug, "place"), ("dct:Location",), [("dcat:bbox", box)])


def _period(graph: Graph, site: Site, one: Shown) -> Iterator[Told]:
    if not one.extent.begin:
        return
    told: list[Told] = [("dcat:startDate", _day(one.extent.begin)), ("dcat:endDate", _day(one.extent.end))]
    yield "dct:temporal", graph.add(site.part(one.row.slug, "period"), ("dct:PeriodOfTime",), told)


def _day(text: str) -> Text:
    moment_or_day = datetime.fromisoformat(text)
    return day(moment_or_day.date()) if "T" not in text else moment(moment_or_day)


def _version(version: DatasetVersion | None) -> Iterator[Told]:
    if version is None:
        return
    yield "dcat:version", plain(str(version.number))
    if version.added is not None:
        counts = (version.added, version.removed, version.changed)
        yield "adms:versionNotes", zh("比上一版新增 {} 行，删除 {} 行，修改 {} 行。".format(*counts))
        yield "adms:versionNotes", en("{} rows added, {} removed, {} changed since the version before.".format(*counts))


def _ways(graph: Graph, site: Site, one: Shown) -> Iterator[Iri]:
    """Tell of each file, and of the interface where there is one."""
    if one.version is None:
        return
    for download in one.downloads:
        told = [*_of_file(graph, site, one, one.version, download)]
        yield graph.add(site.part(one.row.slug, download.name), ("dcat:Distribution",), told)
    if one.has_api:
        rows: list[Told] = [
            *both("dct:title", "查询接口", "Query interface"),
            ("dcat:accessURL", iri(f"{one.api_url}/rows")),
            ("dcat:accessService", iri(site.part(one.row.slug, "api"))),
            *_format(graph, site, "json"),
            *_terms(graph, site, one),
        ]
        yield graph.add(site.part(one.row.slug, "rows"), ("dcat:Distribution",), rows)


def _of_file(graph: Graph, site: Site, one: Shown, version: DatasetVersion, download: Download) -> Iterator[Told]:
    yield "dct:title", plain(download.label)
    yield "dcat:accessURL", iri(download.url)
    yield "dcat:downloadURL", iri(download.url)
    yield "dct:modified", moment(version.published_at or version.made_at)
    yield from _format(graph, site, download.name)
    yield from _terms(graph, site, one)
    # The other files are made while they are asked for: how large they are nobody knows before.
    if download.name != "parquet":
        return
    checksum: list[Told] = [
        ("spdx:algorithm", graph.add(vocabulary.SHA256, ("spdx:ChecksumAlgorithm",))),
        ("spdx:checksumValue", Text(version.sha256, kind="xsd:hexBinary")),
    ]
    yield "spdx:checksum", graph.add(site.part(one.row.slug, "checksum"), ("spdx:Checksum",), checksum)
    if (size := size_of(version)) is not None:
        yield "dcat:byteSize", number(size)


def _format(graph: Graph, site: Site, name: str) -> Iterator[Told]:
    kind = vocabulary.FILE_TYPES[name]
    address = f"{vocabulary.EU}file-type/{kind.eu}" if kind.eu else f"{site.portal}#format-{name}"
    yield "dct:format", graph.add(address, ("dct:MediaTypeOrExtent",), [("skos:prefLabel", en(kind.label))])
    if kind.is_registered:
        yield "dcat:mediaType", graph.add(f"{vocabulary.IANA}{kind.media_type}", ("dct:MediaType",))


def _terms(graph: Graph, site: Site, one: Shown) -> Iterator[Told]:
    if one.row.licence:
        address = licence_address(one.row.licence, site)
        label = str(Licence(one.row.licence))
        yield "dct:license", graph.add(address, ("dct:LicenseDocument",), [("dct:identifier", plain(label))])


def _service(graph: Graph, site: Site, one: Shown, dataset: Iri) -> None:
    told: list[Told] = [
        *both("dct:title", f"{one.row.title}查询接口", f"Query interface of {one.row.title_en or one.row.title}"),
        ("dcat:endpointURL", iri(one.api_url)),
        ("dcat:endpointDescription", iri(f"{one.api_url}/openapi.json")),
        ("dcat:servesDataset", dataset),
        ("dct:publisher", tell_body(graph, site, one.body)),
        ("dcat:contactPoint", tell_contact(graph, site, one.body)),
        ("dct:accessRights", _access(graph, one)),
        *_terms(graph, site, one),
    ]
    graph.add(site.part(one.row.slug, "api"), ("dcat:DataService",), told)
