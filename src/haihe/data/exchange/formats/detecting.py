"""Which format a file is in, by what stands at its beginning. A name may say anything, and often does."""

import json
import re

from haihe.data.exchange.formats.encoding import Encoding, detect
from haihe.data.exchange.formats.objects import DECODER
from haihe.data.exchange.reasons import FileRefused

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
# Old workbooks without the container around them begin with their first record.
_BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_PARQUET = (b"PAR1", b"PARE")
_IN_WORKBOOKS = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/\.rels|xl/|docProps/)", re.DOTALL)
_OBJECTS = re.compile(r"\[\s*(?:\{|\])")
_HOLDS_ARRAY = re.compile(r'"\s*:\s*\[\s*\{')


def format_name(head: bytes) -> str:
    """Return the name of the format that reads what begins so; plain text with separators where nothing else fits."""
    if head.startswith(_ZIP):
        return "xlsx" if _IN_WORKBOOKS.match(head) else "zip_file"
    if head.startswith((_OLE, *_BIFF)):
        return "xls"
    if head.startswith(_PARQUET):
        return "parquet"
    return _json_name(head) or "csv_file"


def _json_name(head: bytes) -> str:
    text = _text(head)
    if _OBJECTS.match(text):
        return "json_file"
    return _of_object(text) if text.startswith("{") else ""


def _text(head: bytes) -> str:
    """Return the beginning as text, without space before it; empty where it is none."""
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if stripped[:1] not in (b"{", b"[") and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")):
        return ""
    try:
        encoding: Encoding = detect(head, complete=False)
    except FileRefused:
        return ""
    return head[encoding.bom_bytes :].decode(encoding.name, "replace").lstrip()


def _of_object(text: str) -> str:
    """Tell lines of objects from one object with an array in it; text that only begins with a brace is neither."""
    if not re.match(r'\{\s*(?:"|\})', text):
        return ""
    try:
        value, end = DECODER.raw_decode(text)
    except (json.JSONDecodeError, RecursionError):
        first_line, _, rest = text.partition("\n")
        holds = bool(_HOLDS_ARRAY.search(first_line if rest.lstrip().startswith('{"') else text))
        return "json_file" if holds else "jsonl"
    alone = not text[end:].strip()
    return "json_file" if alone and any(_is_rows(member) for _, member in value) else "jsonl"


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(element, tuple) for element in value)
