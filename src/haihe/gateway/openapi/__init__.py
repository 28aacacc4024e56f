"""The gateway's published description (OpenAPI 3.1): one part in JSON for each face, put together when it starts.

A part holds `paths` and the `components` that are its own; two parts may not say two things about one. An operation
says in `x-problems` how it may be refused: a list of slugs, or "all" for every problem that there is. Their responses
and examples are written from `kernel.problems`, so that the description can't know fewer problems than the program.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from itertools import groupby
from typing import Any

from haihe.kernel.problems import MEDIA_TYPE, PROBLEMS, Problem, ProblemType

type Json = dict[str, Any]

_COMPONENTS = "#/components/"
_NOT_ALLOWED = 405
_EXAMPLE_INSTANCE = "urn:uuid:01936b5c-7c1e-7d4e-9a55-2f1f6f0c8b11"


def document() -> Json:
    """Return the description of what stands under /v1."""
    whole = parts()
    for methods in whole["paths"].values():
        for operation in methods.values():
            add_refusals(operation, form=_refusal)
    whole["components"]["examples"] = {slug: _example(slug) for slug in PROBLEMS}
    return whole


def parts(folder: str = "") -> Json:
    """Put the parts in a folder together, as they are written."""
    whole: Json = {}
    place = resources.files(__name__).joinpath(folder)
    for part in sorted((each for each in place.iterdir() if each.name.endswith(".json")), key=lambda each: each.name):
        _merge(whole, json.loads(part.read_bytes()), place=part.name)
    return whole


def add_refusals(operation: Json, *, form: Callable[[Sequence[ProblemType]], Json]) -> None:
    """Write out the responses of the operation's `x-problems`; `form` makes one of the problems of one status."""
    slugs = operation.pop("x-problems")
    kinds = list(PROBLEMS.values()) if slugs == "all" else [PROBLEMS[slug] for slug in slugs]
    kinds.sort(key=lambda kind: kind.status)
    for status, group in groupby(kinds, key=lambda kind: kind.status):
        responses, refusal = operation["responses"], form(list(group))
        if said := responses.get(str(status)):
            # Refused in more than one form, as where OAuth has its own.
            refusal["description"] = f"{said['description']}, {refusal['description']}"
            refusal["content"] = said["content"] | refusal["content"]
        responses[str(status)] = refusal


def needed(described: Json, components: Json) -> Json:
    """Return the components that the description refers to, and those that they refer to."""
    found: Json = {"securitySchemes": components["securitySchemes"]}
    waiting = list(_references(described))
    while waiting:
        kind, name = waiting.pop().removeprefix(_COMPONENTS).split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = components[kind][name]
            waiting += _references(components[kind][name])
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for part in node.values():
            yield from _references(part)
    elif isinstance(node, list):
        for part in node:
            yield from _references(part)


def _merge(whole: Json, part: Json, *, place: str) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _merge(whole[key], value, place=f"{place} {key}")
        elif key in whole:
            raise ValueError(f"two parts of the description say something of {key} ({place})")
        else:
            whole[key] = value


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
