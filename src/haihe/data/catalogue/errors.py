"""What can go wrong with an entry, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _


class CatalogueError(Exception):
    """Something the person can put right; `message` is for them, `field` names the input where there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class ResourceNotFound(CatalogueError):
    """No such entry, or none that this actor may know of; the two look the same on purpose."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这个信息资源。"))


class NotNow(CatalogueError):
    """The entry's state doesn't allow this."""


class EntryRefused(CatalogueError):
    """What was entered can't be registered."""
