"""Tell the catalogue which papers our items ask for, and what proves them."""

from datetime import datetime

from django.utils import timezone

from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import ItemDefinition, Paper, Proof
from haihe.platforms.services.process_files import load_processes


def bring_in_items(*, now: datetime) -> int:
    """Bring the processes and items of this release in, findable by this code; return how many items are new."""
    load_processes(now=now)
    fresh = items.load_items(is_search_new=True)
    declare_needs(now=now)
    return fresh


def declare_needs(*, now: datetime) -> int:
    """Declare the papers of the items in force; return how many items changed. Repeated, it changes nothing."""
    found = items.items_in_force(on=timezone.localdate(now))
    return catalogue.declare_needs([_needs(item) for item in found], now=now)


def _needs(item: ItemDefinition) -> catalogue.NewNeeds:
    return catalogue.NewNeeds(
        code=item.slug,
        title=item.name.zh,
        organisation=item.authority,
        papers=tuple(_paper(paper) for paper in item.papers),
    )


def _paper(paper: Paper) -> catalogue.NewPaper:
    kind = catalogue.PaperKind.SHOW if paper.proof is Proof.SHOW else catalogue.PaperKind.HAND_IN
    asked = paper.verify
    if asked is None:
        return catalogue.NewPaper(code=paper.slug, title=paper.name.zh, kind=kind)
    return catalogue.NewPaper(
        code=paper.slug,
        title=paper.name.zh,
        asks=asked.asks.zh,
        kind=kind,
        resource=asked.resource,
        service=asked.service,
        scope=(asked.claim,),
        purpose=asked.purpose,
    )
