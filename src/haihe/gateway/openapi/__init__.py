"""The gateway's published description (OpenAPI 3.1): one part in JSON for each face, put together when it starts.

A part holds `paths` and the `components` that are its own; two parts may not say two things about one. An operation
says in `x-problems` how it may be refused: a list of slugs, or "all" for every problem that there is. Their responses
and examples are written from `kernel.problems`, so that the description can't know fewer problems than the program.
"""

import json
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import groupby
from typing import Any

from haihe.kernel.problems import MEDIA_TYPE, PROBLEMS, Problem, ProblemType

type Json = dict[str, Any]

_NOT_ALLOWED = 405
_EXAMPLE_INSTANCE = "urn:uuid:01936b5c-7c1e-7d4e-9a55-2f1f6f0c8b11"


def document() -> Json:
    """Put the parts together."""
    whole: Json = {}
    for name in sorted(_names()):
        _merge(whole, json.loads(resources.files(__name__).joinpath(name).read_bytes()), place=name)
    for methods in whole["paths"].values():
        for operation in methods.values():
            operation["responses"] |= _refusals(operation.pop("x-problems"))
    whole["components"]["examples"] = {slug: _example(slug) for slug in PROBLEMS}
    return whole


def _names() -> Iterator[str]:
    return (part.name for part in resources.files(__name__).iterdir() if part.name.endswith(".json"))


def _merge(whole: Json, part: Json, *, place: str) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _merge(whole[key], value, place=f"{place} {key}")
        elif key in whole:
            raise ValueError(f"two parts of the description say something of {key} ({place})")
        else:
            whole[key] = value


def _refusals(slugs: Sequence[str]) -> Json:
    """Return the responses of these problems by status."""
    kinds = list(PROBLEMS.values()) if slugs == "all" else [PROBLEMS[slug] for slug in slugs]
    kinds.sort(key=lambda kind: kind.status)
    return {str(status): _refusal(list(group)) for status, group in groupby(kinds, key=lambda kind: kind.status)}


def _refusal(kinds: Sequence[ProblemType]) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    examples = {kind.slug: {"$ref": f"#/components/examples/{kind.slug}"} for kind in kinds}
    told = {"description": ", ".join(examples), "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}
    return told | (
        {"headers": {"Allow": {"$ref": "#/components/headers/Allow"}}} if kinds[0].status == _NOT_ALLOWED else {}
    )


def _example(slug: str) -> Json:
    problem = Problem.of(slug, instance=_EXAMPLE_INSTANCE)
    return {"summary": f"{problem.title_zh} {problem.title_en}", "value": json.loads(problem.to_json())}
