"""Every colour that carries words keeps a contrast of at least 4.5 : 1 with its ground (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

from haihe import web

SHEET = (Path(web.__file__).parent / "static" / "web" / "haihe.css").read_text()
COLOURS = dict(re.findall(r"--hh-([a-z0-9-]+): (#[0-9a-f]{3,6});", SHEET.split("}")[0]))
PAIRS = [
    *((name, "ground") for name in ("blue", "blue-deep", "warm", "red", "green", "amber", "ink", "ink-2", "ink-3")),
    *((name, "ground-2") for name in ("blue", "ink", "ink-2", "ink-3")),
    ("blue-deep", "blue-soft"),
    ("ink", "blue-soft"),
    ("green", "green-soft"),
    ("amber", "amber-soft"),
    ("red", "red-soft"),
]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(word: str, ground: str) -> None:
    light, dark = sorted((luminance(COLOURS[word]), luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
