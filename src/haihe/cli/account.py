"""`haihe account`: who may sign in, and as what."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from haihe.cli import Attached

if TYPE_CHECKING:
    from haihe.base.accounts.api import Role

ROLE = "ROLE@ORGANISATION"
_HELP = (
    "CLERK, STEWARD, APPROVER, OPERATOR or AUDITOR at an organisation by its code: STEWARD@120012. "
    "ASSOCIATION at an association: ASSOCIATION@XH0001. Or just CITIZEN."
)


@click.group(name="account", epilog=f"{ROLE} is {_HELP}")
def command() -> None:
    """Open, change and close accounts of the installation that runs here."""


@command.command(cls=Attached)
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as colleagues know it.")
@click.option("--role", "roles", multiple=True, metavar=ROLE, help="May be given several times.")
@click.option("--citizen", is_flag=True, help="Ask for an identity number and let the person act as a citizen.")
def add(username: str, name: str, roles: tuple[str, ...], *, citizen: bool) -> None:
    """Open an account. Asks for the password twice, and never shows it."""
    from django.db import transaction

    from haihe.base.accounts import api as accounts
    from haihe.base.keys import api as keys

    parsed = [_parse(role) for role in roles]
    id_number = click.prompt("身份证号 identity number", hide_input=True) if citizen else ""
    password = _ask_password()
    with _told(), transaction.atomic():
        accounts.add_account(
            username=username,
            name=name,
            password=password,
            by=_by(),
            now=_now(),
            id_number=id_number,
            keyring=keys.keyring(),
        )
        for role, organisation in [*parsed, *([(accounts.Role.CITIZEN, "")] if citizen else [])]:
            accounts.give_role(username=username, role=role, organisation=organisation, by=_by(), now=_now())
    click.echo(f"{username} 已开通 opened")


@command.command(cls=Attached)
@click.argument("username")
@click.argument("role", metavar=ROLE)
def give(username: str, role: str) -> None:
    """Let a person act in a role from now on."""
    from haihe.base.accounts import api as accounts

    what, organisation = _parse(role)
    with _told():
        accounts.give_role(username=username, role=what, organisation=organisation, by=_by(), now=_now())
    click.echo(f"{username}: {role} 已授予 given")


@command.command(cls=Attached)
@click.argument("username")
@click.argument("role", metavar=ROLE)
def end(username: str, role: str) -> None:
    """Let a role count no longer, from the person's next click on."""
    from haihe.base.accounts import api as accounts

    what, organisation = _parse(role)
    with _told():
        accounts.end_role(username=username, role=what, organisation=organisation, by=_by(), now=_now())
    click.echo(f"{username}: {role} 已结束 ended")


@command.command(cls=Attached)
@click.argument("username")
def password(username: str) -> None:
    """Give a new password; whoever is signed in with the old one is out."""
    from haihe.base.accounts import api as accounts

    new = _ask_password()
    with _told():
        accounts.set_password(username=username, password=new, by=_by(), now=_now())
    click.echo(f"{username}: 密码已更换 password changed")


@command.command(cls=Attached)
@click.argument("username")
def close(username: str) -> None:
    """Let nobody sign in with an account any more; its history stays."""
    from haihe.base.accounts import api as accounts

    with _told():
        accounts.close_account(username=username, by=_by(), now=_now())
    click.echo(f"{username} 已停用 closed")


@command.command(cls=Attached)
@click.argument("username")
def reopen(username: str) -> None:
    """Let a closed account sign in again, with the roles that it still has."""
    from haihe.base.accounts import api as accounts

    with _told():
        accounts.reopen_account(username=username, by=_by(), now=_now())
    click.echo(f"{username} 已恢复 reopened")


@command.command(cls=Attached, name="list")
def list_() -> None:
    """List accounts with their roles."""
    from haihe.base.accounts import api as accounts

    for account in accounts.accounts(now=_now()):
        state = "" if account.is_active else "  已停用 closed"
        click.echo(f"{account.username}  {account.name}  {' '.join(account.roles)}{state}")


def _parse(text: str) -> "tuple[Role, str]":
    from haihe.base.accounts.api import Role
    from haihe.city import api as city
    from haihe.data.participation import api as participation

    name, _, code = text.partition("@")
    if name not in Role.values:
        raise click.BadParameter(f"{name}: {_HELP}")
    if (name == Role.CITIZEN) == bool(code):
        raise click.BadParameter(f"{text}: {_HELP}")
    if name == Role.ASSOCIATION and not participation.is_association(code):
        raise click.BadParameter(f"{code}: 没有这个协会 no such association; the data centre registers it on the pages")
    if code and name != Role.ASSOCIATION and city.organisation(code) is None:
        raise click.BadParameter(f"{code}: 没有这个单位 no such organisation; the pages list them under 机构名录")
    return Role(name), code


def _ask_password() -> str:
    asked: str = click.prompt("密码 password", hide_input=True, confirmation_prompt="再输一次 again")
    return asked


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong instead of a traceback."""
    from django.core.exceptions import ValidationError

    from haihe.base.accounts.api import AccountError
    from haihe.kernel.identifiers import IdentifierError

    try:
        yield
    except ValidationError as reasons:
        raise click.ClickException(" ".join(reasons.messages)) from None
    except IdentifierError as reason:
        raise click.ClickException(reason.message_zh) from None
    except AccountError as reason:
        raise click.ClickException(str(reason)) from None


def _by() -> str:
    return f"haihe account, {getpass.getuser()}"


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
