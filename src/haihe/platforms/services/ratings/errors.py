"""What can go wrong with a rating, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _


class RatingError(Exception):
    """Something the person can put right; `message` is for them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(RatingError):
    """No such invitation or rating, or none that this person may know of; the two look the same on purpose."""

    def __init__(self) -> None:
        super().__init__(_("没有找到。链接可能不完整，请重新扫码或从“我的评价”进入。"))


class AlreadyRated(RatingError):
    """One case, one rating."""

    def __init__(self) -> None:
        super().__init__(_("已经评价过了。一次办理只评价一次，谢谢您。"))


class Expired(RatingError):
    """The occasion is over."""

    def __init__(self) -> None:
        super().__init__(_("评价时间已过。有意见可以拨打 12345。"))


class HandlerRates(RatingError):
    """Nobody rates what they handled themselves."""

    def __init__(self) -> None:
        super().__init__(_("经办人不能评价自己办理的事项，请由办事人评价。"))


class InputRefused(RatingError):
    """One field can't be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotNow(RatingError):
    """The state doesn't allow this."""
