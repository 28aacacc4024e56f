"""Keep code lists: the standard ones that a city starts with, departments' own, and new versions of any."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.data.catalogue.code_lists.standard import standard_lists
from haihe.data.catalogue.errors import EntryRefused, ResourceNotFound
from haihe.data.catalogue.models import CodeList, CodeListVersion
from haihe.kernel.text import tidy

MOST_CODES = 1000
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,47}")
_LINE = re.compile(r"(\S{1,32})[\s|]+(\S.{0,99})")


@transaction.atomic
def load_standard_lists(*, now: datetime) -> int:
    """Add the standard lists that aren't there; return how many were added. What is there is left alone."""
    added = 0
    for each in standard_lists():
        row, is_new = CodeList.objects.get_or_create(
            slug=each.slug, defaults={"title": each.title, "standard": each.standard}
        )
        if is_new:
            CodeListVersion.objects.create(code_list=row, number=1, codes=each.codes, at=now, by=SYSTEM.name)
            added += 1
    return added


@transaction.atomic
def add_code_list(*, actor: Actor, slug: str, title: str, standard: str, owner: str, codes: str, now: datetime) -> str:
    """Add a list of a department, or of the city (`owner` ""); `codes` are lines of code and meaning.

    Raises: NotPermitted, EntryRefused.
    """
    if not may_keep(actor, owner):
        raise NotPermitted("add a code list")
    slug, title = slug.strip(), tidy(title)
    if not _SLUG.fullmatch(slug):
        raise EntryRefused(_("标识应为小写字母开头，含字母、数字和短横线，2 至 48 位。"), field="slug")
    if not 1 <= len(title) <= 64:
        raise EntryRefused(_("请填写，不超过 %(n)s 个字。") % {"n": 64}, field="title")
    parsed = _codes(codes)
    row, is_new = CodeList.objects.get_or_create(
        slug=slug, defaults={"title": title, "standard": tidy(standard)[:64], "owner": owner}
    )
    if not is_new:
        raise EntryRefused(_("这个标识已有代码表使用。"), field="slug")
    CodeListVersion.objects.create(code_list=row, number=1, codes=parsed, at=now, by=actor.name)
    return slug


@transaction.atomic
def renew_code_list(*, actor: Actor, slug: str, codes: str, now: datetime) -> int:
    """Give a list its next version and return its number. Raises: ResourceNotFound, NotPermitted, EntryRefused."""
    row = CodeList.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        raise ResourceNotFound
    if not may_keep(actor, row.owner):
        raise NotPermitted(f"renew {slug}")
    parsed = _codes(codes)
    last = row.versions.order_by("-number").first()
    if last is not None and [tuple(pair) for pair in last.codes] == parsed:
        raise EntryRefused(_("与现行版本相同，没有变化。"), field="codes")
    number = last.number + 1 if last else 1
    CodeListVersion.objects.create(code_list=row, number=number, codes=parsed, at=now, by=actor.name)
    return number


def may_keep(actor: Actor, owner: str) -> bool:
    """True for the data centre, and for the stewards of the department whose list it is."""
    return actor.has(Role.OPERATOR) or (bool(owner) and actor.has(Role.STEWARD, owner))


def _codes(text: str) -> list[tuple[str, str]]:
    """Read a line a code. Raises: EntryRefused, always of the field `codes`."""
    found: dict[str, str] = {}
    lines = [line for line in text.replace("\x00", "").splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_CODES:
        raise EntryRefused(_("请填写 1 至 %(n)s 行代码。") % {"n": MOST_CODES}, field="codes")
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(tidy(line.replace("\t", " ")))
        if match is None or match[1] in found:
            raise EntryRefused(_("第 %(n)s 行应为代码、空格和含义，代码不能重复。") % {"n": number}, field="codes")
        found[match[1]] = match[2]
    return list(found.items())
