"""A request that begins filled in: what the address says of the item stands in the form, for the person to complete."""

from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Service
from haihe.data.sharing.needs.standing import PaperStanding

_TEXTS: Final = {"item": 64, "purpose": 64, "scenario": 500}
CARRIED: Final = (*_TEXTS, "applicant", "claims")


def prefilled(told: QueryDict, service: Service, applicants: list[str]) -> dict[str, object]:
    """Return what the address fills in; what the form doesn't offer is left out."""
    filled: dict[str, object] = {}
    for name, longest in _TEXTS.items():
        if text := told.get(name, "").replace("\x00", "").strip():
            filled[name] = text[:longest]
    if scope := [name for name in told.getlist("claims") if name in service.scope]:
        filled["claims"] = scope
    if told.get("applicant") in applicants:
        filled["applicant"] = told["applicant"]
    return filled


def carried(told: QueryDict) -> str:
    """Return what the choice of a service hands on to the form, as a query that begins with "&"; "" for nothing."""
    pairs = [(name, value.replace("\x00", "")[:500]) for name in CARRIED for value in told.getlist(name)[:20]]
    return f"&{urlencode(pairs)}" if pairs else ""


def asking(item: catalogue.NeedsEntry, standing: PaperStanding) -> str:
    """Return the query with which the request for a paper's data begins, at its service or at the resource's."""
    paper = standing.paper
    pairs = [("service", paper.service)] if standing.service_title else [("resource", paper.resource)]
    pairs += [("item", item.code), ("purpose", paper.purpose), ("applicant", item.organisation)]
    pairs += [("claims", name) for name in paper.scope]
    pairs.append(("scenario", _scenario(item, standing)))
    return urlencode(pairs)


def _scenario(item: catalogue.NeedsEntry, standing: PaperStanding) -> str:
    questions = _("、").join(standing.questions) or standing.paper.asks or standing.paper.title
    return _("受理“%(item)s”时，向提供部门核验：%(questions)s；代替申请人提交的“%(paper)s”。") % {
        "item": item.title,
        "questions": questions,
        "paper": standing.paper.title,
    }
