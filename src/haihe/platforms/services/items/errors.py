"""What can go wrong with items, each told in a sentence that says what to do."""

from django.utils.translation import gettext as _


class DefinitionError(ValueError):
    """An item's file can't be used; the message names the file and says what to change."""


class ItemsError(Exception):
    """Something the person can put right; `message` is for them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ItemNotFound(ItemsError):
    """No item of that name is in force."""

    def __init__(self) -> None:
        super().__init__(_("没有这个事项，或者它尚未生效。"))


class DraftRefused(ItemsError):
    """A draft can't be moved or changed this way; the message says what to do first."""
