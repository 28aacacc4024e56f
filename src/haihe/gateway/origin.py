"""Where a request was sent to, as its sender sees it: by its own Host, or by the word of a proxy that is ours.

What a proxy says stands among the headers only if it came from one that is trusted (`http.Connection`).
"""

import re

from haihe.kernel.signing import QUESTION, Headers, Where

PROTO, HOST, FORWARDED_FOR = "x-forwarded-proto", "x-forwarded-host", "x-forwarded-for"
_AUTHORITY = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def where_of(headers: Headers) -> Where | None:
    """Return None where nobody can say."""
    scheme = headers.get(PROTO) or "http"
    told = (headers.get(HOST) or headers.get("host") or "").lower()
    if scheme not in _USUAL_PORTS or not _AUTHORITY.fullmatch(told):
        return None
    return Where(scheme, told.removesuffix(_USUAL_PORTS[scheme]), headers.get(QUESTION))
