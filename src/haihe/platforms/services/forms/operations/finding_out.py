"""Find out, before one begins and only when one asks for it, which papers data already proves for oneself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec
from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys import api as keys
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.accounts import person_of
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.models import PaperCheck
from haihe.platforms.services.forms.papers import PaperFound, found_for
from haihe.platforms.services.forms.ports import PHONE, Offer, Party, PartyKind, Prover

KEPT_FOR: Final = timedelta(days=1)
"""What a register said yesterday may be otherwise today; whoever wants to know asks again."""


def find_out(*, actor: Actor, slug: str, now: datetime) -> bool:
    """Ask about the one who signed in, once a day and item; return whether a register answered.

    What isn't granted isn't asked. The question goes out before anything is written; it is in the ledger, under
    `guide:<id>`, before it is answered.
    Raises: NotPermitted, DraftNotFound.
    """
    require(actor, Role.CITIZEN)
    offer, person, asker = ports.offer(slug, on=timezone.localdate(now)), person_of(actor), ports.prover()
    if offer is None or PHONE not in offer.channels or person is None or actor.user_id is None:
        raise DraftNotFound
    if found_for(actor, slug, now=now) is not None:
        return True
    check = PaperCheck(id=uuid4(), owner=actor.user_id, item_slug=slug, asked_at=now, expires_at=now + KEPT_FOR)
    whom = Party(PartyKind.PERSON, person.name, person.id_number)
    return _keep(check, tuple(_answers(asker, offer, whom, case_of(check), now)) if asker else ())


def _answers(asker: Prover, offer: Offer, whom: Party, case: str, now: datetime) -> Iterator[PaperFound]:
    questions = {paper.slug: paper.question for paper in offer.papers if paper.question}
    for paper in asker.would_ask(questions, authority=offer.authority, now=now):
        said = asker.ask(questions[paper], authority=offer.authority, whom=whom, case=case)
        if said is None:
            # A gateway that doesn't answer isn't asked once for each paper.
            return
        yield PaperFound(paper, said.answer, said.source, said.as_of, said.evidence)


def case_of(check: PaperCheck) -> str:
    """Return under what number a use of data before the start stands in the ledger."""
    return f"guide:{check.pk}"


@transaction.atomic
def _keep(check: PaperCheck, found: tuple[PaperFound, ...]) -> bool:
    if not found:
        return False
    check.sealed_answers = keys.keyring().seal(msgspec.json.encode(found), context=check.seal_context)
    PaperCheck.objects.filter(owner=check.owner, item_slug=check.item_slug).delete()
    # Two taps at once: both were asked and are in the ledger, one is kept.
    PaperCheck.objects.bulk_create([check], ignore_conflicts=True)
    return True


def forget_checks(*, now: datetime) -> int:
    """Remove what was found out and is old; return how many."""
    return PaperCheck.objects.filter(expires_at__lte=now).delete()[0]
