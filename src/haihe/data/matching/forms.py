"""Forms of models and runs. The builder's own form is read by `drafts.posted_draft`."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.matching.operations.moving import LONGEST_WORDS
from haihe.data.matching.operations.visiting import Step

MOST_FILE_BYTES: Final = 80_000


class FileForm(forms.Form):
    """A model's file, as somebody wrote it or downloaded it."""

    file = forms.FileField(
        label=_("模型文件"),
        help_text=_("TOML 文件，UTF-8 编码；可以先下载一个已有的模型，修改后再上传。"),
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".toml"}),
    )

    def clean_file(self) -> str:
        """Return the text."""
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(_("模型文件太长。"))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("模型文件不是 UTF-8 编码的文本。")) from None
        return text


class WordsForm(forms.Form):
    """Words that go with a move, and a reason where there is one."""

    words = forms.CharField(required=False, max_length=LONGEST_WORDS)
    reason = forms.CharField(required=False, max_length=32)


class StepForm(forms.Form):
    """A step on a lead, from a page or from a phone that was away."""

    words = forms.CharField(required=False, max_length=LONGEST_WORDS)
    token = forms.UUIDField(required=False)
    revision = forms.IntegerField(required=False, min_value=0)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])
    worker = forms.CharField(required=False, max_length=64)
    source = forms.CharField(required=False, max_length=32)
    decision = forms.CharField(required=False, max_length=8)

    def step(self, name: str) -> Step:
        """Return the step of this name; the form is valid."""
        told = self.cleaned_data
        return Step(
            name=name,
            words=told["words"],
            token=told["token"],
            revision=told["revision"],
            at=told["at"],
            worker=told["worker"],
            decision=told["decision"],
            source=told["source"],
        )
