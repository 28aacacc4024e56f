"""Ask whether a register shows that somebody may act for another, before the paper that says so is asked for."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.content import ProofKept
from haihe.platforms.services.forms.operations.prefilling import case_of
from haihe.platforms.services.forms.operations.saving import keep
from haihe.platforms.services.forms.parties import Claimed, claim_of
from haihe.platforms.services.forms.ports import Proof
from haihe.platforms.services.forms.queries import Standing, draft_for, standing

_MOST_PAIRS: Final = 5
"""Of one draft: whoever tries more is looking for something."""
_GOOD_FOR: Final = timedelta(days=1)


def prove(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Keep with the draft what a register says of the two, each pair once a day. Raises: DraftNotFound."""
    found = standing(actor, draft_for(actor, draft_id, now=now), today=timezone.localdate(now))
    claim, asker = claim_of(found.values, found.person), ports.relations()
    if claim is None or asker is None or not found.draft.is_open or _is_known(found, claim, now):
        return
    proof = asker.ask(
        claim.relation,
        acts=claim.acts,
        for_whom=claim.for_whom,
        authority=found.offer.authority,
        item=found.offer.slug,
        case=case_of(draft_id),
        now=now,
    )
    if proof is not None:
        _keep(actor, draft_id, claim, proof, now)


def _is_known(found: Standing, claim: Claimed, now: datetime) -> bool:
    proofs = found.content.proofs
    is_fresh = any(one.about == claim.about and one.asked_at > now - _GOOD_FOR for one in proofs)
    return is_fresh or len({one.about for one in proofs} - {claim.about}) >= _MOST_PAIRS


@transaction.atomic
def _keep(actor: Actor, draft_id: UUID, claim: Claimed, proof: Proof, now: datetime) -> None:
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        return
    content = standing(actor, draft, today=timezone.localdate(now)).content
    fresh = ProofKept(claim.about, proof.holds, proof.source, proof.as_of, proof.evidence, now)
    others = tuple(one for one in content.proofs if one.about != claim.about)
    keep(draft, msgspec.structs.replace(content, proofs=(*others, fresh)), now=now)
