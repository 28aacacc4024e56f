from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.matching.linkage.addresses import Address, significant
from haihe.data.matching.linkage.characters import characters
from haihe.data.matching.linkage.numbers import read_birth, read_phone
from haihe.data.matching.linkage.tests.places import GAZETTEER


def read(text: str) -> Address | None:
    return GAZETTEER.read(text, characters().simplified)


@pytest.mark.parametrize(
    "written",
    [
        "天津市和平区劝业场街道兆丰路社区居委会3号楼2门501",
        "天津和平区劝业场街兆丰路社区３－２－５０１",
        "和平区 劝业场街道 兆丰路社区居民委员会三号楼二门501室",
        "劝业场街道兆丰路社区 03-2-501",
        "天津市和平區勸業場街道兆豐路社區居委會3號樓2門501",
    ],
)
def test_one_home_is_read_the_same_however_it_is_written(written: str) -> None:
    assert read(written) == Address("120101001003", "3-2-501")


@pytest.mark.parametrize(
    ("written", "division"),
    [
        ("宁河区廉庄镇木头窝村12排3号", "120117115200"),
        ("宁河区廉庄镇赵庄村12排3号", "120117115"),
        ("河西区友谊路12号", "120103"),
        ("河北省石家庄市长安区1号", None),
    ],
)
def test_a_division_is_as_long_as_it_is_sure(written: str, division: str | None) -> None:
    found = read(written)
    assert found is not None
    assert found.division == division


def test_a_code_without_its_zeros_says_its_level() -> None:
    assert [significant(code) for code in ("120000000000", "120101000000", "120101001000", "120101001003")] == [
        "12",
        "120101",
        "120101001",
        "120101001003",
    ]


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read(text)
    read_phone(text)
    read_birth(text)


@pytest.mark.parametrize(
    "written", ["1979-05-12", "1979年5月12日", "19790512", "1979/5/12", "１９７９.５.１２", date(1979, 5, 12)]
)
def test_a_birthday_is_eight_digits_however_it_is_written(written: str | date) -> None:
    assert read_birth(written) == "19790512"


@pytest.mark.parametrize("written", ["", None, "不详", "1979", "1900-01-01", "79-5-12"])
def test_what_is_no_birthday_is_nothing(written: str | None) -> None:
    assert read_birth(written) is None


def test_a_mistyped_birthday_keeps_its_digits() -> None:
    assert read_birth("19790532") == "19790532"


@pytest.mark.parametrize("written", ["15412345678", "+86 154-1234-5678", "008615412345678", "１５４１２３４５６７８"])
def test_a_telephone_number_is_its_digits(written: str) -> None:
    assert read_phone(written) == "15412345678"


@pytest.mark.parametrize("written", ["", "无", "110", "13333333333", "00000000000"])
def test_what_stands_for_no_number_is_nothing(written: str) -> None:
    assert read_phone(written) is None
