"""Our ready-made HMAC is the standard one."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.mac import Mac


@given(st.binary(max_size=100), st.lists(st.binary(max_size=300), max_size=3))
def test_it_agrees_with_the_standard_library_however_often_it_is_used(key: bytes, messages: list[bytes]) -> None:
    mac = Mac(key)
    for message in messages:
        assert mac.digest(message) == hmac.digest(key, message, "sha256")


def test_it_shows_nothing_of_its_key() -> None:
    assert repr(Mac(b"secret")) == "<Mac>"
