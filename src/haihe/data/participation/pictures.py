"""Pictures that people send, drawn anew: whatever a file hides doesn't survive that, and it is small afterwards."""

import io
import warnings
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from haihe.data.participation.errors import InputRefused

LARGEST_UPLOAD: Final = 5 * 1024 * 1024
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS: Final = 24_000_000
_LONGEST_EDGE: Final = 1200
_QUALITY: Final = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without anything but the picture."""

    data: bytes
    width: int
    height: int


def redrawn(upload: bytes) -> Picture:
    """Return the picture drawn anew, upright, at most 1200 pixels long, without what a camera wrote beside it.

    Size is judged before anything is unpacked. Raises: InputRefused.
    """
    if len(upload) > LARGEST_UPLOAD:
        raise InputRefused(_("图片不能超过 5 MB，请压缩后再传。"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _redrawn(upload)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputRefused(_("这张图片打不开。请上传 JPEG、PNG 或 WebP 图片。")) from None


def _redrawn(upload: bytes) -> Picture:
    with Image.open(io.BytesIO(upload), formats=_FORMATS) as found:
        if found.width * found.height > _MOST_PIXELS:
            raise InputRefused(_("图片太大，请缩小到 2400 万像素以内再传。"))
        found.draft("RGB", (_LONGEST_EDGE, _LONGEST_EDGE))
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
        flat = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        flat.paste(seen, mask=seen.getchannel("A"))
    drawn = io.BytesIO()
    flat.save(drawn, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(drawn.getvalue(), flat.width, flat.height)
