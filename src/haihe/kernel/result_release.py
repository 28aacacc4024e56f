"""What a release of results says: written on a desk, read by the program that serves it (`haihe scoreday`)."""

from typing import Annotated, Final

import msgspec

PURPOSE: Final = "RESULT_RELEASE"
"""The purpose of every grant for a release. No system asks for it, only whoever proves to be the candidate, in time."""

type FieldName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
type Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: Line
    en: Line

    def in_language(self, english: bool) -> str:
        return self.en if english else self.zh


class ResultLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a result: a field of the register. `most` is the full mark, 0 where there is none."""

    field: FieldName
    name: Words
    most: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was approved: `client` asks `service` for `purpose`; `number` is the field that must be known."""

    title: Words
    authority: Words
    note: Words
    hotline: Annotated[str, msgspec.Meta(pattern=r"^[0-9 +-]{3,20}$")]
    service: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    client: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    purpose: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=64)]
    number: FieldName
    lines: Annotated[tuple[ResultLine, ...], msgspec.Meta(min_length=1, max_length=30)]

    def __post_init__(self) -> None:
        if len(set(self.fields)) != len(self.fields):
            raise ValueError("each field once")

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.number, *(line.field for line in self.lines))


def read_content(content: object) -> Content:
    """Raises: msgspec.ValidationError."""
    return msgspec.convert(content, Content)
