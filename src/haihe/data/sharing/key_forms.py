"""The keys of a system: a new one, and the first with its registration."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from haihe.data.sharing.forms import ClientForm, tell_errors
from haihe.data.sharing.operations.client_keys import LONGEST_OVERLAP_DAYS, USUAL_OVERLAP_DAYS

_OVERLAPS: Final = (0, 1, 3, USUAL_OVERLAP_DAYS, 14, LONGEST_OVERLAP_DAYS)


def _public_key() -> forms.CharField:
    return forms.CharField(
        label=_("Ed25519 公钥（由系统自己生成密钥对时填写）"),
        required=False,
        max_length=2000,
        help_text=_("PEM、JWK 或者 Base64；不填则由平台生成共享密钥。私钥不要提交给任何人。"),
        widget=forms.Textarea(
            attrs={"class": "form-control hh-code", "rows": 3, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class RegisterForm(ClientForm):
    """A system to register, with its own public key where it has one."""

    public_key = _public_key()


class KeyForm(forms.Form):
    """A new key, and how long those before serve on."""

    overlap_days = forms.TypedChoiceField(
        label=_("旧密钥继续有效"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )
    public_key = _public_key()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"overlap_days": USUAL_OVERLAP_DAYS} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field = self.fields["overlap_days"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(days, _told(days)) for days in _OVERLAPS]
        tell_errors(self)


def _told(days: int) -> str:
    if days == 0:
        return str(_("不再有效，立即停用"))
    return ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}
