"""What can go wrong with a case, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _


class ServicesError(Exception):
    """Something the person can put right; `message` is for them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CaseNotFound(ServicesError):
    """No such case, or none that this actor may know of; the two look the same on purpose."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这个办件。"))


class InputRefused(ServicesError):
    """One field of a form can't be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyOpen(ServicesError):
    """The person has an undecided case of the same item."""

    def __init__(self, number: str) -> None:
        super().__init__(_("同一事项已有正在办理的申请：%(number)s。请继续办理那一件。") % {"number": number})
        self.number = number


class NotNow(ServicesError):
    """The case's state or its evidence doesn't allow this."""
