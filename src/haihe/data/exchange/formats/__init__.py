"""The formats in which rows stand in files. A file's own is found by its content, never by its name."""

from haihe.data.exchange.formats.arrow_stream.format import ARROW_STREAM
from haihe.data.exchange.formats.csv_file.format import CSV_FILE
from haihe.data.exchange.formats.detecting import format_name
from haihe.data.exchange.formats.json_file.format import JSON_FILE
from haihe.data.exchange.formats.jsonl.format import JSONL
from haihe.data.exchange.formats.parquet.format import PARQUET
from haihe.data.exchange.formats.xls.format import XLS
from haihe.data.exchange.formats.xlsx.format import XLSX
from haihe.data.exchange.formats.zip_file.format import ZipFile
from haihe.data.exchange.ports import Format

_OF_UPLOADS: tuple[Format, ...] = (CSV_FILE, XLSX, XLS, JSON_FILE, JSONL, PARQUET)
_BY_NAME = {each.name: each for each in _OF_UPLOADS}
ZIP_FILE: Format = ZipFile(_BY_NAME)
FORMATS: dict[str, Format] = {each.name: each for each in (*_OF_UPLOADS, ZIP_FILE, ARROW_STREAM)}


def detect(filename: str, head: bytes) -> Format:
    """Say which format reads a file that begins with `head`; its name is for people.

    Always an answer: what is no data at all is refused, with a sentence, by the format that opens it. Arrow streams are
    our own connectors' and are never found this way: who writes one says so.
    """
    return FORMATS[format_name(head)]
