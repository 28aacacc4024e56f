"""What can go wrong with a lookup, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _

from haihe.platforms.services.errors import InputRefused, ServicesError


class DefinitionError(ValueError):
    """A lookup's file is wrong; the text says which and how."""


class LookupNotFound(ServicesError):
    """No such lookup."""

    def __init__(self) -> None:
        super().__init__(_("没有这项查询。"))


class NotRealName(ServicesError):
    """Whoever signed in did so without an identity number."""

    def __init__(self) -> None:
        super().__init__(_("您的账号还没有实名认证，查不了本人的信息。请携带身份证到政务服务大厅办理实名认证。"))


class TooOften(ServicesError):
    """One person asks too often; `wait_s` is when it may be tried again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(_("您查询得太频繁了，请 %(n)s 分钟后再试。") % {"n": _minutes(wait_s)})
        self.wait_s = wait_s


class LockedOut(ServicesError):
    """Wrong numbers were typed too often; `wait_s` is when it may be tried again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            _("号码连续不符，为保护信息安全，这项查询暂停 %(n)s 分钟。请核对证件上的号码后再试。")
            % {"n": _minutes(wait_s)}
        )
        self.wait_s = wait_s


def _minutes(seconds: int) -> int:
    return max(1, -(-seconds // 60))


__all__ = ["DefinitionError", "InputRefused", "LockedOut", "LookupNotFound", "NotRealName", "ServicesError", "TooOften"]
