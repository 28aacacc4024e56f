"""A workbook's archive: where its sheets, texts and number formats are."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from haihe.data.exchange.formats import archives
from haihe.data.exchange.formats.damage import damaged
from haihe.data.exchange.formats.xlsx.elements import Attributes, local, parse
from haihe.data.exchange.formats.xlsx.styles import Styles, read_styles
from haihe.data.exchange.formats.xlsx.texts import Texts, read_texts

TRUE = frozenset({"1", "true", "on"})
_MAIN = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its name as people see it, whether they see it, and the member that holds it."""

    name: str
    is_hidden: bool
    member: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook, with everything but its sheets' rows."""

    archive: zipfile.ZipFile
    sheets: tuple[SheetPart, ...]
    styles: Styles
    texts: Texts
    from_1904: bool


def open_workbook(file: IO[bytes]) -> Workbook:
    """Read a workbook's directory, formats and texts. Raises: FileRefused."""
    parts = _Parts(archives.opened(file))
    main = next((place for kind, place in parts.related_to("").values() if kind == "officeDocument"), _MAIN)
    related = parts.related_to(main)
    directory = _Directory()
    parse(parts.pieces(main), directory.start)
    sheets = tuple(
        SheetPart(name, hidden, parts.members[place])
        for name, hidden, relation in directory.sheets
        for kind, place in [related.get(relation, ("", ""))]
        if kind == "worksheet" and place in parts.members
    )
    if not sheets:
        raise damaged("找不到工作表")
    by_kind = {kind: place for kind, place in related.values() if place in parts.members}
    styles = read_styles(parts.pieces(by_kind["styles"])) if "styles" in by_kind else Styles(())
    texts = read_texts(parts.pieces(by_kind["sharedStrings"])) if "sharedStrings" in by_kind else Texts()
    return Workbook(parts.archive, sheets, styles, texts, directory.from_1904)


class _Parts:
    """The members of a workbook's archive by their place, and which belongs to which."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.members = {member.filename.lstrip("/"): member for member in archive.infolist()}

    def pieces(self, place: str) -> Iterator[bytes]:
        if place not in self.members:
            raise damaged("找不到工作簿的目录")
        return archives.pieces_of(self.archive, self.members[place])

    def related_to(self, place: str) -> dict[str, tuple[str, str]]:
        """Return kind and place of what belongs to a part, by relation."""
        folder, name = posixpath.split(place)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        if relations in self.members:
            parse(self.pieces(relations), start)
        return found


@dataclass(slots=True)
class _Directory:
    """What the workbook's own part says: its sheets, and which day its dates count from."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "sheet":
            relation = next((value for name, value in attributes.items() if local(name) == "id" and ":" in name), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))
        elif element == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in TRUE
