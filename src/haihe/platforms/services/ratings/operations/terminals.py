"""Open and close screens at windows. The secret of an address is told once, to whoever opened it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.platforms.services.ratings import links
from haihe.platforms.services.ratings.errors import InputRefused, NotFound
from haihe.platforms.services.ratings.models import RatingTerminal
from haihe.platforms.services.ratings.ports import windows_of


def open_terminal(*, actor: Actor, organisation: str, window: str, now: datetime) -> str:
    """Return the secret of the new screen's address. Raises: NotPermitted, InputRefused."""
    require(actor, Role.APPROVER, organisation=organisation)
    if actor.user_id is None:
        raise NotPermitted("a screen is opened by a person")
    if window not in {one.id for one in windows_of([organisation])}:
        raise InputRefused("window", _("请从列表里选择本单位的窗口。"))
    token = links.new_token()
    try:
        with transaction.atomic():
            RatingTerminal.objects.create(
                organisation=organisation,
                window=window,
                token_hash=links.hash_of(token),
                opened_by=actor.user_id,
                opened_name=actor.name,
                opened_at=now,
            )
    except IntegrityError:
        raise InputRefused("window", _("这个窗口已有评价器。请先停用，再重新开通。")) from None
    return token


def close_terminal(*, actor: Actor, pk: int, now: datetime) -> None:
    """Let an address no longer lead anywhere. Raises: NotFound."""
    own = RatingTerminal.objects.filter(pk=pk, organisation__in=actor.organisations(Role.APPROVER), closed_at=None)
    if own.update(closed_at=now) != 1:
        raise NotFound
