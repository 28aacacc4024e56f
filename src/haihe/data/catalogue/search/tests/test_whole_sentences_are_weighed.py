"""People ask in whole sentences: rare words weigh more, sayings are understood, misspelt and misheard words found."""

import pytest

from haihe.data.catalogue.search.asking import parts_of
from haihe.data.catalogue.search.document import Document, document
from haihe.data.catalogue.search.hearing import heard_alike, joined
from haihe.data.catalogue.search.sayings import Sayings
from haihe.data.catalogue.search.weighing import Index, Ranking

SAID = Sayings.of(
    """
    # a remark
    娃, 宝宝 > 子女, 儿童
    丢了, 找不着 > 补领, 补发   # another
    kid > 儿童
    """
)


def made(title: str, *keywords: str, says: str = "") -> Document:
    return document(
        codes=(), title=title, subject="", items=(), abstract=says, owner=(), keywords=keywords, ranks_sounds=True
    )


SHELF: Index[str] = Index(
    (title, made(title, *keywords, says=says))
    for title, keywords, says in (
        ("补领居民身份证 ID card", ("身份证",), "身份证丢失的，到派出所申请。"),
        ("换领居民身份证 ID card", ("身份证",), "身份证到期的，到派出所申请。"),
        ("儿童预防接种证 Vaccination", ("疫苗",), "为儿童办理，可以申请。"),
        ("护照首次申请 Passport", ("出国",), "第一次申请。"),
        ("公司注销登记 Closing a company", ("注销",), "申请注销。"),
        ("公司变更登记 Change of a company", ("变更",), "申请变更。"),
        ("公司设立登记 Opening a company", ("开公司",), "申请设立。"),
    )
)


def asked(typed: str) -> Ranking[str]:
    return SHELF.rank(parts_of(typed, SAID))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("身份证丢了", "补领居民身份证 ID card"),
        ("我的身份证找不着了", "补领居民身份证 ID card"),
        ("娃打疫苗", "儿童预防接种证 Vaccination"),
        ("kid", "儿童预防接种证 Vaccination"),
        ("passprot", "护照首次申请 Passport"),
        ("passports", "护照首次申请 Passport"),
        ("hu zhao", "护照首次申请 Passport"),
        ("shengfenzheng", "补领居民身份证 ID card"),
        ("户照", "护照首次申请 Passport"),
        ("how can I close my company", "公司注销登记 Closing a company"),
        ("公司不干了要注消", "公司注销登记 Closing a company"),
    ],
)
def test_what_is_wanted_comes_first(typed: str, first: str) -> None:
    assert asked(typed).keys[0] == first


def test_the_rare_word_outweighs_the_common_one() -> None:
    assert asked("公司 设立").keys[0].startswith("公司设立")
    assert asked("公司护照").keys[0].startswith("护照")


def test_it_says_whether_anything_has_all_of_the_question_and_how_much_the_best_has() -> None:
    whole, part, nothing = asked("护照申请"), asked("护照延期签发"), asked("龘龘")
    assert (whole.loosely, whole.share) == (False, 1.0)
    assert part.loosely
    assert 0 < part.share < 1
    assert (nothing.keys, nothing.loosely) == ((), True)


def test_a_corrected_word_is_told() -> None:
    assert asked("passprot").corrected == {"passprot": "passport"}
    assert asked("passport").corrected == {}


def test_only_those_that_may_be_found_are() -> None:
    parts = parts_of("公司", SAID)
    assert SHELF.rank(parts, among={"护照首次申请 Passport"}).keys == ()


@pytest.mark.parametrize(
    "typed", ["", " ", "\x00", "的", "？", "&|!", "'", "\\", "a", "of the", "1", "x" * 60, "娃娃娃娃"]
)
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    asked(typed)


def test_ears_that_hear_no_difference_are_understood() -> None:
    assert {"shebao", "sebao"} <= set(heard_alike("sebao"))
    assert heard_alike("passport") == ["passport"]
    assert list(joined(["gong", "ji", "jin", "loan"])) == ["gongjijin", "loan"]


@pytest.mark.parametrize("wrong", ["娃 儿童", "> 儿童", "娃 >", "娃 > 儿童\n娃 > 子女"])
def test_a_saying_that_says_nothing_or_twice_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"said|saying"):
        Sayings.of(wrong)
