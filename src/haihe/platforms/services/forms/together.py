"""Several items in one form: shared sections once, each paper once, what is an item's own in a part named after it.

    form, shares = together([Wanted(offer, when="take_a1b2c3"), …], choosing=section)
    for share in chosen(shares, values):
        share_values(share, values, today=today, numbers={})    # exactly what the item's own form asks for

A field is asked once where its section is a shared one and both items mean the same by it; every other field bears its
item's mark in its name. So no answer depends on which items stand beside, and each item gets back its own form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from zlib import crc32

import msgspec

from haihe.platforms.services.forms.cleaning import Cleaned, holds
from haihe.platforms.services.forms.definition import LAST, Form, clean, shared_sections
from haihe.platforms.services.forms.fields import Field, Kind, Section
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import Offer, Share
from haihe.platforms.services.forms.refusals import FormError
from haihe.platforms.services.forms.whens import all_of, any_of, names_in, renamed

DECLARATION: Final = "declaration"
SIGNATURE: Final = "signature"
PAPERS: Final = Section(name="papers", title=Text(zh="附件", en="Papers"))
"""Papers that several items ask for in the same words, each once."""
_LONGEST_NAME: Final = 48
_FIRST: Final = ("agent", "legal-person", "person")
"""Who applies is said first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item to be put in. `when` is a condition over the choosing section; `given` as in `Share`."""

    offer: Offer
    when: str
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Block:
    """Fields that stand together on a page; `uses` are the conditions under which an item wants the section."""

    section: Section
    uses: list[str] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    field_uses: dict[str, list[str]] = field(default_factory=dict)
    is_common: bool = True


def mark_of(slug: str) -> str:
    """Return the short word for an item in names of fields: the same whatever stands beside it."""
    return f"{crc32(slug.encode()):08x}"[-6:]


def together(wanted: Sequence[Wanted], *, choosing: Section | None) -> tuple[Form, tuple[Share, ...]]:
    """Put one form together. Raises: FormError where that can't work."""
    common: dict[str, _Block] = {}
    own: list[_Block] = []
    papers, before, shares = _papers(wanted), dict[str, str](), list[Share]()
    for one in wanted:
        shares.append(_taken_in(one, common, own, papers, before))
        before[one.offer.slug] = one.when
    signed = shared_sections()[DECLARATION]
    common[DECLARATION] = _Block(signed, [""], {one.name: one for one in signed.fields})
    ready = [_section(block) for block in (*_in_order(common, last=False), *own, *_in_order(common, last=True))]
    first = (choosing,) if choosing else ()
    said = {one.name for section in first for one in section.fields}
    try:
        return Form(sections=(*first, *_sorted(ready, said))), tuple(shares)
    except ValueError as wrong:
        raise FormError(str(wrong)) from wrong


def chosen(shares: Sequence[Share], values: Mapping[str, Any]) -> tuple[Share, ...]:
    """Return the items that are applied for, in the form's order."""
    return tuple(share for share in shares if holds((share.when,), values))


def share_values(share: Share, values: Mapping[str, Any], *, today: date, numbers: Mapping[str, str]) -> Cleaned:
    """Return what an item's own form says, read by that form. `numbers` are the cases opened so far, by item."""
    raw = {name: values[whole] for name, whole in share.names.items() if whole in values}
    given = {name: numbers[slug] for name, slug in share.given.items() if slug in numbers}
    return clean(share.offer.form, raw | given, today=today)


def _papers(wanted: Sequence[Wanted]) -> list[Field]:
    """Return the files that more than one item asks for always, and in the same words."""
    files = [each for one in wanted for each in _files(one.offer.form)]
    return [each for place, each in enumerate(files) if each in files[:place]]


def _files(form: Form) -> list[Field]:
    own = [section for section in form.sections if section.name not in shared_sections() and not section.when]
    return [each for section in own for each in section.fields if each.kind is Kind.FILE and not each.when]


