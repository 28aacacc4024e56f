"""Which papers nobody needs to bring, judged at the moment a clerk asks for one.

One that data prove for any item in force is proven for all (items' own rule); so is one that a certificate stands for.
One that the item's list doesn't name may not be asked for at all (政务数据共享条例 第19条).
"""

from dataclasses import dataclass
from datetime import date

from haihe.kernel.text import normalise
from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.items.api import ItemDefinition, Paper, Proof, Verify, proven_papers
from haihe.platforms.services.window.models import FlagKind

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands for a paper: `kind` says why it is needless, None where it may be asked for."""

    kind: FlagKind | None
    slug: str
    name: str
    verify: Verify | None = None


def judge(item: ItemDefinition, typed: str, *, on: date) -> Judged:
    """Judge a paper, by its slug or as the clerk called it."""
    told = normalise(typed)[:LONGEST]
    proven = proven_papers(on=on)
    paper = _named(item.papers, told)
    if paper is None:
        by_name = next((slug for slug, (known, _verify) in proven.items() if _is_called(known, told)), "")
        if by_name:
            known, verify = proven[by_name]
            return Judged(FlagKind.DATA, by_name, str(known.name), verify)
        return Judged(FlagKind.NOT_LISTED, "", told)
    if paper.slug in proven:
        return Judged(FlagKind.DATA, paper.slug, str(paper.name), proven[paper.slug][1])
    by_certificate = paper.proof is Proof.CERTIFICATE or bool(certificates.kinds_for_paper(paper.slug))
    kind = FlagKind.CERTIFICATE if by_certificate and paper.proof is not Proof.SHOW else None
    return Judged(kind, paper.slug, str(paper.name))


def _named(papers: tuple[Paper, ...], told: str) -> Paper | None:
    return next((paper for paper in papers if paper.slug == told or _is_called(paper, told)), None)


def _is_called(paper: Paper, told: str) -> bool:
    return bool(told) and told.casefold() in (paper.name.zh.casefold(), paper.name.en.casefold())
