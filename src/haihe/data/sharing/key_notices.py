"""What the desks hear of keys that run out."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.sharing.models import ClientKey

_KIND: Final = "sharing.key_ends"


def tell_key_ends(key: ClientKey, *, step: int, now: datetime) -> int:
    """Tell the department's steward, once for each step; return how many desks were told now."""
    desk = Desk(Role.STEWARD, key.client.organisation)
    facts = {"client": key.client.title, "key": key.key_id, "days": step, "over": key.expires_at <= now}
    path = reverse("sharing:client", args=[key.client.client_id])
    step_key = f"{_KIND}:{key.pk}:{key.expires_at:%Y%m%d}:{0 if facts['over'] else step}"
    return len(notices.tell(to=[desk], kind=_KIND, key=step_key, facts=facts, path=path, now=now))


@notices.words(_KIND)
def _say(facts: Facts) -> str:
    told = {"client": facts["client"], "key": facts["key"], "n": int(facts["days"])}
    if facts["over"]:
        return gettext("接入系统“%(client)s”的密钥 %(key)s 已到期，提问不再得到答复，请立即更换。") % told
    return (
        ngettext(
            "接入系统“%(client)s”的密钥 %(key)s 将在 %(n)s 天内到期，请更换。",
            "接入系统“%(client)s”的密钥 %(key)s 将在 %(n)s 天内到期，请更换。",
            told["n"],
        )
        % told
    )
