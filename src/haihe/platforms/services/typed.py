"""Forms read what people type; what it means is checked by the operations."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.models import Channel
from haihe.platforms.services.operations import Application


class ApplicationForm(forms.Form):
    """What both ways in need. The token names this very form: sent twice, it opens one case."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount_yuan = forms.DecimalField(
        label=_("提取金额（元）"),
        max_digits=12,
        decimal_places=2,
        error_messages={"required": _("请填写提取金额。"), "invalid": _("金额请填数字，如 12000 或 12000.50。")},
    )

    def amount(self) -> Decimal:
        return Decimal(self.cleaned_data["amount_yuan"])


class DeskForm(ApplicationForm):
    """The form at the window; number and name come from the card reader or the keyboard."""

    item = forms.ChoiceField(label=_("事项"))
    id_number = forms.CharField(
        label=_("身份证号码"), max_length=40, error_messages={"required": _("请读取或输入身份证号码。")}
    )
    name = forms.CharField(label=_("姓名"), max_length=50, error_messages={"required": _("请填写身份证上的姓名。")})
    informed = forms.BooleanField(
        label=_("已当面告知申请人将核验以上数据及用途"), error_messages={"required": _("请先告知申请人，再勾选确认。")}
    )

    def __init__(self, *args: Any, items: list[ItemDefinition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.slug, str(item.name)) for item in items]
        self.fields["item"] = forms.ChoiceField(label=_("事项"), choices=choices)

    def application(self) -> Application:
        data = self.cleaned_data
        return Application(
            item=data["item"],
            id_number=data["id_number"],
            name=data["name"],
            amount_yuan=self.amount(),
            channel=Channel.WINDOW,
            informed=data["informed"],
            token=data["token"],
        )


class PhoneForm(ApplicationForm):
    """The form on the phone: who it is comes from the sign-in, and sending it is the consent it speaks of."""

    def application(self, *, item: str, id_number: str, name: str) -> Application:
        return Application(
            item=item,
            id_number=id_number,
            name=name,
            amount_yuan=self.amount(),
            channel=Channel.PHONE,
            informed=True,
            token=self.cleaned_data["token"],
        )
