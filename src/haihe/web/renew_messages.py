"""Renew the catalogues from the code: new strings come in empty, strings that nobody marks any more go.

In Python, because gettext's own xgettext may be missing; the same reading of the code is what the tests hold the
catalogue to. Entries are sorted and carry no line numbers, so that a catalogue changes only where its words do.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from haihe.web.compile_messages import SOURCE

CATALOGUE = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SKIPPED_FOLDERS = {"tests", "migrations"}

# What `templatize` makes of each marked string, in a sea of blanked-out text.
_LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(({_LITERAL}(?:,\s*{_LITERAL})*)(?:,\s*count)?\)")
_PERCENT_FORMAT = re.compile(r"%\(\w+\)[a-z]")
_HALF_WIDTH = str.maketrans("，；：！？（）", ",;:!?()")
_BRACE_FORMAT = re.compile(r"\{\w*\}")


@dataclass(frozen=True, order=True)
class Message:
    """One marked string; `plural` and `context` are empty where there is none."""

    text: str
    plural: str = ""
    context: str = ""


def messages_in(source: Path = SOURCE) -> frozenset[Message]:
    """Return every string marked for translation below `source`, tests apart."""
    found: set[Message] = set()
    for path in marked_files(source):
        text = path.read_text(encoding="utf-8")
        found.update(_in_template(text) if path.suffix == ".html" else _in_python(text))
    return frozenset(found)


def marked_files(source: Path = SOURCE) -> list[Path]:
    """Return the templates and modules whose strings people may see."""
    return sorted(
        path
        for path in source.rglob("*")
        if path.suffix in {".html", ".py"} and not SKIPPED_FOLDERS & set(path.relative_to(source).parts)
    )


def _in_template(text: str) -> Iterator[Message]:
    for function, arguments in _CALL.findall(templatize(text)):
        literals = [str(literal) for literal in ast.literal_eval(f"[{arguments}]")]
        yield _message(function.replace("_", "gettext"), literals)


def _in_python(text: str) -> Iterator[Message]:
    tree = ast.parse(text)
    names = _gettext_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            literals = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            texts = [literal for literal in literals if isinstance(literal, str)]
            if texts:
                yield _message(names[node.func.id], texts)


def _gettext_names(tree: ast.AST) -> dict[str, str]:
    """Return what a module calls Django's functions: local name → name without `_lazy`, `_noop`."""
    return {
        alias.asname or alias.name: re.sub("_(lazy|noop)$", "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
    }


def _message(function: str, literals: list[str]) -> Message:
    context = literals.pop(0) if "pgettext" in function else ""
    plural = literals[1] if function.startswith("n") else ""
    return Message(literals[0], plural, context)


def renewed(old: polib.POFile, messages: Iterable[Message]) -> polib.POFile:
    """Return `old` with exactly these messages: known ones keep their translation, the others have none yet.

    A message of which only the points changed their width is a known one.
    """
    known = {_key(entry.msgid, entry.msgid_plural, entry.msgctxt): entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=110)
    new.metadata, new.header = old.metadata, old.header
    for message in sorted(messages):
        new.append(_entry(message, known.get(_key(message.text, message.plural, message.context))))
    return new


def _key(text: str, plural: str, context: str | None) -> tuple[str, str, str]:
    return text.translate(_HALF_WIDTH), plural.translate(_HALF_WIDTH), context or ""


def _entry(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgid_plural=message.plural, msgctxt=message.context or None)
    if known is not None:
        entry.msgstr, entry.msgstr_plural = known.msgstr, dict(known.msgstr_plural)
        entry.tcomment = known.tcomment
    elif message.plural:
        entry.msgstr_plural = {0: "", 1: ""}
    if _PERCENT_FORMAT.search(message.text):
        entry.flags.append("python-format")
    elif _BRACE_FORMAT.search(message.text):
        entry.flags.append("python-brace-format")
    return entry


def main() -> None:
    """Renew the English catalogue in place and say how much is left to translate."""
    catalogue = renewed(polib.pofile(str(CATALOGUE)), messages_in())
    catalogue.save(str(CATALOGUE))
    missing = [entry.msgid for entry in catalogue if not entry.translated()]
    print(f"{len(catalogue)} messages, {len(missing)} without English")
    for msgid in missing:
        print(f"  {msgid}")


if __name__ == "__main__":
    main()
