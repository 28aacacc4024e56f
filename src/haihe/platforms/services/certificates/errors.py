"""What stands in the way, told to people; pages show the message as it is."""

from django.utils.translation import gettext as _


class CertificatesError(Exception):
    """`message` is a sentence that says what to do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class CertificateNotFound(CertificatesError):
    """There is none, or none that one may know of."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这份证照。请核对编号和核验码。"))


class NotNow(CertificatesError):
    """Its state doesn't allow that."""


class InputRefused(CertificatesError):
    """Something that was written can't be right."""


class TooManyGuesses(CertificatesError):
    """Too many wrong codes from here, or for this number; a right one isn't even looked at."""

    def __init__(self) -> None:
        super().__init__(_("输错的次数太多。请 15 分钟后再试，或者扫证照上的二维码。"))
