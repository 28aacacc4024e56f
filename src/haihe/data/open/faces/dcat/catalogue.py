"""The whole catalogue, a hundred datasets a page, in an order that stays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from haihe.data.open.faces.dcat import vocabulary
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.describing import tell_body, tell_contact, tell_dataset, tell_gone, tell_record
from haihe.data.open.faces.dcat.model import Graph, Iri, Told, both, iri, moment, number
from haihe.data.open.faces.gone import Gone, gone_since
from haihe.data.open.faces.shown import DATA_CENTRE, Body, Shown, Wanted, bodies, published, shown

PAGE_SIZE: Final = 100

type Address = Callable[[int], str]


class NoSuchPage(LookupError):
    """There are fewer pages."""


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page; pages count from 1, an empty catalogue has one. The last tells what is `gone`."""

    shown: tuple[Shown, ...]
    number: int
    last: int
    total: int
    publisher: Body
    gone: tuple[Gone, ...] = ()

    @property
    def around(self) -> dict[str, int]:
        """The numbers of the pages around this one."""
        told = {"first": 1, "last": self.last}
        told |= {"previous": self.number - 1} if self.number > 1 else {}
        return told | ({"next": self.number + 1} if self.number < self.last else {})


def catalogue_page(wanted: Wanted, number_: int) -> CataloguePage:
    """Raises: NoSuchPage."""
    rows = published(wanted)
    total = rows.count()
    last = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number_ <= last:
        raise NoSuchPage(number_)
    begin = (number_ - 1) * PAGE_SIZE
    listed = shown(rows[begin : begin + PAGE_SIZE])
    gone = (
        gone_since(wanted.modified_since) if number_ == last and not (wanted.q or wanted.topic or wanted.owner) else ()
    )
    return CataloguePage(tuple(listed), number_, last, total, bodies([DATA_CENTRE])[DATA_CENTRE], tuple(gone))


def graph_of_page(page: CataloguePage, site: Site, address: Address) -> Graph:
    """Return the page as a graph; `address` gives the address of the page of a number in the same form."""
    graph = Graph()
    _page(graph, page, address)
    publisher = tell_body(graph, site, page.publisher)
    datasets = [tell_dataset(graph, site, one) for one in page.shown]
    records = [tell_record(graph, site, one, dataset) for one, dataset in zip(page.shown, datasets, strict=True)]
    records += [tell_gone(graph, site, one) for one in page.gone]
    services = [iri(site.part(one.row.slug, "api")) for one in page.shown if one.has_api]
    features = [d for one, d in zip(page.shown, datasets, strict=True) if one.version and one.axes.has_place]
    told: list[Told] = [
        *both("dct:title", "天津市公共数据开放目录", "Open data of Tianjin"),
        *both(
            "dct:description",
            "全市各部门开放的公共数据：可以下载的文件和可以调用的接口。",
            "Public data that the city's departments open: files to download and interfaces to call.",
        ),
        ("dct:publisher", publisher),
        ("dct:language", graph.add(vocabulary.CHINESE, ("dct:LinguisticSystem",))),
        ("dct:language", graph.add(vocabulary.ENGLISH, ("dct:LinguisticSystem",))),
        ("foaf:homepage", graph.add(site.portal, ("foaf:Document",))),
        ("dcat:themeTaxonomy", _topics(graph, site)),
        *_changed(page),
        *(("dcat:dataset", one) for one in datasets),
        *(("dcat:record", one) for one in records),
        *(("dcat:service", one) for one in services),
        ("dcat:service", _features(graph, site, page.publisher, features)),
    ]
    graph.add(site.catalogue, ("dcat:Catalog",), told)
    return graph


def graph_of_dataset(one: Shown, site: Site) -> Graph:
    """Return a dataset alone, with its record."""
    graph = Graph()
    tell_record(graph, site, one, tell_dataset(graph, site, one))
    return graph


def graph_of_gone(one: Gone, site: Site) -> Graph:
    """Return what is left to tell of a dataset that was withdrawn."""
    graph = Graph()
    tell_gone(graph, site, one)
    return graph


def _page(graph: Graph, page: CataloguePage, address: Address) -> None:
    """Tell where the pages around this one are, in Hydra's words of today and of before: harvesters know either."""
    told: list[Told] = []
    for name, number_ in page.around.items():
        told += [(f"hydra:{name}", iri(address(number_))), (f"hydra:{name}Page", iri(address(number_)))]
    told += [("hydra:totalItems", number(page.total)), ("hydra:itemsPerPage", number(PAGE_SIZE))]
    graph.add(address(page.number), ("hydra:PartialCollectionView", "hydra:PagedCollection"), told)


def _changed(page: CataloguePage) -> list[Told]:
    if not page.shown:
        return []
    return [("dct:modified", moment(max(one.row.updated_at for one in page.shown)))]


def _topics(graph: Graph, site: Site) -> Iri:
    told = [*both("dct:title", "开放主题", "Topics"), *both("skos:prefLabel", "开放主题", "Topics")]
    return graph.add(f"{site.portal}#topics", ("skos:ConceptScheme",), told)


def _features(graph: Graph, site: Site, keeper: Body, datasets: list[Iri]) -> Iri:
    told: list[Told] = [
        *both("dct:title", "地图要素和目录记录接口", "OGC API – Features and Records"),
        ("dcat:endpointURL", iri(site.ogc)),
        ("dcat:endpointDescription", iri(f"{site.ogc}api")),
        *(("dcat:servesDataset", one) for one in datasets),
        ("dct:publisher", tell_body(graph, site, keeper)),
        ("dcat:contactPoint", tell_contact(graph, site, keeper)),
    ]
    return graph.add(f"{site.ogc}#service", ("dcat:DataService",), told)
