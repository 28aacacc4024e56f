"""The agreement on the use of conditional data, made of an application: the text that its applicant accepts."""

import hashlib
from pathlib import Path
from string import Template

from haihe.city import api as city
from haihe.data.sharing.models import OpeningApplication
from haihe.data.sharing.opened import OpenedThing

_TEXT = Template((Path(__file__).parent / "agreement.txt").read_text(encoding="utf-8"))


def agreement_for(row: OpeningApplication, thing: OpenedThing, *, more: str) -> str:
    """Return the text, in Chinese as what is signed in the city is; `more` are the approver's further conditions."""
    titles = dict(thing.columns)
    body = city.organisation(row.owner)
    text = _TEXT.substitute(
        version=row.agreement_number,
        number=row.number,
        owner=body.name if body else row.owner,
        holder=row.holder,
        person=row.created_name,
        code=f"，统一社会信用代码 {row.credit_code}" if row.credit_code else "",
        title=row.title,
        columns="、".join(titles.get(name, name) for name in row.columns),
        purpose=row.purpose.rstrip("。"),  # the sentence goes on
        storage=row.storage,
        readers=row.readers,
        months=row.months,
        deletion=row.deletion,
        more=f"九、{more}" if more else "",
    )
    return text.strip() + "\n"


def digest_of(text: str) -> str:
    """Return the SHA-256 that the history keeps of what was accepted."""
    return hashlib.sha256(text.encode()).hexdigest()
