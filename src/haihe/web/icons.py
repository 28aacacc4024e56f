"""Icons: Tabler's outline set, read from node_modules once each and drawn inline (no request, colour of the text)."""

import re
from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from haihe.web.vendor import NODE_MODULES

_FOLDER = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
_NAME = re.compile(r"[a-z0-9-]+")
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_OPEN = (
    '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
)


class UnknownIcon(LookupError):
    """No icon has this name."""


@cache
def _body_of(name: str) -> str:
    file = _FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise UnknownIcon(name)
    found = _BODY.search(file.read_text(encoding="utf-8"))
    if found is None:
        raise UnknownIcon(name)
    return " ".join(found.group(1).split())


def icon_svg(name: str, label: str = "") -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers unless it has a label. Raises: UnknownIcon."""
    speech = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    # The body comes from a locked package; the label is escaped above.
    return mark_safe(f"{_OPEN}{speech}>{_body_of(name)}</svg>")  # noqa: S308 - see above
