"""Is an entry complete and lawful? Checked before it is written, in sentences; the constraints hold the rest."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.data.catalogue.check_items import check_items, check_samples
from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.models import (
    AssessmentKind,
    Category,
    Conclusion,
    Format,
    Grade,
    OpeningType,
    Resource,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.records import NewAssessment, NewItem, NewResource
from haihe.kernel.identifiers import IdentifierError, parse_credit_code
from haihe.kernel.text import tidy

MOST_KEYWORDS, LONGEST_KEYWORD = 10, 20
MOST_RELATED = 20
_CHOICES = {
    "category": Category,
    "format": Format,
    "update_cycle": UpdateCycle,
    "sharing_type": SharingType,
    "grade": Grade,
    "opening_type": OpeningType,
}
_LENGTHS = {"title": 100, "abstract": 2000, "subject_area": 50}
_CONDITION, _REFUSAL = ("sharing_scope", "sharing_purpose"), ("refusal_reason", "refusal_basis")
_WANTED = {
    SharingType.UNCONDITIONAL: (),
    SharingType.CONDITIONAL: _CONDITION,
    SharingType.REFUSED: _REFUSAL,
}
_TEXTS = (*_LENGTHS, *_CONDITION, *_REFUSAL, "opening_condition", "classification", "source_department")


def check_entry(entry: NewResource, *, code: str = "", today: date | None = None) -> NewResource:
    """Return the entry with its texts in order; `code` is its own, where it has one.

    Raises: EntryRefused, naming the first field that is wrong.
    """
    entry = _tidied(entry)
    if city.organisation(entry.owner) is None:
        raise EntryRefused(_("没有这个机构。"), field="owner")
    entry = _placed(entry)
    _check_texts(entry)
    _check_choices(entry)
    _check_sharing(entry)
    entry = replace(entry, items=check_items(entry.items, entry.sharing_type))
    _check_opening(entry)
    _check_source(entry)
    _check_lists(entry, code)
    _check_assessments(entry.assessments, today)
    samples = check_samples(entry.samples, {item.name for item in entry.items})
    return replace(entry, provider_code=_credit_code(entry.provider_code), samples=samples)


def check_assessed(entry: NewResource) -> None:
    """Refuse what isn't assessed as art. 13 asks. Raises: EntryRefused."""
    found = {each.kind: each for each in entry.assessments}
    for kind in AssessmentKind:
        if kind not in found:
            told = {"kind": kind.label}
            raise EntryRefused(_("请先填写%(kind)s（第13条），再提交。") % told, field="assessments")
        if found[kind].conclusion == Conclusion.FAILED:
            told = {"kind": kind.label}
            raise EntryRefused(_("%(kind)s的结论是不得编入目录，不能提交。") % told, field="assessments")


def _tidied(entry: NewResource) -> NewResource:
    texts: dict[str, Any] = {name: tidy(getattr(entry, name)) for name in _TEXTS}
    keywords = tuple(dict.fromkeys(word for word in map(tidy, entry.keywords) if word))
    related = tuple(dict.fromkeys(code for code in map(tidy, entry.related) if code))
    return replace(entry, **texts, keywords=keywords, related=related)


def _placed(entry: NewResource) -> NewResource:
    """Find the place in the classification, or let a given place say category and subject."""
    if not entry.classification:
        if entry.category not in Category.values:
            raise EntryRefused(_("请从列表中选择。"), field="category")
        place = tree.place_for(category=entry.category, subject=entry.subject_area, owner=entry.owner)
        return replace(entry, classification=place)
    if not tree.is_place(entry.classification, entry.owner):
        raise EntryRefused(_("没有这个分类，请从列表中选择。"), field="classification")
    category = tree.CATEGORIES[entry.classification[0]]
    subject = tree.subject_of(entry.classification, entry.subject_area)
    return replace(entry, category=category, subject_area=subject)


def _check_texts(entry: NewResource) -> None:
    for name, longest in _LENGTHS.items():
        if not 1 <= len(getattr(entry, name)) <= longest:
            raise EntryRefused(_("请填写，不超过 %(n)s 个字。") % {"n": longest}, field=name)


def _check_choices(entry: NewResource) -> None:
    for name, choices in _CHOICES.items():
        if getattr(entry, name) not in choices.values:
            raise EntryRefused(_("请从列表中选择。"), field=name)
    if set(entry.sharing_forms) - set(SharingForm.values):
        raise EntryRefused(_("请从列表中选择。"), field="sharing_forms")


