"""A list of papers is pasted as guides print it; what was mapped before keeps its code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.catalogue.needs.reading import papers_text, read_papers


@pytest.mark.parametrize(
    ("line", "title", "asks", "kind"),
    [
        ("低保证明", "低保证明", "", "HAND_IN"),
        ("1. 低保证明 | 今天是否在保", "低保证明", "今天是否在保", "HAND_IN"),
        ("（三）户口簿｜家庭成员", "户口簿", "家庭成员", "HAND_IN"),
        ("· 身份证（只需出示）", "身份证", "", "SHOW"),
        ("2、居住证(出示)\t住在哪里", "居住证", "住在哪里", "SHOW"),
        ("ID card (shown)", "ID card", "", "SHOW"),
        ("  收入  证明 ", "收入 证明", "", "HAND_IN"),
        ("３张照片", "3张照片", "", "HAND_IN"),
    ],
)
def test_a_line_is_a_paper(line: str, title: str, asks: str, kind: str) -> None:
    (paper,) = read_papers(f"\n{line}\n  \n")
    assert (paper.title, paper.asks, paper.kind, paper.code) == (title, asks, kind, "paper-1")


def test_a_known_paper_keeps_its_code_and_a_new_one_takes_a_free_one() -> None:
    papers = read_papers("新材料\n低保证明\n照片", {"低保证明": "paper-1", "没有了": "paper-3"})
    assert [(paper.title, paper.code) for paper in papers] == [
        ("新材料", "paper-2"),
        ("低保证明", "paper-1"),
        ("照片", "paper-4"),
    ]


@given(st.text(max_size=400))
def test_whatever_is_pasted_is_read_and_read_again_alike(text: str) -> None:
    papers = read_papers(text)
    assert len({paper.code for paper in papers}) == len(papers)
    again = read_papers(papers_text([(paper.title, paper.asks, paper.kind) for paper in papers]))
    assert len(again) <= len(papers)
