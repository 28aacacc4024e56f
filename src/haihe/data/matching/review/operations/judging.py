"""Looking at a pair and saying what it is. The look is in the ledger, committed, before a value is opened."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.queries import parts_in
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkagePair, Verdict
from haihe.data.matching.review.operations.ending import is_over
from haihe.data.matching.review.queries import pair_for
from haihe.data.matching.review.workflow import PAIR, WAITING, LinkageRunState, PairState
from haihe.data.matching.workflow import Part
from haihe.data.sharing import api as sharing
from haihe.kernel.workflow import ForbiddenMove

LONGEST_WORDS: Final = 500


@dataclass(frozen=True, slots=True)
class OpenedPair:
    """Both records in clear, by role. `evidence` are the ledger's numbers, one for each granted side with a subject."""

    left: Mapping[str, str | None]
    right: Mapping[str, str | None]
    evidence: tuple[str, ...]


def open_pair(*, actor: Actor, pair_id: UUID, now: datetime) -> OpenedPair:
    """Show both records of a pair that waits for a verdict. Raises: NotFound, NotPermitted, NotNow."""
    with transaction.atomic():
        pair = _locked(actor, pair_id)
        _check_open(pair, now)
        evidence = [number for side in places.SIDES for number in _recorded(pair, side, now)]
    if pair.sealed is None:
        raise NotNow(_("结果已到期，不能再查看。"))
    text = keyring().open(bytes(pair.sealed), context=places.context_of(pair.run, pair.pk))
    told: dict[str, dict[str, str | None]] = json.loads(text)
    return OpenedPair(told["left"], told["right"], tuple(evidence))


def judge_pair(*, actor: Actor, pair_id: UUID, same: bool | None, words: str, now: datetime) -> PairState:
    """Say whether both records are one person's, None for not sure; return where the pair stands then.

    The first verdict waits for a second by somebody else. Where they differ, or one isn't sure, an approver, a third
    person, settles it.
    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    words = words.replace("\x00", "").strip()
    if len(words) > LONGEST_WORDS:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST_WORDS})
    with transaction.atomic():
        pair = _locked(actor, pair_id)
        _check_open(pair, now)
        said = list(pair.verdicts.all())
        if any(one.by == actor.user_id for one in said):
            raise NotNow(_("您已经核对过这一对，请由另一人核对。"))
        disputed = pair.state == PairState.DISPUTED
        if disputed and not words:
            raise InputRefused(_("裁定时请写明理由。"))
        if disputed and same is None:
            raise InputRefused(_("裁定时请选择“是同一人”或者“不是同一人”。"))
        pair.state = _moved(pair, same, said, parts_in(actor, pair.run.organisation))
        Verdict.objects.create(
            pair=pair, by=_who(actor), by_name=actor.name, at=now, same=same, settles=disputed, words=words
        )
        pair.save(update_fields=["state"])
    return PairState(pair.state)


def _moved(pair: LinkagePair, same: bool | None, said: list[Verdict], parts: Collection[Part]) -> str:
    match pair.state:
        case PairState.OPEN:
            name = "hear"
        case PairState.HEARD if same is None or said[0].same != same:
            name = "dispute"
        case PairState.HEARD:
            name = "agree_same" if same else "agree_apart"
        case _:
            name = "settle_same" if same else "settle_apart"
    try:
        move = PAIR.move(pair.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    if not set(parts) & set(move.roles):
        raise NotPermitted(f"{name} on {pair}")
    return move.target


def _locked(actor: Actor, pair_id: UUID) -> LinkagePair:
    pair = pair_for(actor, pair_id)
    require(actor, Role.STEWARD, Role.APPROVER, organisation=pair.run.organisation)
    return LinkagePair.objects.select_for_update(of=("self",)).select_related("run").get(pk=pair.pk)


def _check_open(pair: LinkagePair, now: datetime) -> None:
    if pair.run.state != LinkageRunState.DONE or is_over(pair.run, now):
        raise NotNow(_("结果已到期，不能再查看。"))
    if pair.state not in WAITING:
        raise NotNow(_("这一对已经有结论。"))


def _recorded(pair: LinkagePair, side: str, now: datetime) -> list[str]:
    """Write a use of this side's register that concerns its person; of one's own register there is none."""
    told = next(one for one in pair.run.inputs if one["name"] == side)
    subject = pair.left_subject if side == "left" else pair.right_subject
    grant = sharing.grant(UUID(told["grant"])) if told["grant"] else None
    if subject is None or grant is None:
        return []
    use = ledger.UseOfMany(
        kind="DELIVER",
        consumer=pair.run.organisation,
        client="matching",
        owner=told["owner"],
        service=told["service"],
        resource=told["resource"],
        grant=grant.id,
        purpose=pair.run.purpose,
        legal_basis=grant.legal_basis,
        case=f"{pair.run.number}-{pair.left_line}-{pair.right_line}",
        fields=tuple(pair.run.roles[side].values()),
        snapshot=told["snapshot"],
        as_of=datetime.fromisoformat(told["as_of"]),
    )
    return list(ledger.append_uses(use, [bytes(subject)], now=now))


def _who(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("a verdict is a person's")
    return actor.user_id
