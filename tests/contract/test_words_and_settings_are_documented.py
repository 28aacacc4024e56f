"""Every model and role is in the glossary with its Chinese and English word; every setting is in the manual."""

import re

from django.apps import apps
from django.utils import translation

from haihe.base.accounts.api import Role
from tests.contract.storeys import REPOSITORY
from tests.contract.tracked_files import texts

SETTING = re.compile(r"\bHAIHE_[A-Z][A-Z_]*[A-Z]\b")
INTERNAL = {"HAIHE_TEST_FOLDER"}


def glossary() -> list[tuple[str, str, set[str]]]:
    """Return (Chinese, English, names in code) of each row."""
    rows = []
    for line in (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3 and not set(cells[0]) <= set("-: "):
            rows.append((cells[0], cells[1], set(re.findall(r"`(\w+)`", cells[2]))))
    return [row for row in rows if row[0] != "中文"]


def test_every_model_has_its_word() -> None:
    known = set().union(*(names for _, _, names in glossary()))
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("haihe.")}
    assert ours - known == set()


def test_every_role_has_its_word() -> None:
    pairs = {(chinese, name) for chinese, _, names in glossary() for name in names}
    with translation.override("zh-hans"):  # a test of English pages may have left its language in this thread
        assert {(str(role.label), role.value) for role in Role} - pairs == set()


def test_every_row_has_both_languages_once() -> None:
    rows = glossary()
    assert [row for row in rows if not re.search(r"[一-鿿]", row[0]) or not re.search(r"[a-z]", row[1])] == []
    assert len({chinese for chinese, _, _ in rows}) == len(rows)


def test_every_setting_is_documented() -> None:
    manual = set(SETTING.findall((REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")))
    used = {
        name
        for path, text in texts().items()
        if path.suffix in {".py", ".lock", ""} and "contract" not in path.parts
        for name in SETTING.findall(text)
    }
    assert used - manual - INTERNAL == set()
    assert manual - used == set()
