"""Make, change and close accounts. Each change stands in the account's history; nothing is ever deleted."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q

from haihe.base.accounts.identity import seal_id_number
from haihe.base.accounts.models import AccountEvent, Membership, Role, User
from haihe.kernel.keyring import Keyring


class AccountError(Exception):
    """The message says what is wrong, in Chinese."""


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    is_active: bool
    roles: tuple[str, ...]
    """Those that count now: `STEWARD@120012`, or `CITIZEN`."""


def accounts(*, now: datetime) -> list[Account]:
    """Return all accounts, closed ones too, by user name."""
    current = Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), valid_from__lte=now)
    users = User.objects.order_by("username").prefetch_related(Prefetch("memberships", current, to_attr="current"))
    return [Account(user.username, user.name, user.is_active, tuple(map(_told, user.current))) for user in users]


def _told(held: Membership) -> str:
    return f"{held.role}@{held.organisation}" if held.organisation else held.role


@transaction.atomic
def add_account(
    *,
    username: str,
    name: str,
    password: str,
    by: str,
    now: datetime,
    keyring: Keyring,
    id_number: str = "",
) -> User:
    """Make an account that can sign in and may do nothing yet; a citizen's carries an identity number.

    Raises: AccountError; ValidationError for a weak password; IdentifierError.
    """
    user = User(username=username, name=name)
    validate_password(password, user)
    user.set_password(password)
    if id_number:
        seal_id_number(user, id_number, keyring=keyring)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise AccountError(f"用户名 {username} 或这个身份证号已有账号。") from None
    _record(user, "open", by, now)
    return user


@transaction.atomic
def give_role(*, username: str, role: Role, organisation: str, by: str, now: datetime) -> None:
    """Let the user act in this role from now on; one that ended begins anew. Raises: AccountError."""
    if (role == Role.CITIZEN) == bool(organisation):
        raise AccountError("市民不属于任何单位；其他角色都要写明单位。")
    user = _locked(username)
    if role == Role.CITIZEN and user.subject_key is None:
        raise AccountError(f"{username} 没有登记身份证号，不能作为市民。")
    held, made = Membership.objects.get_or_create(
        user=user, role=role, organisation=organisation, defaults={"valid_from": now}
    )
    if not made and held.valid_until is None:
        raise AccountError(f"{username} 已经有这个角色。")
    if not made:
        held.valid_from, held.valid_until = now, None
        held.save()
    _record(user, "give_role", by, now, organisation=organisation, role=role)


@transaction.atomic
def end_role(*, username: str, role: Role, organisation: str, by: str, now: datetime) -> None:
    """Let the role count no longer, from the person's next click on. Raises: AccountError."""
    user = _locked(username)
    current = Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now))
    if not current.filter(user=user, role=role, organisation=organisation).update(valid_until=now):
        raise AccountError(f"{username} 没有这个角色。")
    _record(user, "end_role", by, now, organisation=organisation, role=role)


@transaction.atomic
def set_password(*, username: str, password: str, by: str, now: datetime) -> None:
    """Give a new password; whoever is signed in with the old one is signed out.

    Raises: AccountError; ValidationError for a weak one.
    """
    user = _locked(username)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    _record(user, "set_password", by, now)


def close_account(*, username: str, by: str, now: datetime) -> None:
    """Let nobody sign in with it; who is signed in is out. Its history stays. Raises: AccountError."""
    _switch(username, "close", active=False, by=by, now=now)


def reopen_account(*, username: str, by: str, now: datetime) -> None:
    """Let a closed account sign in again, with the roles it still has. Raises: AccountError."""
    _switch(username, "reopen", active=True, by=by, now=now)


@transaction.atomic
def _switch(username: str, name: str, *, active: bool, by: str, now: datetime) -> None:
    user = _locked(username)
    if user.is_active == active:
        raise AccountError(f"{username} 已经是这个状态。")
    user.is_active = active
    user.save()
    _record(user, name, by, now)


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise AccountError(f"没有用户 {username}。")
    return user


def _record(user: User, name: str, by: str, now: datetime, organisation: str = "", **facts: str) -> None:
    AccountEvent.objects.create(
        user=user, at=now, name=name, part="SYSTEM", organisation=organisation, actor_name=by[:64], facts=facts
    )
