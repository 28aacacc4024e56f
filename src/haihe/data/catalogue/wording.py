"""What the moves of an entry are called: on the button that makes them, and in the history that tells of them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city

BUTTONS: Final[dict[str, Promise]] = {
    "submit": _("提交本单位审核"),
    "approve": _("同意注册"),
    "send_back": _("退回修改"),
    "submit_for_publication": _("提交发布审核"),
    "publish": _("发布"),
    "retire": _("下线"),
    "revise": _("退回草稿修改"),
}
HINTS: Final[dict[str, Promise]] = {
    "retire": _("下线后，依托它的共享服务立即停止答复，授权终止，未办结的申请终结；能等的，请提供部门先办理停止备案。"),
}
"""What a button brings with it that one may not expect."""
REVISION_BUTTONS: Final[dict[str, Promise]] = {
    "submit": _("提交本单位审核"),
    "approve": _("同意并报主管部门"),
    "send_back": _("退回修改"),
    "publish": _("发布更新"),
    "ask_extension": _("申请延期 5 个工作日"),
    "consent_extension": _("同意延期"),
    "urge": _("督办"),
    "abandon": _("放弃更新"),
}
HAPPENED: Final[dict[str, Promise]] = {
    "register": _("登记草稿"),
    "edit": _("修改草稿"),
    "submit": _("提交本单位审核"),
    "approve": _("本单位同意注册"),
    "send_back": _("退回修改"),
    "submit_for_publication": _("提交发布审核"),
    "publish": _("审核通过并发布"),
    "overdue": _("发布审核超过期限"),
    "retire": _("下线"),
    "revise": _("退回草稿"),
    "revision_open": _("开始更新"),
    "revision_edit": _("修改更新内容"),
    "revision_submit": _("更新提交本单位审核"),
    "revision_approve": _("本单位同意更新，报主管部门"),
    "revision_send_back": _("更新退回修改"),
    "revision_publish": _("更新审核通过并发布"),
    "revision_ask_extension": _("申请延期更新"),
    "revision_consent_extension": _("主管部门同意延期"),
    "revision_overdue": _("更新超过期限"),
    "revision_urge": _("主管部门督办更新"),
    "revision_abandon": _("放弃更新"),
    "revision_lapse": _("资源下线，更新终止"),
}
TONES: Final = {
    "publish": "success",
    "approve": "success",
    "send_back": "warning",
    "retire": "warning",
    "overdue": "danger",
    "revision_publish": "success",
    "revision_approve": "success",
    "revision_send_back": "warning",
    "revision_overdue": "danger",
    "revision_urge": "warning",
    "revision_lapse": "warning",
}


def organisation_name(code: str) -> str:
    """Return the short name of an organisation in the reader's language, or the code where it isn't known."""
    found = city.organisation(code)
    if found is None:
        return code
    english = (get_language() or "").startswith("en")
    return (english and found.name_en) or found.short_name or found.name
