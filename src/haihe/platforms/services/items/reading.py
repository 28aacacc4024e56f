"""Read item files: what the file says, filled in by its authority, the shared papers and its kind."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from haihe.kernel.process import conditions
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.defaults import filled_in
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.kinds import Proof

_SETTLED = ("case_prefix", "hotline", "place")


def parse(text: str) -> ItemDefinition:
    """Read one file's text. Raises: DefinitionError."""
    try:
        return read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise DefinitionError(str(wrong)) from wrong


def read(table: Mapping[str, Any]) -> ItemDefinition:
    """Read an item's table, with what it may leave out filled in. Raises: DefinitionError."""
    raw = dict(table)
    settled = shelf.authority_defaults(str(raw.get("authority", "")))
    raw = {key: settled[key] for key in _SETTLED if key in settled} | raw
    try:
        raw["papers"] = [_whole(paper) for paper in raw.get("papers", [])]
        # A form's dates are texts from here on, as the database keeps them.
        raw["form"] = msgspec.to_builtins(raw.get("form", {}))
        item = msgspec.convert(filled_in(raw), ItemDefinition, strict=False)
    except (msgspec.ValidationError, TypeError, AttributeError) as wrong:
        raise DefinitionError(str(wrong)) from wrong
    if complaints := list(lacking(item)):
        raise DefinitionError("; ".join(complaints))
    return item


@cache
def shipped() -> tuple[ItemDefinition, ...]:
    """Return the definitions that came with this release, by slug. Raises: DefinitionError naming the file."""
    found: dict[str, tuple[ItemDefinition, Path]] = {}
    codes: dict[str, Path] = {}
    for file in item_files():
        item = _read_file(file)
        where = f"{file.parent.name}/{file.name}"
        for word, seen in ((item.slug, found.get(item.slug, (None, None))[1]), (item.code, codes.get(item.code))):
            if seen is not None:
                raise DefinitionError(f"{where}: {word} is {seen.parent.name}/{seen.name} already")
        found[item.slug] = item, file
        codes[item.code] = file
    return tuple(found[slug][0] for slug in sorted(found))


def shipped_item(slug: str) -> ItemDefinition | None:
    """Return the item as this release has it."""
    return next((item for item in shipped() if item.slug == slug), None)


def item_files() -> list[Path]:
    """Return the files of all items, sorted."""
    return sorted(file for file in shelf.CITY.glob("*/*.toml") if file.name != shelf.AUTHORITY)


def _read_file(file: Path) -> ItemDefinition:
    where = f"{file.parent.name}/{file.name}"
    try:
        item = parse(file.read_text(encoding="utf-8"))
    except DefinitionError as wrong:
        raise DefinitionError(f"{where}: {wrong}") from wrong
    if (item.authority, item.slug) != (file.parent.name, file.stem):
        raise DefinitionError(f"{where}: the file must be called {item.authority}/{item.slug}.toml")
    return item


def _whole(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paper with what the shared one of that slug says, where it doesn't differ."""
    shared = shelf.shared_papers().get(paper.get("slug", ""), {})
    whole = {**shared, **paper}
    if whole.get("proof") != Proof.VERIFY:
        # The shared question goes with the shared proof; one of the paper's own is for the definition to refuse.
        return whole if "verify" in paper else {key: value for key, value in whole.items() if key != "verify"}
    verify = {**shared.get("verify", {}), **paper.get("verify", {})}
    return whole | ({"verify": verify} if verify else {})


def lacking(item: ItemDefinition) -> Iterator[str]:
    """Tell what a new version needs beyond what old ones had: above all a form that works."""
    unknown = [slug for slug in item.topics if shelf.topic(slug) is None]
    if unknown or not item.topics:
        yield f"topics: {', '.join(unknown) or 'none given'}; topics.toml has those that are known"
    if not (item.legal_basis and item.conditions):
        yield "legal_basis and conditions: at least one each"
    yield from _form_amiss(item)


def _form_amiss(item: ItemDefinition) -> Iterator[str]:
    """A paper's condition may ask for what the form asks, and for nothing else."""
    if not item.form:
        yield "form: sections, fields or both"
        return
    try:
        asked = {field.name for field in forms.parse(item.form).fields}
    except forms.FormError as wrong:
        yield f"form: {wrong}"
        return
    for paper in item.papers:
        strays = conditions.parse(paper.when).names - asked if paper.when else frozenset()
        if strays:
            yield f"paper {paper.slug}: when asks for {', '.join(sorted(strays))}, which the form doesn't have"
