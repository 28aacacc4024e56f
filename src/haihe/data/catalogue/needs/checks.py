"""Are an item's papers complete? Told in sentences; the constraints hold the rest."""

import re
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.needs.models import PaperKind
from haihe.data.catalogue.needs.records import NewNeeds, NewPaper
from haihe.kernel.text import tidy

MOST_PAPERS: Final = 50
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_PAPER_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PURPOSE = re.compile(r"[A-Z][A-Z0-9_]{2,63}")
_LONGEST_TITLE, _LONGEST_ASKS = 100, 200


def check_needs(needs: NewNeeds) -> NewNeeds:
    """Return it with its texts in order. Raises: EntryRefused, naming the first field that is wrong."""
    needs = replace(needs, title=tidy(needs.title), papers=tuple(_tidied(paper) for paper in needs.papers))
    if not _CODE.fullmatch(needs.code):
        raise EntryRefused(_("事项代码用小写字母、数字和短横线，如 housing-fund-relief-withdrawal。"), field="code")
    if not 1 <= len(needs.title) <= _LONGEST_TITLE:
        raise EntryRefused(_("请填写，不超过 %(n)s 个字。") % {"n": _LONGEST_TITLE}, field="title")
    if not 1 <= len(needs.papers) <= MOST_PAPERS:
        raise EntryRefused(_("请填写 1 至 %(n)s 份材料，每行一份。") % {"n": MOST_PAPERS}, field="papers")
    for names in ([paper.code for paper in needs.papers], [paper.title for paper in needs.papers]):
        if len(set(names)) < len(names):
            raise EntryRefused(_("两份材料的名称或代码相同。"), field="papers")
    for paper in needs.papers:
        _check_paper(paper)
    return needs


def check_organisation(code: str) -> None:
    """Raises: EntryRefused."""
    if city.organisation(code) is None:
        raise EntryRefused(_("没有这个机构。"), field="organisation")


def check_purpose(purpose: str) -> str:
    """Raises: EntryRefused."""
    if purpose and not _PURPOSE.fullmatch(purpose):
        raise EntryRefused(_("用途代码用大写字母、数字和下划线，如 HOUSING_FUND_WITHDRAWAL。"), field="purpose")
    return purpose


def _tidied(paper: NewPaper) -> NewPaper:
    return replace(paper, title=tidy(paper.title), asks=tidy(paper.asks))


def _check_paper(paper: NewPaper) -> None:
    if not 1 <= len(paper.title) <= _LONGEST_TITLE or len(paper.asks) > _LONGEST_ASKS:
        told = {"title": paper.title[:30], "n": _LONGEST_TITLE}
        raise EntryRefused(_("材料“%(title)s”的名称不超过 %(n)s 个字。") % told, field="papers")
    if not _PAPER_CODE.fullmatch(paper.code) or paper.kind not in PaperKind.values:
        raise EntryRefused(_("材料“%(title)s”的代码有误。") % {"title": paper.title}, field="papers")
    if bool(paper.service) != bool(paper.scope) or (paper.service and not paper.resource):
        raise EntryRefused(_("证明材料的服务要写明资源和核验内容。"), field="papers")
    check_purpose(paper.purpose)
