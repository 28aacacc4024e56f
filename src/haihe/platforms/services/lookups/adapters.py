"""The engine behind lookups: the gateway."""

from haihe.data.sharing import api as sharing


class _Engines:
    querier: sharing.Querier | None = None


def querier() -> sharing.Querier:
    """Return the gateway's client; each question is signed with the client of the organisation that asks."""
    return _Engines.querier or sharing.gateway_verifier()


def use_querier(querier: sharing.Querier | None) -> None:
    """Let pages of this process ask this one instead, for tests; None gives the gateway back."""
    _Engines.querier = querier
