"""What libraries raise over hostile or broken bytes, told as one refusal."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

import pyarrow as pa

from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.kernel.keyring import KeyringError

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    struct.error,
    pa.ArrowException,
    EOFError,
    LookupError,
    ValueError,
    NotImplementedError,
    RecursionError,
    OverflowError,
)


def damaged(detail: str = "") -> FileRefused:
    """Return the refusal of a file that isn't what it claims, or not all of it."""
    told = f"（{detail}）" if detail else ""
    return FileRefused(Refusal.DAMAGED, f"文件已损坏或不完整{told}，没有采用任何行；请重新导出后再上传。")


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn what a reader raises over a broken file into FileRefused. Faults of our own store pass through."""
    try:
        yield
    except KeyringError:
        raise
    except _DAMAGE as error:
        raise damaged() from error
    except OSError as error:
        # Arrow says so of broken bytes, too; an error of the operating system has a number and is no fault of the file.
        if error.errno is not None:
            raise
        raise damaged() from error


def refused_if_damaged[T](items: Iterator[T]) -> Iterator[T]:
    """Yield what a reader gives; what it raises over a broken file becomes FileRefused."""
    with refusing_damage():
        yield from items
