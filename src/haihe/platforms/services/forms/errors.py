"""What goes wrong with drafts, each with a sentence for the person."""

from django.utils.translation import gettext as _


class FormsError(Exception):
    """Something can't be done; `message` says what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DraftNotFound(Exception):
    """There is no such draft, or it is none of theirs: nobody learns which."""


class Changed(FormsError):
    """The draft was changed since the page was shown, on another device or in another tab."""

    def __init__(self) -> None:
        super().__init__(_("这份草稿刚在别处改过。您这一页填的内容还在下面，请核对后再保存一次。"))


class Incomplete(FormsError):
    """Something is missing or wrong in a section before; `section` is the first such."""

    def __init__(self, section: str) -> None:
        super().__init__(_("还有没填好的地方，请按提示补齐后再提交。"))
        self.section = section


class UploadRefused(FormsError):
    """The file isn't taken."""


class WrongPart(FormsError):
    """The part doesn't go on where the file stands; `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("这一段接不上已收到的部分，请从已收到的位置接着传。"))
        self.offset = offset
