"""Forget answers whose time is over, and tries that nobody counts any more."""

from datetime import datetime, timedelta
from typing import Final

from haihe.platforms.services.lookups.models import LookupTry, OwnLookup

TRIES_KEPT_FOR: Final = timedelta(days=2)


def forget_old(*, now: datetime) -> int:
    """Return how many rows were emptied or removed."""
    answers = OwnLookup.objects.filter(kept_until__lte=now).update(sealed_answer=None, kept_until=None)
    tries, _by_kind = LookupTry.objects.filter(at__lt=now - TRIES_KEPT_FOR).delete()
    return answers + tries
