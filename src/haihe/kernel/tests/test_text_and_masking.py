"""Text is folded the same way each time, and a mask never shows what it hides."""

from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.masking import mask_id_number, mask_name, mask_phone
from haihe.kernel.text import bigrams, normalise, tidy


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once


def test_full_width_and_ideographic_spaces_are_folded() -> None:
    assert normalise("　ＧＢ１８０３０（试行）　 第２版 ") == "GB18030(试行) 第2版"


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once == once.strip()
    assert normalise(once) == normalise(text)


def test_prose_keeps_its_punctuation() -> None:
    assert (
        tidy("　《条例》第１９条；受理时，核验（是／否）：ＧＢ\n１８０３０　")
        == "《条例》第19条；受理时，核验（是／否）：GB 18030"
    )


def test_bigrams_stay_inside_words() -> None:
    assert bigrams("低保状态，核验") == ["低保", "保状", "状态", "核验"]
    assert bigrams("GB 18030") == ["gb", "18", "80", "03", "30"]
    assert bigrams("户") == ["户"]
    assert bigrams("，。") == []


@given(st.text(), st.text(), st.text())
def test_what_holds_a_text_holds_its_bigrams(before: str, text: str, after: str) -> None:
    whole = normalise(before) + normalise(text) + normalise(after)
    pieces = [piece for piece in bigrams(normalise(text)) if len(piece) == 2]
    # Lower-casing may depend on neighbours (Greek sigma) and folding may join across the seam.
    if whole.isascii() or all("一" <= c <= "鿿" for c in whole):
        assert set(pieces) <= set(bigrams(whole))


def test_masks_as_they_look() -> None:
    assert mask_id_number("120103197905121012") == "120***********1012"
    assert mask_name("刘志远") == "刘*远"
    assert mask_name("张三") == "张*"
    assert mask_name("欧阳志远") == "欧**远"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("022-23456789") == "**********89"


@given(st.text(max_size=30))
def test_a_mask_keeps_the_length_and_hides_something(text: str) -> None:
    for mask in (mask_id_number, mask_name, mask_phone):
        masked = mask(text)
        assert len(masked) == len(text)
        assert not text or "*" in masked
