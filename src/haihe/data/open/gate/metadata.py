"""What must be told of a dataset before it is opened: the meaning of `shapes.ttl`, checked without a graph.

Tests build the graph and hold both to the same verdict.
"""

import re
from collections.abc import Iterator
from typing import Final

from haihe.data.open.gate.facts import Facts
from haihe.data.open.gate.findings import Code, Finding, Severity

LEAST_SUMMARY: Final = 20
CYCLES: Final = ("REALTIME", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]{2}")
_OPENING_OF: Final = {"GENERAL": ("UNCONDITIONAL", "CONDITIONAL"), "IMPORTANT": ("CONDITIONAL",), "CORE": ()}
"""数据分级: general data may be opened to all, important only on conditions, core never."""


def missing(facts: Facts) -> Iterator[str]:
    """Yield the names of fields that say nothing, or too little."""
    told = {
        "title": len(facts.title) >= 4 and bool(_HAN.search(facts.title)),
        "title_en": bool(_LATIN.search(facts.title_en)),
        "summary": len(facts.summary) >= LEAST_SUMMARY,
        "publisher": bool(facts.publisher),
        "topic": bool(facts.topic),
        "keywords": bool(facts.keywords),
        "update_cycle": facts.update_cycle in CYCLES,
        "columns": bool(facts.columns),
    }
    yield from (name for name, is_told in told.items() if not is_told)
    yield from (f"column:{one.name}" for one in facts.columns if not (one.title and one.title_en))


def told_of(facts: Facts) -> Iterator[Finding]:
    for name in missing(facts):
        yield Finding(code=Code.METADATA, severity=Severity.BLOCK, detail=name)
    if facts.opening_type not in _OPENING_OF.get(facts.grade, ()):
        yield Finding(code=Code.GRADE, severity=Severity.BLOCK, detail=facts.grade)
    if not facts.licence or (facts.licence == "AGREEMENT") != (facts.opening_type == "CONDITIONAL"):
        yield Finding(code=Code.LICENCE, severity=Severity.BLOCK, detail=facts.licence)
