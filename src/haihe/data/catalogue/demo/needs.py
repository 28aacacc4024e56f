"""Plant what items need, as departments' stewards would enter and confirm it, and one demand that waits."""

import tomllib
from datetime import datetime
from importlib import resources
from typing import Any

from haihe.base.accounts.api import Actor, Role, actor_for
from haihe.city.cast import CAST
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.needs import operations
from haihe.data.catalogue.needs.models import Demand, Needs, Paper
from haihe.data.catalogue.needs.records import NewNeeds, NewPaper

_DEMAND = (
    "student-aid",
    ("hardship-statement", "paper-4"),
    "120011",
    "受理家庭经济困难学生资助时需要核验申请人家庭的户籍和成员，代替纸质证明和说明。",
)
"""The item, its paper as the item itself declares it or as it is entered here, whom to ask, and what for."""


def plant_needs(*, now: datetime) -> None:
    """Enter what isn't there yet. Resources are known by their titles."""
    codes, told = dict(Resource.objects.values_list("title", "code")), tomllib.loads(_text())
    for item in told["items"]:
        if not Needs.objects.filter(code=item["code"]).exists():
            _enter(item, codes, now)
    proofs = {paper: codes[title] for paper, title in told["proofs"].items() if title in codes}
    _prove_declared([item["code"] for item in told["items"]], proofs, now)
    code, names, owner, words = _DEMAND
    if not Demand.objects.filter(paper__needs__code=code).exists():
        paper = Paper.objects.filter(needs__code=code, code__in=names).values_list("code", flat=True).get()
        operations.ask_owner(actor=_somebody("120007", now), code=code, paper=paper, owner=owner, words=words, now=now)


def _enter(item: dict[str, Any], codes: dict[str, str], now: datetime) -> None:
    papers = [(f"paper-{number}", paper) for number, paper in enumerate(item["papers"], 1)]
    actor = _somebody(item["organisation"], now)
    needs = NewNeeds(
        code=item["code"],
        title=item["title"],
        organisation=item["organisation"],
        papers=tuple(
            NewPaper(code=code, title=paper["title"], asks=paper.get("asks", ""), kind=paper.get("kind", "HAND_IN"))
            for code, paper in papers
        ),
    )
    operations.enter_needs(actor=actor, needs=needs, now=now)
    for code, paper in papers:
        if resource := codes.get(paper.get("resource", "")):
            operations.prove_paper(
                actor=actor,
                code=item["code"],
                paper=code,
                resource=resource,
                service=paper.get("service", ""),
                scope=tuple(paper.get("scope", ())),
                purpose=paper.get("purpose", ""),
                now=now,
            )


def _prove_declared(items: list[str], proofs: dict[str, str], now: datetime) -> None:
    """Confirm what proves the papers that these items declare themselves, unless somebody did."""
    declared = Paper.objects.filter(needs__code__in=items, needs__is_declared=True, code__in=proofs, resource="")
    for paper in declared.select_related("needs").order_by("needs__code", "code"):
        actor = _somebody(paper.needs.organisation, now)
        operations.prove_paper(
            actor=actor, code=paper.needs.code, paper=paper.code, resource=proofs[paper.code], now=now
        )


def _somebody(organisation: str, now: datetime) -> Actor:
    """Return the department's steward of the cast, or the data centre's operator."""
    for person in CAST:
        if (Role.STEWARD, organisation) in person.memberships:
            return actor_for(person.username, now=now)
    return actor_for("operator", now=now)


def _text() -> str:
    return resources.files("haihe.data.catalogue.demo").joinpath("needs.toml").read_text(encoding="utf-8")
