"""Bring the items of this release in, and what they ask for; make them searchable by this code."""

from collections.abc import Callable
from datetime import datetime


def main() -> None:
    """Bring them in, in this process."""
    import django

    django.setup()
    bring_in()


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Bring them in on the way to a demo city, once its public bodies are there to be found by."""
    bring_in()


def bring_in() -> int:
    """Return how many versions are new. Django is set up."""
    from django.utils import timezone

    from haihe.platforms.services import api as services

    return services.bring_in_items(now=timezone.now())


if __name__ == "__main__":
    main()
