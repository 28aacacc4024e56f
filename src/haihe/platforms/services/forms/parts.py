"""What the files of items are made of: strict parts, and texts in both languages."""

import msgspec
from django.utils.translation import get_language


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a definition; an unknown key in the file is an error, not a surprise."""


class Text(Part, frozen=True):
    """A text in both languages; as a string it is the one that the reader uses."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError("a text is given in both languages")

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh
