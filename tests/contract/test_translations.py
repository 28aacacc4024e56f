"""Whoever reads English reads all of it, and whoever reads Chinese is never met by anything else."""

import re
from collections.abc import Iterator

import polib
import pytest

from haihe.web.compile_messages import compile_messages
from haihe.web.renew_messages import CATALOGUE, Message, marked_files, messages_in, renewed
from tests.contract.marked_text import Words, literals_in_tags, unmarked_words

HAN = re.compile(r"[㐀-鿿]")
HALF_WIDTH = re.compile(r"[㐀-鿿》”）][,;:!?()]|[,;:!?()][㐀-鿿《“（]")
WORD = re.compile(r"[A-Za-z]{2,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")
MARKED = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
KEPT_IN_CHINESE = ("海河", "民政", "劝业场", "长期", "2026年3月1日")
"""What English readers must see or type as it stands: names, and words that files hold."""
THE_SWITCH = {"中文", "English"}
"""Each language under its own name, so that nobody needs to read the other to find it."""
NO_PROSE = re.compile(r"relief-status|hh-[a-z-]+")
"""A service's slug as an example; classes for the page's body."""
NO_WORDS = {"、", "；", "。", "：", "（", "）"}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def marked() -> frozenset[Message]:
    return messages_in()


def test_every_marked_string_has_its_english(catalogue: polib.POFile, marked: frozenset[Message]) -> None:
    known = {(entry.msgid, entry.msgid_plural) for entry in catalogue if entry.translated()}
    missing = sorted(m.text for m in marked if (m.text, m.plural) not in known)
    assert missing == [], "run `make translations`, then fill these in"


def test_no_entry_is_left_over_or_in_doubt(catalogue: polib.POFile, marked: frozenset[Message]) -> None:
    texts = {message.text for message in marked}
    assert [entry.msgid for entry in catalogue if entry.msgid not in texts or entry.fuzzy] == []
    assert catalogue.obsolete_entries() == []


def test_english_takes_the_same_places_for_figures_and_names(catalogue: polib.POFile) -> None:
    wrong = [
        (entry.msgid, english)
        for entry in catalogue
        for english in _translations(entry)
        if sorted(set(PLACEHOLDER.findall(entry.msgid))) != sorted(set(PLACEHOLDER.findall(english)))
    ]
    assert wrong == []


def test_english_is_english(catalogue: polib.POFile) -> None:
    chinese = [
        english for entry in catalogue for english in _translations(entry) if HAN.search(_without_names(english))
    ]
    assert chinese == []


def test_the_source_language_is_chinese(marked: frozenset[Message]) -> None:
    assert {m.text for m in marked if not HAN.search(m.text)} - NO_WORDS == set()


def test_points_among_chinese_are_as_wide_as_chinese(marked: frozenset[Message]) -> None:
    assert sorted(m.text for m in marked if HALF_WIDTH.search(m.text)) == [], "write ，；：！？（）"


def test_the_catalogue_is_compiled_and_fresh() -> None:
    compile_messages()
    assert CATALOGUE.with_suffix(".mo").stat().st_mtime >= CATALOGUE.stat().st_mtime


def test_templates_show_no_chinese_that_is_not_marked() -> None:
    assert [f"{where}: {words.text}" for where, words in _shown() if _is_chinese(words)] == []


def test_tags_take_no_chinese_that_is_not_marked() -> None:
    found = [
        f"{path.name}: {contents}"
        for path in marked_files()
        if path.suffix == ".html"
        for contents in literals_in_tags(path.read_text(encoding="utf-8"))
        if HAN.search(MARKED.sub("", contents))
    ]
    assert found == []


def test_templates_show_no_english_to_readers_of_chinese() -> None:
    assert [f"{where}: {words.text}" for where, words in _shown() if _is_english(words)] == []


def _shown() -> Iterator[tuple[str, Words]]:
    for path in marked_files():
        if path.suffix == ".html":
            for words in unmarked_words(path.read_text(encoding="utf-8")):
                yield path.name, words


def _is_chinese(words: Words) -> bool:
    return not words.lang.startswith("zh-") and words.text not in THE_SWITCH and bool(HAN.search(words.text))


def _is_english(words: Words) -> bool:
    is_meant = words.lang.startswith("en") or words.text in THE_SWITCH or NO_PROSE.fullmatch(words.text)
    return not is_meant and bool(WORD.search(words.text))


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _without_names(english: str) -> str:
    for kept in KEPT_IN_CHINESE:
        english = english.replace(kept, "")
    return english


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>没有标记</p>", True),
        ('<input placeholder="没有标记">', True),
        ("{% if a %}没有标记{% endif %}", True),
        ('<p>{% translate "已标记" %}</p>', False),
        ("{% blocktranslate %}已标记{% endblocktranslate %}", False),
        ("{# 只是说明 #}{% comment %}只是说明{% endcomment %}<!-- 只是说明 -->", False),
        ('<span lang="zh-Hans">简体中文</span>', False),
    ],
)
def test_unmarked_chinese_would_be_found(template: str, found: bool) -> None:
    assert any(map(_is_chinese, unmarked_words(template))) is found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Submit</p>", True),
        ('<span lang="en">Submit</span><br>', False),
        ("<code>haihe ledger verify</code>", False),
        ("<p>{{ page.title }}</p>", False),
        ('<span lang="en">one</span> two', True),
    ],
)
def test_unmarked_english_would_be_found(template: str, found: bool) -> None:
    assert any(map(_is_english, unmarked_words(template))) is found


def test_renewing_keeps_what_is_known_and_drops_what_is_gone() -> None:
    old = polib.POFile()
    old.append(polib.POEntry(msgid="留下", msgstr="stays"))
    old.append(polib.POEntry(msgid="不再", msgstr="goes"))
    old.append(polib.POEntry(msgid="宽了,(些)", msgstr="wider"))
    new = renewed(old, [Message("宽了，（些）"), Message("新来 %(n)s"), Message("留下"), Message("一件", "多件")])
    assert [(entry.msgid, entry.msgstr) for entry in new] == [
        ("一件", ""),
        ("宽了，（些）", "wider"),
        ("新来 %(n)s", ""),
        ("留下", "stays"),
    ]
    assert new[2].flags == ["python-format"]
    assert not new[0].translated()