def _taken_in(
    one: Wanted, common: dict[str, _Block], own: list[_Block], papers: list[Field], before: Mapping[str, str]
) -> Share:
    offer, names = one.offer, dict[str, str]()
    mine = _Block(Section(name=offer.slug, title=offer.name), [one.when], is_common=False)
    for section in offer.form.sections:
        when = all_of(one.when, renamed(section.when, names))
        for each in section.fields:
            if each.kind is Kind.SIGNATURE:
                names[each.name] = SIGNATURE
            elif each in papers and not section.when:
                names[each.name] = each.name
                _use(common, PAPERS, each, when)
            elif _is_common(section, each, names, common):
                names[each.name] = each.name
                _use(common, section, each, when)
            else:
                names[each.name] = _own_name(offer.slug, each.name)
                needed = all_of(renamed(section.when, names), renamed(each.when, names), _unless(one, each, before))
                changed = msgspec.structs.replace(each, name=names[each.name], when=needed, section="")
                mine.fields[changed.name] = changed
    if mine.fields:
        own.append(mine)
    return Share(offer, one.when, names, one.given)


def _is_common(section: Section, each: Field, names: Mapping[str, str], common: Mapping[str, _Block]) -> bool:
    """True where the field means the same as in every other item: of a shared section, and said in the same words."""
    if section.name not in shared_sections() or any(names.get(one) != one for one in _names(each.when)):
        return False
    others = [block.fields[each.name] for block in common.values() if each.name in block.fields]
    known = shared_sections()[section.name].fields
    return all(other == each for other in others) and (bool(others) or each in known)


def _use(common: dict[str, _Block], section: Section, each: Field, when: str) -> None:
    block = common.setdefault(section.name, _Block(msgspec.structs.replace(section, when="")))
    if when not in block.uses:
        block.uses.append(when)
    block.fields.setdefault(each.name, each)
    block.field_uses.setdefault(each.name, []).append(when)


def _unless(one: Wanted, each: Field, before: Mapping[str, str]) -> str:
    """Ask nobody for what the number of a case that is opened before will answer."""
    giver = one.given.get(each.name, "")
    return f"not ({before[giver]})" if giver in before else ""


def _own_name(slug: str, name: str) -> str:
    marked = f"i{mark_of(slug)}_{name}"
    return marked if len(marked) <= _LONGEST_NAME else f"i{mark_of(slug)}_{crc32(name.encode()):08x}"


def _section(block: _Block) -> Section:
    """Close a block: a field that not every item of the section wants is asked only for those that do."""
    fields = []
    for name, each in block.fields.items():
        uses = block.field_uses.get(name, block.uses)
        some = "" if set(uses) >= set(block.uses) else any_of(*uses)
        fields.append(msgspec.structs.replace(each, when=all_of(some, each.when)))
    return msgspec.structs.replace(block.section, when=any_of(*block.uses), fields=tuple(fields))


def _in_order(common: Mapping[str, _Block], *, last: bool) -> list[_Block]:
    names = [name for name in common if (name in LAST) is last]
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    names.sort(key=lambda name: name == DECLARATION)
    return [common[name] for name in names]


def _sorted(sections: list[Section], said: set[str]) -> list[Section]:
    """Put each section behind what its conditions ask for, else in the order given; what can't wait whole is parted."""
    waiting, found = list(sections), list[Section]()
    while waiting:
        place = next((at for at, one in enumerate(waiting) if len(_ready(one, said)) == len(one.fields)), None)
        if place is None:
            place = next((at for at, one in enumerate(waiting) if _ready(one, said)), None)
        if place is None:
            raise FormError(f"{waiting[0].name}: its conditions wait for each other")
        section = waiting.pop(place)
        now = _ready(section, said)
        found.append(msgspec.structs.replace(section, fields=now))
        said |= {one.name for one in now}
        if rest := section.fields[len(now) :]:
            waiting.insert(place, msgspec.structs.replace(section, name=f"{section.name}-more", fields=rest))
    return found


def _ready(section: Section, said: set[str]) -> tuple[Field, ...]:
    """Return the first fields of a section that ask for nothing but what was said before."""
    if not _names(section.when) <= said:
        return ()
    known, found = set(said), list[Field]()
    for one in section.fields:
        if not _names(one.when) <= known:
            break
        known.add(one.name)
        found.append(one)
    return tuple(found)


def _names(when: str) -> frozenset[str]:
    return names_in(when) if when else frozenset()
