"""The engines behind the ports: the gateway, the ledger, the corrections desk of sharing."""

from datetime import datetime

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.ledger import api as ledger
from haihe.data.sharing import api as sharing
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.ports import Recorded

_HEALTH_TIMEOUT_S = 2.0
_RECENT = 50


class _Engines:
    verifier: sharing.Verifier | None = None


def verifier() -> sharing.Verifier:
    """Return the gateway's client; each question is signed with the client of the organisation that asks."""
    return _Engines.verifier or sharing.gateway_verifier()


def use_verifier(verifier: sharing.Verifier | None) -> None:
    """Let pages and tasks of this process ask this one instead, for tests; None gives the gateway back."""
    _Engines.verifier = verifier


def gateway_is_healthy() -> bool:
    """True if the gateway's own round trip works; anything else, a timeout included, is no."""
    try:
        return httpx.get(f"{settings.HAIHE.gateway_url}/healthz", timeout=_HEALTH_TIMEOUT_S).is_success
    except httpx.HTTPError:
        return False


class LedgerTrace:
    """Looks an answer up in the ledger, where the gateway wrote it before it gave it."""

    def find(self, *, subject_key: bytes, case: str, service: str, since: datetime) -> tuple[Recorded, ...]:
        entries = ledger.uses_of_subject(subject_key, limit=_RECENT)
        # Our platforms verify one thing at a time; a query or the answer to several is somebody else's.
        about = [e for e in entries if e.case == case and e.service == service and e.at >= since]
        mine = [e for e in about if e.kind == "VERIFY" and not e.told]
        return tuple(_recorded(entry) for entry in sorted(mine, key=lambda entry: entry.at))


def _recorded(entry: ledger.LedgerEntry) -> Recorded:
    return Recorded(answer=str(entry.answer), evidence=str(entry.evidence), reason=entry.reason, as_of=entry.as_of)


class SharingCorrections:
    """Hands a report of wrong data to sharing, which gives it to the source under its clock."""

    def open(
        self, *, actor: Actor, evidence: str, statement: str, now: datetime, id_number: str = "", name: str = ""
    ) -> str:
        """A report that is under way already is this one's too. Raises: ServicesError."""
        try:
            return sharing.open_correction(actor, evidence, statement, now, name=name, id_number=id_number)
        except sharing.AlreadyOpen as earlier:
            return earlier.number
        except sharing.NotFound:
            raise NotNow(_("这次核验的记录正在入账，请几秒钟后再提交。")) from None
        except sharing.SharingError as wrong:
            raise NotNow(wrong.message) from wrong
