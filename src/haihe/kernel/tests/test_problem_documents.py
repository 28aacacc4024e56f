"""Problem documents say in two languages what went wrong, and come back from JSON as they went in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.problems import PROBLEMS, Problem

EXPECTED_STATUS = {
    "malformed-request": 400,
    "query-invalid": 400,
    "credentials-missing": 401,
    "credentials-invalid": 401,
    "clock-skew": 401,
    "key-expired": 401,
    "tls-required": 403,
    "insufficient-scope": 403,
    "no-grant": 403,
    "grant-expired": 403,
    "grant-suspended": 403,
    "grant-terminated": 403,
    "purpose-not-granted": 403,
    "field-out-of-scope": 403,
    "identity-not-confirmed": 403,
    "access-conditional": 403,
    "unknown-service": 404,
    "not-found": 404,
    "method-not-allowed": 405,
    "replayed-request": 409,
    "cursor-too-old": 410,
    "dataset-withdrawn": 410,
    "body-too-large": 413,
    "unsupported-media-type": 415,
    "range-invalid": 416,
    "invalid-identifier": 422,
    "query-too-costly": 422,
    "quota-exceeded": 429,
    "rate-limited": 429,
    "source-unreachable": 502,
    "source-answer-invalid": 502,
    "source-timeout": 504,
    "provider-maintenance": 503,
    "unavailable": 503,
}


def test_the_registry_is_the_published_list() -> None:
    assert {slug: kind.status for slug, kind in PROBLEMS.items()} == EXPECTED_STATUS


@pytest.mark.parametrize("slug", PROBLEMS)
def test_each_problem_is_told_in_both_languages_with_what_to_do(slug: str) -> None:
    document = json.loads(Problem.of(slug).to_json())
    assert document["type"] == f"urn:haihe:problem:{slug}"
    assert document["status"] == EXPECTED_STATUS[slug]
    assert not document["title"].isascii()
    assert document["title_en"].isascii()
    assert document["detail"].endswith("。")
    assert "instance" not in document


@given(
    st.sampled_from(sorted(PROBLEMS)),
    st.none() | st.text(min_size=1).filter(lambda t: t.isprintable()),
    st.none() | st.uuids().map(str),
)
def test_a_problem_survives_the_wire(slug: str, detail: str | None, instance: str | None) -> None:
    problem = Problem.of(slug, detail=detail, instance=instance)
    assert Problem.from_json(problem.to_json()) == problem


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "not json", '{"type":"about:blank"}', '{"type":"urn:haihe:problem:unheard-of"}']
)
def test_what_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Problem.from_json(text)


def test_an_unregistered_slug_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        Problem.of("unheard-of")
