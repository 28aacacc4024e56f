"""Names in the reader's language: places and public bodies have a Chinese name and often an English one."""

from django.utils.translation import get_language


class BothNames:
    """For whatever has `name` and `name_en`."""

    name: str
    name_en: str

    @property
    def local_name(self) -> str:
        """The name in the reader's language, Chinese where there is no English one."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def other_name(self) -> str:
        """The name in the other of the two languages, or nothing."""
        return self.name_en if self.local_name == self.name else self.name

    @property
    def other_lang(self) -> str:
        """The language of `other_name`, for screen readers."""
        return "en" if self.local_name == self.name else "zh-Hans"
