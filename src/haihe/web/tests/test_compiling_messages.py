"""Translations are compiled without gettext, and only where they changed."""

import gettext
import os
from pathlib import Path

from haihe.web.compile_messages import compile_messages

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "办件"\nmsgstr "case"\n'


def test_a_catalogue_is_compiled_once(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    [compiled] = compile_messages(tmp_path)
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("办件") == "case"
    assert compile_messages(tmp_path) == []
    os.utime(source, (compiled.stat().st_mtime + 1,) * 2)
    assert compile_messages(tmp_path) == [compiled]
