"""Pages ask through one seam; tests put a scripted source behind it."""

from collections.abc import Callable, Iterator

import pytest

from haihe.kernel.answers import Answer
from haihe.platforms.services import adapters
from haihe.platforms.services.testing import ScriptedVerifier, says


@pytest.fixture(autouse=True)
def source() -> Iterator[Callable[[ScriptedVerifier], None]]:
    """Choose what the source answers to pages in this test; without a choice it says MATCH."""
    adapters.use_verifier(says(Answer.MATCH))
    yield adapters.use_verifier
    adapters.use_verifier(None)
