"""A person's name as it is compared: cleaned, in simplified characters, with its sound and its shape.

Chinese names have a surname of one or two characters before the given name. Names of other peoples are written with a
point (阿依古丽·买买提), which registers drop, mistype, or cut off: the part before it is compared of its own.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from haihe.data.matching.linkage.characters import Characters, characters

LONGEST: Final = 64
POINTS: Final = "·•・‧∙⋅･．."
_DROPPED: Final = re.compile(r"[（(【\[].*?[）)】\]]|[\s\u200b-\u200f\ufeff'\"’‘`*]+")
_USUAL: Final = re.compile(r"[\u3400-\u9fff]{2,4}")
_POINT: Final = re.compile(f"[{re.escape(POINTS)}]+")
COMPOUND_SURNAMES: Final = frozenset(
    # A hundred quotes would hide the names.
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 "  # noqa: SIM905 - a hundred names, one a line, would be read by nobody
    "申屠 公孙 慕容 仲孙 "
    "钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 "
    "轩辕 令狐 段干 百里 "
    "呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 "
    "公皙 南荣 东里 东宫 "
    "仲长 子书 子桑 即墨 达奚 褚师 完颜 纳兰 那拉 叶赫 单于 淳于 尔朱 耶律 爱新".split()
)
"""Those that are read as one surname where at least one character follows."""
# A character that is read otherwise as a surname, by one that is always read so.
_AS_SURNAME: Final = dict(zip("单仇曾解盖查朴覃翟乐洗召", "善求增谢葛渣瓢秦宅月险绍", strict=True))


class Name(NamedTuple):
    """What is compared of one name; all but `name` follow from it. A sound has a code for each syllable."""

    name: str
    before_point: str | None
    sound: str
    misheard: str
    shape: str
    surname_sound: str | None
    given_first: str | None
    given_last: str | None


def read_name(text: str | None, tables: Characters | None = None) -> Name | None:
    """Return what is compared of a name, or None where nothing is left of it."""
    if not text:
        return None
    tables = tables or characters()
    before, after = (text, "") if _USUAL.fullmatch(text) else _cleaned(text)
    if not before:
        return None
    name = (before + after).translate(tables.simplified)
    length = 0 if after else len(surname_of(name))
    read = _AS_SURNAME.get(name[0], name[0]) + name[1:] if length else name
    sound = read.translate(tables.syllable)
    return Name(
        name,
        name[: len(before)] if after else None,
        sound,
        read.translate(tables.misheard),
        name.translate(tables.shape),
        sound[:length] or None,
        sound[length : length + 1] or None if length else None,
        sound[-1] if 0 < length < len(name) else None,
    )


def _cleaned(text: str) -> tuple[str, str]:
    """Return the name before its first point, and what follows."""
    # Twice: what is left out may have stood between two characters that make one, and capitals may fall apart.
    whole = _composed(_composed(text[:LONGEST]).upper())[:LONGEST]
    before, _, after = _POINT.sub("·", whole).strip("·").partition("·")
    return before, after.replace("·", "")


def _composed(text: str) -> str:
    """Return the text as NFKC without what is no part of a name."""
    kept = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", kept)


def surname_of(name: str) -> str:
    """Return the surname of a Chinese name: two characters where they are a compound one and something follows."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]
