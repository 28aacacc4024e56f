"""The upload."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.models import Mode
from haihe.data.exchange.rules import RegisterSchema

ACCEPTED = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.et,.json,.jsonl,.ndjson,.parquet,.zip,text/csv,text/plain"
"""What a browser offers to choose; what a file is is seen by its content."""


class UploadForm(forms.Form):
    """Which resource, which file, and when the data was true."""

    resource = forms.ChoiceField(label=_("数据资源"), widget=forms.Select(attrs={"class": "form-select"}))
    file = forms.FileField(
        label=_("数据文件"),
        help_text=_(
            "CSV 等分隔符文本、Excel（XLSX、XLS）、JSON、JSON Lines、Parquet，或装有其中一种的 ZIP；"
            "文本编码为 UTF-8、GB18030（GBK）或带 BOM 的 UTF-16。"
        ),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ACCEPTED}),
        error_messages={"required": _("请选择要上传的文件。"), "empty": _("文件是空的。")},
    )
    mode = forms.ChoiceField(
        label=_("内容"),
        choices=[(Mode.FULL, _("全部数据，替换上一份")), (Mode.DELTA, _("只有变化，合并到上一份"))],
        help_text=_("只有变化的文件要多一列 _op：upsert 为新增或修改，delete 为删除（只需写主键）。"),
        widget=forms.Select(attrs={"class": "form-select"}),
        initial=Mode.FULL,
        required=False,
    )
    as_of = forms.DateTimeField(
        label=_("数据截止时间"),
        required=False,
        help_text=_("这份数据在什么时间是准确的；不填则为现在。"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("请写成 2026-03-01 09:00 的样子。")},
    )

    def __init__(self, *args: Any, registers: list[RegisterSchema], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource = self.fields["resource"]
        assert isinstance(resource, forms.ChoiceField)  # noqa: S101 - declared above
        resource.choices = [(register.resource, f"{register.title}（{register.resource}）") for register in registers]
        for name, field in self.fields.items():
            told = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and self.errors.get(name):
                told.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if told:
                field.widget.attrs["aria-describedby"] = " ".join(told)

    @property
    def mode_told(self) -> str:
        """Whether the file is whole; forms from before there was a choice don't say."""
        return self.cleaned_data["mode"] or Mode.FULL

    @property
    def moment(self) -> datetime | None:
        """The stated `as_of`; None for now."""
        stated = self.cleaned_data["as_of"]
        return stated if isinstance(stated, datetime) else None
