"""What history writes down once and readers read in their language."""

import re

from django.utils.translation import gettext as _

_ARTICLE = re.compile(r"政务数据共享条例 第([0-9]+)条")


def clause_told(clause: str) -> str:
    """Return a recorded clause in the reader's language; what isn't an article of 政务数据共享条例 stays as written."""
    article = _ARTICLE.fullmatch(clause)
    return _("政务数据共享条例 第%(article)s条") % {"article": article[1]} if article else clause