def _check_sharing(entry: NewResource) -> None:
    wanted = _WANTED[SharingType(entry.sharing_type)]
    for name in (*_CONDITION, *_REFUSAL):
        text = getattr(entry, name)
        if name in wanted and not 1 <= len(text) <= 500:
            raise EntryRefused(_SHARING_SENTENCES[name](), field=name)
        if name not in wanted and text:
            raise EntryRefused(_("这种共享类型不得附加此项内容（政务数据共享条例第15条）。"), field=name)
    if (entry.sharing_type == SharingType.REFUSED) == bool(entry.sharing_forms):
        raise EntryRefused(_("可共享的资源至少选择一种共享方式；不予共享的不选。"), field="sharing_forms")


_SHARING_SENTENCES = {
    "sharing_scope": lambda: _("有条件共享的资源应当列明共享范围（第15条）。"),
    "sharing_purpose": lambda: _("有条件共享的资源应当列明使用用途（第15条）。"),
    "refusal_reason": lambda: _("不予共享的资源应当写明理由（第15条）。"),
    "refusal_basis": lambda: _("不予共享的资源应当写明法律、行政法规或者国务院决定依据（第15条）。"),
}


def _check_opening(entry: NewResource) -> None:
    wanted = entry.opening_type == OpeningType.CONDITIONAL
    if wanted and not 1 <= len(entry.opening_condition) <= 500:
        raise EntryRefused(_("有条件开放的资源应当写明开放条件，不超过 500 个字。"), field="opening_condition")
    if not wanted and entry.opening_condition:
        raise EntryRefused(_("只有有条件开放的资源才写开放条件。"), field="opening_condition")
    if entry.opening_type == OpeningType.UNCONDITIONAL and any(map(_is_personal, entry.items)):
        raise EntryRefused(_("含有个人信息的资源不能无条件开放。"), field="opening_type")


def _is_personal(item: NewItem) -> bool:
    return item.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)


def _check_source(entry: NewResource) -> None:
    if entry.source_department and city.organisation(entry.source_department) is None:
        raise EntryRefused(_("没有这个机构。"), field="source_department")


def _check_lists(entry: NewResource, code: str) -> None:
    if len(entry.keywords) > MOST_KEYWORDS or any(len(word) > LONGEST_KEYWORD for word in entry.keywords):
        told = {"n": MOST_KEYWORDS, "m": LONGEST_KEYWORD}
        raise EntryRefused(_("最多 %(n)s 个关键词，每个不超过 %(m)s 个字。") % told, field="keywords")
    if len(entry.related) > MOST_RELATED or code in entry.related:
        told = {"n": MOST_RELATED}
        raise EntryRefused(_("最多关联 %(n)s 个其他资源，不能关联自己。") % told, field="related")
    known = set(Resource.objects.filter(code__in=entry.related).values_list("code", flat=True))
    if missing := [each for each in entry.related if each not in known]:
        raise EntryRefused(_("目录中没有资源 %(code)s。") % {"code": missing[0][:32]}, field="related")


def _check_assessments(assessments: tuple[NewAssessment, ...], today: date | None) -> None:
    if len({each.kind for each in assessments}) < len(assessments):
        raise EntryRefused(_("每种评估只填写一次。"), field="assessments")
    for each in assessments:
        if each.kind not in AssessmentKind.values or each.conclusion not in Conclusion.values:
            raise EntryRefused(_("请从列表中选择评估的结论。"), field="assessments")
        if not 1 <= len(tidy(each.assessor)) <= 64 or len(each.measures) > 500:
            raise EntryRefused(_("请写明评估人，不超过 64 个字；措施不超过 500 个字。"), field="assessments")
        if each.conclusion == Conclusion.WITH_MEASURES and not each.measures.strip():
            raise EntryRefused(_("需要采取措施的，请写明措施。"), field="assessments")
        if not isinstance(each.assessed_on, date):
            raise EntryRefused(_("请填写评估日期。"), field="assessments")
        if today is not None and each.assessed_on > today:
            raise EntryRefused(_("评估日期不能晚于今天。"), field="assessments")


def _credit_code(text: str) -> str:
    if not text:
        return ""
    try:
        return parse_credit_code(text)
    except IdentifierError as error:
        raise EntryRefused(error.message_zh, field="provider_code") from None
