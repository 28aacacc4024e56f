"""A file's encoding is found, with a confidence that is stated; nothing is ever read as what it isn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.formats.csv_file.format import CSV_FILE
from haihe.data.exchange.formats.encoding import detect
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, relief_lines, row, source_of

TEXT = "\r\n".join([*relief_lines(40), ",".join(row("120103197905121012", name="刘志远"))])


@pytest.mark.parametrize(
    ("content", "name", "confidence"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8", 1.0),
        (b"\x84\x31\x95\x33" + TEXT.encode("gb18030"), "gb18030", 1.0),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le", 1.0),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", 1.0),
        (TEXT.encode(), "utf-8", 0.99),
        (TEXT.encode("gb18030"), "gb18030", 0.99),
    ],
)
@pytest.mark.parametrize("piece_bytes", [7, 1 << 16])
def test_each_encoding_is_read_to_the_same_rows(content: bytes, name: str, confidence: float, piece_bytes: int) -> None:
    reading = CSV_FILE.open(source_of(content, piece_bytes=piece_bytes), rules_of(RELIEF))
    assert (reading.facts.encoding, reading.facts.confidence) == (name, confidence)
    assert [record.raw for record in reading.records] == TEXT.split("\r\n")[1:]


def test_rare_characters_of_gb18030_survive() -> None:
    text = TEXT.replace("刘志远", "刘\U00020bb7䶮")
    reading = CSV_FILE.open(source_of(text.encode("gb18030")), rules_of(RELIEF))
    assert list(reading.records)[-1].cells[0] == "刘\U00020bb7䶮"


def test_a_few_broken_lines_do_not_change_the_encoding_but_lower_the_confidence() -> None:
    lines = TEXT.encode().split(b"\r\n")
    lines[5] = lines[5][:2] + lines[5][3:]
    found = detect(b"\r\n".join(lines), complete=True)
    assert found.name == "utf-8"
    assert 0.9 < found.confidence < 0.99


def test_a_character_cut_by_the_end_of_the_sample_is_no_evidence() -> None:
    content = TEXT.encode()
    for end in range(len(content) - 40, len(content)):
        assert detect(content[:end], complete=False).name == "utf-8"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Refusal.EMPTY_FILE),
        (b" \r\n\r\n", Refusal.EMPTY_FILE),
        (b"PK\x03\x04" + bytes(100), Refusal.WORKBOOK),
        (b"\xd0\xcf\x11\xe0" + bytes(100), Refusal.WORKBOOK),
        (b"%PDF-1.7 ...", Refusal.NOT_TEXT),
        (b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"), Refusal.NOT_TEXT),
        (TEXT.encode("utf-16-le"), Refusal.UTF16_WITHOUT_BOM),
        ("café;naïve;Übergröße\n".encode("cp1252") * 9, Refusal.UNKNOWN_ENCODING),
    ],
)
def test_what_is_no_chinese_text_file_is_refused(content: bytes, code: Refusal) -> None:
    with pytest.raises(FileRefused) as caught:
        CSV_FILE.open(source_of(content), rules_of(RELIEF))
    assert caught.value.code == code
    assert caught.value.sentence.endswith("。")


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_get_a_chinese_encoding_or_a_refusal(content: bytes, complete: bool) -> None:
    try:
        found = detect(content, complete=complete)
    except FileRefused:
        return
    assert found.name in {"utf-8", "gb18030", "utf-16-le", "utf-16-be"}
    assert 0 < found.confidence <= 1
