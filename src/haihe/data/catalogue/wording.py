"""What the moves of an entry are called: on the button that makes them, and in the history that tells of them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BUTTONS: Final[dict[str, Promise]] = {
    "submit": _("提交本单位审核"),
    "approve": _("同意注册"),
    "send_back": _("退回修改"),
    "submit_for_publication": _("提交发布审核"),
    "publish": _("发布"),
    "retire": _("下线"),
    "revise": _("退回草稿修改"),
}
HAPPENED: Final[dict[str, Promise]] = {
    "register": _("登记草稿"),
    "edit": _("修改草稿"),
    "submit": _("提交本单位审核"),
    "approve": _("本单位同意注册"),
    "send_back": _("退回修改"),
    "submit_for_publication": _("提交发布审核"),
    "publish": _("审核通过并发布"),
    "retire": _("下线"),
    "revise": _("退回草稿"),
}
TONES: Final = {"publish": "success", "approve": "success", "send_back": "warning", "retire": "warning"}
