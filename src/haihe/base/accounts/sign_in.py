"""Signing in by name and password, slowed down for those who guess."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from haihe.base.accounts.models import FailedSignIn, User

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
PER_NAME = 30
PER_ADDRESS = 50


class TooManyAttempts(Exception):
    """Too many wrong passwords from here, or for this name, within `WINDOW`; a right one isn't even looked at."""


class WrongNameOrPassword(Exception):
    """No active user has this name and password. Which of the two was wrong is not told."""


def check_password(request: HttpRequest, *, username: str, password: str, address: str, now: datetime) -> User:
    """Return the user whose name and password these are.

    Limits hold across processes: attempts are rows, and those of one address take turns.
    Raises: TooManyAttempts; WrongNameOrPassword.
    """
    name_key, address_key = _key("name", username.casefold()), _key("address", address)
    with transaction.atomic():
        _take_turns(address_key)
        _refuse_when_too_many(name_key, address_key, since=now - WINDOW)
        # Counted before the slow check, so that parallel guesses don't slip through; forgotten when it was right.
        attempt = FailedSignIn.objects.create(name_key=name_key, address_key=address_key, at=now)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise WrongNameOrPassword
    attempt.delete()
    return user


def forget_old_attempts(*, now: datetime) -> int:
    """Delete the attempts that count no longer and return how many they were."""
    return FailedSignIn.objects.filter(at__lt=now - WINDOW).delete()[0]


def _refuse_when_too_many(name_key: str, address_key: str, *, since: datetime) -> None:
    recent = FailedSignIn.objects.filter(at__gt=since)
    by_name, by_address = recent.filter(name_key=name_key), recent.filter(address_key=address_key)
    if (
        by_name.filter(address_key=address_key).count() >= PER_NAME_AND_ADDRESS
        or by_name.count() >= PER_NAME
        or by_address.count() >= PER_ADDRESS
    ):
        raise TooManyAttempts


def _key(kind: str, text: str) -> str:
    """Keyed, because people type passwords into the field for the name, and addresses are personal."""
    return salted_hmac(f"haihe.sign-in.{kind}", text, algorithm="sha256").hexdigest()[:32]


def _take_turns(address_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(address_key[:15], 16)])
