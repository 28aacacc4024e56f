"""The filters of the auditor's list, as they stand in the address."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haihe.base.ledger.queries import Filters

ANSWERS = [
    ("", _("全部")),
    ("MATCH", _("符合")),
    ("NO_MATCH", _("不符合")),
    ("FOUND", _("查到")),
    ("NOT_FOUND", _("未查到")),
    ("UNKNOWN", _("无法确认")),
]
KINDS = [
    ("", _("全部")),
    ("VERIFY", _("核验")),
    ("QUERY", _("查询")),
    ("PROXY", _("代理查询")),
    ("BATCH_VERIFY", _("批量核验")),
    ("SUBSCRIBE", _("订阅变更")),
    ("COMPARE", _("数据比对")),
    ("DELIVER", _("批量交付")),
    ("REFUSED", _("拦截")),
    ("HEAD", _("公布文件的摘要")),
]


class FilterForm(forms.Form):
    """Every field may be left empty; `before` is the cursor of the page."""

    consumer = forms.CharField(label=_("使用单位"), required=False, max_length=20)
    service = forms.SlugField(label=_("服务"), required=False, max_length=64)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=KINDS)
    answer = forms.ChoiceField(label=_("回答"), required=False, choices=ANSWERS)
    since = forms.DateField(label=_("从"), required=False)
    until = forms.DateField(label=_("到"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def filters(self) -> Filters:
        """Return what the valid fields ask for; a field that isn't valid narrows nothing, and the page says so."""
        given = self.cleaned_data
        until: date | None = given.get("until")
        since: date | None = given.get("since")
        return Filters(
            consumer=given.get("consumer") or None,
            service=given.get("service") or None,
            kind=given.get("kind") or None,
            answer=given.get("answer") or None,
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        )


def read_filters(query: dict[str, str]) -> FilterForm:
    """Return the form, already checked."""
    form = FilterForm(query)
    form.is_valid()
    return form


def choices(codes: Iterable[str], chosen: str) -> list[str]:
    """Return the codes to choose from, with the chosen one even where nobody of that code ever asked."""
    return sorted({*codes, *([chosen] if chosen else [])})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
