"""Signing in by name and password, slowed down for those who guess."""

from datetime import datetime
from typing import Final

from django.contrib.auth import authenticate
from django.http import HttpRequest

from haihe.base.accounts.models import FailedSignIn, User
from haihe.base.guessing.api import WINDOW, RateLock, TooManyTries

PER_NAME_AND_ADDRESS: Final = 5
_LOCK: Final = RateLock(
    FailedSignIn, "name", "haihe.sign-in", per_thing_and_address=PER_NAME_AND_ADDRESS, per_thing=30, per_address=50
)
__all__ = [
    "PER_NAME_AND_ADDRESS",
    "WINDOW",
    "TooManyTries",
    "WrongNameOrPassword",
    "check_password",
    "forget_old_attempts",
]


class WrongNameOrPassword(Exception):
    """No active user has this name and password. Which of the two was wrong is not told."""


def check_password(request: HttpRequest, *, username: str, password: str, address: str, now: datetime) -> User:
    """Return the user whose name and password these are.

    Raises: TooManyTries; WrongNameOrPassword.
    """
    attempt = _LOCK.begin(username.casefold(), address=address, now=now)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise WrongNameOrPassword
    attempt.delete()
    return user


def forget_old_attempts(*, now: datetime) -> int:
    """Delete the attempts that count no longer and return how many they were."""
    return _LOCK.forget(now=now)
