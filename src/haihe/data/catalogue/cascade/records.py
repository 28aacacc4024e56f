"""What travels between catalogues: entries with every element, tombstones for those that are gone, page by page."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

FORMAT: Final = "haihe-catalogue"
VERSION: Final = 1
MOST_ENTRIES: Final = 1000
"""Of one page."""

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Short = Annotated[str, Meta(max_length=64)]
Long = Annotated[str, Meta(max_length=500)]
Code = Annotated[str, Meta(pattern=r"^12[0A-HJ-NP-Z][0-9]{3}/[0-9]{6}\Z")]
Body = Annotated[str, Meta(pattern=r"^12[0A-HJ-NP-Z][0-9]{3,9}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One data item; `code_list` is a slug, of which the page holds the codes."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
    title: Annotated[str, Meta(min_length=1, max_length=64)]
    data_type: Annotated[str, Meta(pattern=r"^[CNYDTLMGBIF]\Z")]
    length: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""
    code_list: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9-]{0,47})?\Z")] = ""
    is_required: bool = False
    description: Annotated[str, Meta(max_length=300)] = ""
    sensitivity: Annotated[str, Meta(max_length=16)] = "INTERNAL"
    is_identifying: bool = False
    sharing_type: Annotated[str, Meta(max_length=16)] = ""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One published entry: the elements of 编制指南, without assessments, samples and history."""

    code: Code
    title: Name
    abstract: Annotated[str, Meta(min_length=1, max_length=2000)]
    owner: Body
    owner_name: Name
    provider_code: Annotated[str, Meta(pattern=r"^([0-9A-Z]{18})?\Z")] = ""
    category: Annotated[str, Meta(max_length=16)]
    subject_area: Annotated[str, Meta(min_length=1, max_length=50)]
    classification: Annotated[str, Meta(pattern=r"^([1-3][0-9]{5,15})?\Z")] = ""
    guide_code: Annotated[str, Meta(max_length=32)] = ""
    source_department: Annotated[str, Meta(pattern=r"^(12[0A-HJ-NP-Z][0-9]{3,9})?\Z")] = ""
    keywords: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=20)], ...], Meta(max_length=10)] = ()
    related: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    grade: Annotated[str, Meta(max_length=16)]
    format: Annotated[str, Meta(max_length=16)]
    update_cycle: Annotated[str, Meta(max_length=16)]
    sharing_type: Annotated[str, Meta(max_length=16)]
    sharing_forms: Annotated[tuple[Annotated[str, Meta(max_length=16)], ...], Meta(max_length=5)] = ()
    sharing_scope: Long = ""
    sharing_purpose: Long = ""
    refusal_reason: Long = ""
    refusal_basis: Long = ""
    opening_type: Annotated[str, Meta(max_length=16)] = "CLOSED"
    opening_condition: Long = ""
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=300)]
    published_at: Moment
    modified_at: Moment


class Tombstone(Struct, frozen=True):
    """An entry that was published and is no longer."""

    code: Code
    at: Moment


class CodePair(Struct, frozen=True):
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    title: Annotated[str, Meta(max_length=100)]


class Codes(Struct, frozen=True, kw_only=True):
    """A code list that items of the page name."""

    slug: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,47}\Z")]
    title: Short
    standard: Short = ""
    codes: Annotated[tuple[CodePair, ...], Meta(max_length=5000)] = ()


class CataloguePage(Struct, frozen=True, kw_only=True):
    """One page of a catalogue. `next` asks for the following page, empty on the last; `since` is what was asked for.

    `as_of` is the moment before which all changes are on the pages: the next exchange asks for what came after it.
    """

    publisher: Body
    publisher_name: Name
    as_of: Moment
    since: Moment | None = None
    entries: tuple[Entry, ...] = ()
    gone: tuple[Tombstone, ...] = ()
    code_lists: tuple[Codes, ...] = ()
    next: Annotated[str, Meta(max_length=100)] = ""


def plain(part: Struct) -> Any:
    """Return what JSON and the database can keep."""
    # Not `to_builtins`: it leaves tuples, which differ from the lists that come back.
    return msgspec.json.decode(msgspec.json.encode(part))
