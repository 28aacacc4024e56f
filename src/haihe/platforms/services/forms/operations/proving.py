"""Ask whether a register shows that somebody may act for another, before the paper that says so is asked for."""

from collections.abc import Iterable
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
from haihe.platforms.services.forms.ports import Offer, Proof
from haihe.platforms.services.forms.queries import Standing, draft_for, standing
from haihe.platforms.services.forms.together import chosen, share_values

_MOST_PAIRS: Final = 5
"""Of one draft: whoever tries more is looking for something."""
_GOOD_FOR: Final = timedelta(days=1)
_FOR: Final = "@"
"""Between a pair and the item for which it was asked, where a form holds several."""


def prove(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Keep with the draft what a register says of the two, each pair once a day. Raises: DraftNotFound.

    Several items in one form ask each for itself, under the grants of its own authority.
    """
    found = standing(actor, draft_for(actor, draft_id, now=now), today=timezone.localdate(now))
    asker = ports.relations()
    if asker is None or not found.draft.is_open:
        return
    for about, claim, offer in _claims(found, now):
        if _is_known(found, about, now):
            continue
        proof = asker.ask(
            claim.relation,
            acts=claim.acts,
            for_whom=claim.for_whom,
            authority=offer.authority,
            item=offer.slug,
            case=case_of(draft_id),
            now=now,
        )
        if proof is not None:
            _keep(actor, draft_id, about, proof, now)


def proofs_for(proofs: Iterable[ProofKept], item: str) -> tuple[ProofKept, ...]:
    """Return what registers said to one of several items in a form, as that item's own form would have kept it."""
    ours = [one for one in proofs if one.about.endswith(f"{_FOR}{item}")]
    return tuple(msgspec.structs.replace(one, about=_pair(one.about)) for one in ours)


def _claims(found: Standing, now: datetime) -> list[tuple[str, Claimed, Offer]]:
    """Return what may be asked: how it is kept, what it is, and for which item."""
    if not found.offer.shares:
        claim = claim_of(found.values, found.person)
        return [(claim.about, claim, found.offer)] if claim else []
    told = []
    for share in chosen(found.offer.shares, found.values):
        said = share_values(share, found.values, today=timezone.localdate(now), numbers={})
        if claim := claim_of(said.values, found.person):
            told.append((f"{claim.about}{_FOR}{share.offer.slug}", claim, share.offer))
    return told


def _pair(about: str) -> str:
    return about.partition(_FOR)[0]


def _is_known(found: Standing, about: str, now: datetime) -> bool:
    proofs = found.content.proofs
    is_fresh = any(one.about == about and one.asked_at > now - _GOOD_FOR for one in proofs)
    return is_fresh or len({_pair(one.about) for one in proofs} - {_pair(about)}) >= _MOST_PAIRS


@transaction.atomic
def _keep(actor: Actor, draft_id: UUID, about: str, proof: Proof, now: datetime) -> None:
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        return
    content = standing(actor, draft, today=timezone.localdate(now)).content
    fresh = ProofKept(about, proof.holds, proof.source, proof.as_of, proof.evidence, now)
    others = tuple(one for one in content.proofs if one.about != about)
    keep(draft, msgspec.structs.replace(content, proofs=(*others, fresh)), now=now)
