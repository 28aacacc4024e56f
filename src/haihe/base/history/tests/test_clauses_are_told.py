"""The law is written down in Chinese; a reader of English is told its article in English."""

import pytest
from django.utils import translation

from haihe.base.history.api import clause_told


@pytest.mark.parametrize("clause", ["政务数据共享条例 第22条", "住房公积金管理条例 第25条", ""])
def test_chinese_stays_as_written(clause: str) -> None:
    with translation.override("zh-hans"):
        assert clause_told(clause) == clause


def test_an_article_is_told_in_english() -> None:
    with translation.override("en"):
        assert clause_told("政务数据共享条例 第22条") == "Regulations on the Sharing of Government Data, article 22"
