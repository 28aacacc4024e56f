"""What a steward fills in; the lines of a result are written one below the other, as people send them around."""

import re
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.kernel.result_release import Content, ResultLine, Words
from haihe.platforms.services.releases.models import ResultRelease
from haihe.platforms.services.releases.operations import Written

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    type Label = str | _StrPromise

_LINE = re.compile(r"\s*([a-z][a-z0-9_]*)\s*[,，]\s*([^,，]+?)\s*[,，]\s*([^,，]+?)\s*(?:[,，]\s*([0-9]{1,4})\s*)?")
_MOMENT = "%Y-%m-%dT%H:%M:%S"


def _text(label: "Label", *, note: "Label" = "", most: int = 120, pattern: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"} | ({"pattern": pattern} if pattern else {}))
    if pattern:
        return forms.RegexField(rf"^(?:{pattern})\Z", label=label, help_text=note, max_length=most, widget=widget)
    return forms.CharField(label=label, help_text=note, max_length=most, widget=widget)


def _moment(label: "Label") -> forms.DateTimeField:
    """A moment to the second: it is what everybody waits for."""
    widget = forms.DateTimeInput(format=_MOMENT, attrs={"type": "datetime-local", "step": 1, "class": "form-control"})
    return forms.DateTimeField(label=label, input_formats=[_MOMENT, _MOMENT.removesuffix(":%S")], widget=widget)


class ReleaseForm(forms.Form):
    """A release as a steward writes it."""

    slug = _text(
        gettext_lazy("网址名称"),
        note=gettext_lazy("小写字母、数字和连字符，例如 gaokao-2026"),
        most=64,
        pattern="[a-z0-9]+(-[a-z0-9]+)*",
    )
    title_zh = _text(gettext_lazy("标题"))
    title_en = _text(gettext_lazy("英文标题"))
    authority_zh = _text(gettext_lazy("发布机构"))
    authority_en = _text(gettext_lazy("发布机构英文名"))
    note_zh = _text(gettext_lazy("给考生的说明"), most=300)
    note_en = _text(gettext_lazy("英文说明"), most=300)
    hotline = _text(gettext_lazy("咨询电话"), most=20, pattern="[0-9 +\\-]{3,20}")
    service = _text(gettext_lazy("查询服务"), note=gettext_lazy("本部门有授权的查询服务的名称"), most=64)
    client = _text(gettext_lazy("系统"), note=gettext_lazy("以哪个登记的系统的名义查询"), most=64)
    purpose = _text(
        gettext_lazy("用途"), note=gettext_lazy("必须是 RESULT_RELEASE：这项用途的授权，程序不能经网关查询"), most=64
    )
    number = _text(gettext_lazy("准考证号字段"), most=64, pattern="[a-z][a-z0-9_]*")
    lines = forms.CharField(
        label=gettext_lazy("成绩各行"),
        help_text=gettext_lazy(
            "每行一项：字段、名称、英文名称、满分，用逗号分开。没有满分的不写，例如“total，总分，Total，750”"
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 8, "spellcheck": "false"}),
    )
    opens_at = _moment(gettext_lazy("开放时间"))
    closes_at = _moment(gettext_lazy("结束时间"))
    capacity_per_s = forms.IntegerField(
        label=gettext_lazy("每秒最多答复"),
        help_text=gettext_lazy("按演练结果填写，不超过演练能力的一半；超过的人排队，到时间一定能查到"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def clean_lines(self) -> tuple[ResultLine, ...]:
        """Return the lines. Each must have a field, a name and an English name."""
        found = []
        for line in self.cleaned_data["lines"].splitlines():
            if not line.strip():
                continue
            parts = _LINE.fullmatch(line)
            if parts is None:
                raise forms.ValidationError(_("这一行看不懂：%(line)s") % {"line": line[:60]})
            found.append(ResultLine(parts[1], Words(parts[2], parts[3]), int(parts[4] or 0)))
        if not found:
            raise forms.ValidationError(_("请至少写一行。"))
        return tuple(found)

    def written(self) -> Written:
        """Return what was written; the form is valid."""
        told = self.cleaned_data
        content = Content(
            title=Words(told["title_zh"], told["title_en"]),
            authority=Words(told["authority_zh"], told["authority_en"]),
            note=Words(told["note_zh"], told["note_en"]),
            hotline=told["hotline"],
            service=told["service"],
            client=told["client"],
            purpose=told["purpose"],
            number=told["number"],
            lines=told["lines"],
        )
        return Written(told["slug"], content, told["opens_at"], told["closes_at"], told["capacity_per_s"])


def filled(release: ResultRelease) -> dict[str, object]:
    """Return what a release says, as the form shows it."""
    told = release.told
    return {
        **{f"{name}_{language}": getattr(getattr(told, name), language)
           for name in ("title", "authority", "note") for language in ("zh", "en")},
        **{name: getattr(told, name) for name in ("hotline", "service", "client", "purpose", "number")},
        "slug": release.slug,
        "lines": "\n".join(
            ",".join([line.field, line.name.zh, line.name.en, *([str(line.most)] if line.most else [])])
            for line in told.lines
        ),
        "opens_at": release.opens_at,
        "closes_at": release.closes_at,
        "capacity_per_s": release.capacity_per_s,
    }  # fmt: skip
