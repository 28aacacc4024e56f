"""How clients and this face speak: addresses, bodies, statuses."""

from django.test import Client


def test_the_version_is_told_without_a_redirect() -> None:
    for address in ("/api/3", "/api/3/"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()) == (200, {"version": 3})
