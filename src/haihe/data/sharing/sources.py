"""What an owner lays down about its own interface, checked before it is kept. The gateway compiles the same form."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from haihe.data.sharing.errors import InputRefused
from haihe.kernel.source_rules import SourceError, read_networks, read_rules

_LONGEST_SECRET = 1000


def check_source(
    source: Mapping[str, Any], *, fields: Mapping[str, Any], secret: str, has_secret: bool = False
) -> None:
    """Check the rules; with `has_secret` a key lies sealed already, and none need be told.

    Raises: InputRefused, naming the part of the rules that is wrong.
    """
    try:
        rules = read_rules(source)
    except SourceError as fault:
        raise InputRefused(_("接口规则有误，见“%(place)s”。") % {"place": fault.place}, field="source") from None
    if rules.fields.keys() != fields.keys():
        raise InputRefused(_("请为每个字段写明它在接口答复中的位置，不多也不少。"), field="source")
    if not has_secret:
        check_secret(secret, wanted=bool(rules.secret_header))


def check_secret(secret: str, *, wanted: bool) -> None:
    """Raises: InputRefused."""
    if wanted != bool(secret):
        told = _("请填写访问接口的密钥。") if wanted else _("接口规则中没有写明密钥放在哪个请求头。")
        raise InputRefused(told, field="source_secret")
    if len(secret) > _LONGEST_SECRET or not secret.isascii() or not (secret.isprintable() or not secret):
        raise InputRefused(_("密钥应为一行可见的英文字符。"), field="source_secret")


def checked_networks(texts: Iterable[str]) -> list[str]:
    """Return the networks in their usual form. Raises: InputRefused."""
    try:
        return [str(network) for network in read_networks(texts)]
    except SourceError:
        raise InputRefused(
            _("请填写接口所在的网段或者地址，如 10.12.3.0/24；不能过宽，也不能是本机链路地址。"), field="networks"
        ) from None
