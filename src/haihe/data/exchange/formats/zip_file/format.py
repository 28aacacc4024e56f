"""Opening an archive: what is in it is opened as it would be alone, and the rows follow one another."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

from haihe.data.exchange.formats import archives
from haihe.data.exchange.formats.damage import refused_if_damaged
from haihe.data.exchange.formats.detecting import format_name
from haihe.data.exchange.formats.encoding import HEAD_BYTES
from haihe.data.exchange.ports import Format, OpenSource, Reading, Record, SourceFacts, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

_MOST_FILES = 200
_SHOWN_FILES = 5
_UTF8_NAME = 0x800
_BUFFER_BYTES = 1024 * 1024
# What operating systems and archivers leave beside the files that somebody meant.
_LITTER_FOLDERS, _LITTER = ("__MACOSX/",), frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_WORKBOOK_PART = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class _File:
    """One data file in the archive, as a source. Seeking back in it unpacks it again: nothing is laid down."""

    archive: zipfile.ZipFile
    member: zipfile.ZipInfo

    def __call__(self) -> Iterator[bytes]:
        return archives.pieces_of(self.archive, self.member)

    def file(self) -> IO[bytes]:
        return io.BufferedReader(archives.Member(self.archive, self.member), _BUFFER_BYTES)

    @property
    def name(self) -> str:
        return shown_name(self.member)


@dataclass(frozen=True, slots=True)
class ZipFile:
    """An archive of files in other formats; archives in archives are none of them."""

    formats: Mapping[str, Format]
    name: str = "zip_file"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Open each file in the order of names, then stream them all. Raises: FileRefused."""
        content = source.file()
        archive = archives.opened(content)
        if _WORKBOOK_PART in archive.namelist():
            return self.formats["xlsx"].open(source, schema)
        files = _data_files(archive)
        inner = self._one_format(files)
        readings = [inner.open(file, schema) for file in files]
        facts = _common_facts(files, [reading.facts for reading in readings])
        tally = Tally()
        reopen = [partial(inner.open, file, schema) for file in files]
        return Reading(facts, refused_if_damaged(_all_records(reopen, tally, content.tell)), tally)

    def _one_format(self, files: list[_File]) -> Format:
        names = {format_name(_head(file)) for file in files}
        if len(names) > 1:
            raise FileRefused(
                Refusal.SEVERAL_TABLES, "压缩包里的文件格式不同，无法一起读取；请只放一种格式的数据文件。"
            )
        found = self.formats.get(names.pop())
        if found is None:
            raise FileRefused(Refusal.NO_TABLE, "压缩包里还有压缩包；请把数据文件直接放在一个压缩包里。")
        return found


def shown_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name. Chinese systems write GBK without saying so; the library then takes it for cp437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _data_files(archive: zipfile.ZipFile) -> list[_File]:
    files = [_File(archive, member) for member in archive.infolist() if not member.is_dir()]
    if any(_is_unsafe(file.name) for file in files):
        raise FileRefused(Refusal.UNSAFE_NAME, "压缩包里的文件名带有不安全的路径（如 ../）；请重新打包后再上传。")
    files = sorted((file for file in files if not _is_litter(file.name)), key=lambda file: file.name)
    if not files:
        raise FileRefused(Refusal.NO_TABLE, "压缩包里没有数据文件。")
    if len(files) > _MOST_FILES:
        raise FileRefused(Refusal.SEVERAL_TABLES, f"压缩包里的数据文件超过 {_MOST_FILES} 个；请分几次上传。")
    return files


def _is_unsafe(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ":" in plain or "\0" in plain or ".." in plain.split("/")


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER_FOLDERS) or posixpath.basename(name).lower() in _LITTER


def _head(file: _File) -> bytes:
    head = b""
    for piece in file():
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return head[:HEAD_BYTES]


def _common_facts(files: list[_File], found: list[SourceFacts]) -> SourceFacts:
    """Return what holds for all files: their columns must be the same in the same order."""
    first = found[0]
    odd = [file.name for file, facts in zip(files, found, strict=True) if facts.header != first.header]
    if odd:
        raise FileRefused(
            Refusal.SEVERAL_TABLES, f"压缩包里的文件列不一致（如 {odd[0]}），无法一起读取；请统一列名和顺序。"
        )
    if len(files) == 1:
        return replace(first, part=" ".join(filter(None, (files[0].name, first.part))))
    names = "、".join(file.name for file in files[:_SHOWN_FILES]) + (" 等" if len(files) > _SHOWN_FILES else "")
    worst = min(found, key=lambda facts: facts.confidence)
    told = f"{names}（共 {len(files)} 个文件，行号接着上一个文件往下数）"
    return replace(first, encoding=worst.encoding, confidence=worst.confidence, part=told)


def _all_records(
    reopen: Sequence[Callable[[], Reading]], tally: Tally, bytes_read: Callable[[], int]
) -> Iterator[Record]:
    """Yield the rows of all files; line numbers go on from file to file, so that each is one row's only."""
    behind = 0
    for open_again in reopen:
        reading = open_again()
        last = reading.facts.preface_lines + 1
        blank_before = tally.blank_lines
        for record in reading.records:
            last = record.line
            tally.blank_lines = blank_before + reading.tally.blank_lines
            tally.bytes_read = bytes_read()
            yield replace(record, line=behind + record.line)
        tally.blank_lines = blank_before + reading.tally.blank_lines
        behind += last
