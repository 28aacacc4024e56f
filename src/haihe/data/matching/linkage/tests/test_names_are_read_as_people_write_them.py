import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.matching.linkage.characters import blend, characters
from haihe.data.matching.linkage.names import Name, read_name, surname_of


def read(text: str) -> Name:
    found = read_name(text)
    assert found is not None
    return found


def test_traditional_characters_spaces_and_notes_make_no_difference() -> None:
    assert read("張　偉") == read(" 张伟（已故）") == read("张伟")
    assert read("劉曉東").name == "刘晓东"


@pytest.mark.parametrize(("one", "other"), [("张伟", "章玮"), ("李静", "李婧"), ("曾红", "增宏")])
def test_homophones_sound_alike_and_are_written_otherwise(one: str, other: str) -> None:
    assert read(one).sound == read(other).sound
    assert read(one).name != read(other).name


def test_a_character_is_read_as_it_is_read_in_a_surname() -> None:
    assert read("单田芳").surname_sound == read("善田芳").surname_sound
    assert read("单田芳").surname_sound != read("丹田芳").surname_sound
    assert read("王单").given_last == read("王丹").given_last


@pytest.mark.parametrize(("one", "other"), [("zhang", "zan"), ("ling", "nin"), ("shen", "sen"), ("chong", "cong")])
def test_sounds_that_are_often_confused_become_one(one: str, other: str) -> None:
    assert blend(one) == blend(other)


def test_compound_surnames_are_whole_unless_nothing_follows_them() -> None:
    assert surname_of("欧阳娜娜") == "欧阳"
    assert surname_of("令狐冲") == "令狐"
    assert surname_of("欧阳") == "欧"
    assert read("欧阳娜").given_first == read("欧阳娜").given_last == read("王娜").given_last


@pytest.mark.parametrize("written", ["阿依古丽•买买提", "阿依古丽.买买提", "阿依古丽・买买提", "阿依古丽·買買提"])
def test_any_point_is_a_point(written: str) -> None:
    assert read(written) == read("阿依古丽·买买提")


def test_a_name_with_a_point_is_compared_by_what_stands_before_it_too() -> None:
    whole = read("阿依古丽·买买提")
    assert whole.before_point == read("阿依古丽").name
    assert whole.name == read("阿依古丽买买提").name
    assert whole.surname_sound is None


def test_look_alike_characters_share_corners() -> None:
    shapes = {character: read(f"王{character}").shape for character in "末未晴"}
    assert shapes["末"] == shapes["未"] != shapes["晴"]


@pytest.mark.parametrize("empty", [None, "", "  ", "·", "（）"])
def test_of_nothing_nothing_is_read(empty: str | None) -> None:
    assert read_name(empty) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault_and_the_same_when_read_again(text: str) -> None:
    found = read_name(text)
    if found is not None and found.before_point is None:
        again = read_name(found.name)
        assert again is not None
        assert again.name == found.name


def test_each_character_has_one_code_for_its_syllable() -> None:
    tables = characters()
    assert all(len(code) == 1 for code in (*tables.syllable.values(), *tables.misheard.values()))
    assert len(set(tables.misheard.values())) < len(set(tables.syllable.values())) < 600
