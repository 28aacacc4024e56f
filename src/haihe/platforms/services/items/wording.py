"""What people say for what items call otherwise: `sayings.txt`."""

from functools import cache
from pathlib import Path

from haihe.data.catalogue import api as catalogue


@cache
def sayings() -> catalogue.Sayings:
    """Raises: ValueError naming the line that is wrong."""
    return catalogue.Sayings.read(Path(__file__).parent / "sayings.txt")
