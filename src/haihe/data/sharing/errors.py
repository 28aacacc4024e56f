"""What can go wrong, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _

from haihe.base.accounts.api import NotPermitted


class SharingError(Exception):
    """Something the person can put right; `message` is for them, `field` names the input where there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class NotFound(SharingError):
    """No such thing, or none that this actor may know of; the two look the same on purpose."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这条记录。"))


class NotNow(SharingError):
    """The state doesn't allow this, or somebody else moved first."""


class InputRefused(SharingError):
    """What was entered can't be used."""


class PrecheckFailed(InputRefused):
    """An application with faults; all of them at once, so that nobody has to hand it in again and again."""

    def __init__(self, faults: tuple[InputRefused, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults), field=faults[0].field)
        self.faults = faults


class AlreadyOpen(SharingError):
    """The same thing is already under way; `number` says which."""

    def __init__(self, message: str, *, number: str) -> None:
        super().__init__(message)
        self.number = number


class OtherHandsNeeded(NotPermitted):
    """The person has the role, and yet somebody else must do this; the sentence says who."""
