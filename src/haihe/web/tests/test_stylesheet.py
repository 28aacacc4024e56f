"""All pages share one stylesheet that holds what they use of Tabler and little else."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from haihe.web import stylesheet
from haihe.web.release import PACKAGE

MOST_PACKED_BYTES = 34_000
SHEET = "a.btn{color:red}.btn-ghost{color:red}.alert-info{color:red}.tag.is-on{color:red}"
_CLASSES = re.compile(r'class=\\?"([^"{]*)\\?"')


@pytest.fixture(scope="module")
def written() -> str:
    return stylesheet.written()


def test_it_is_small_over_the_wire(written: str) -> None:
    assert len(gzip.compress(written.encode(), 9)) < MOST_PACKED_BYTES


def test_what_no_template_names_is_left_out() -> None:
    assert stylesheet.unused(SHEET, ['<a class="btn">', '<p class="tag is-on">']) == {"btn-ghost", "alert-info"}


def test_a_class_whose_end_a_template_fills_in_is_kept() -> None:
    assert "alert-info" not in stylesheet.unused(
        SHEET, ['<p class="alert-{{ tone }}">', '<p class="alert-{% if x %}">']
    )


@pytest.mark.parametrize(
    "name", ["btn-primary", "form-control", "hh-table", "alert-danger", "visually-hidden", "hh-phone"]
)
def test_what_pages_use_is_there(written: str, name: str) -> None:
    assert re.search(rf"\.{name}[^a-z0-9-]", written)


def test_it_begins_with_the_notice_that_the_licence_asks_for(written: str) -> None:
    assert written.startswith("/*!\n * Tabler")


def test_every_class_of_tabler_in_python_stands_in_a_template_or_script_too() -> None:
    tabler = stylesheet.TABLER.read_text(encoding="utf-8")
    unused = stylesheet.unused(tabler, stylesheet.sources())
    strays = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts
        for told in _CLASSES.findall(path.read_text(encoding="utf-8"))
        for name in told.split()
        if name in unused
    }
    assert strays == set()


def test_it_is_found_like_any_static_file() -> None:
    found = finders.find(stylesheet.NAME)
    assert isinstance(found, str)
    assert Path(found).read_text(encoding="utf-8") == stylesheet.written()
