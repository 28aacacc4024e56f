"""A QR code as a page shows it."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_picture(address: str, *, title: str) -> SafeString:
    """Draw an address as inline SVG without style or script; the title says it to those who can't see it."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, title=title, border=3, nl=False
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno's own drawing; it escapes the title
