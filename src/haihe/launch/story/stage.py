"""What the steps of the story share: the running city, the people in it, and what came of earlier steps."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from haihe.launch.story.pages import Page
from haihe.launch.story.person import Visitor
from haihe.launch.temporary import CityProcess

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StoryFailed(AssertionError):
    """The city did something else than the story tells."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(slots=True)
class Stage:
    city: CityProcess
    folder: Path
    cases: dict[str, str] = field(default_factory=dict)
    """Case number by username of the applicant."""
    evidence: dict[str, str] = field(default_factory=dict)
    """Evidence number by username of the applicant."""
    request: str = ""
    """The request for one more use of the register."""
    trial_evidence: str = ""
    """Evidence number of the first answer under the new grant, about Mr Liu."""

    @contextmanager
    def as_(self, username: str) -> Iterator[Visitor]:
        """Let a person of the cast sit down before a browser of their own."""
        with Visitor(self.city.url) as visitor:
            visitor.sign_in(username)
            yield visitor


def check(is_so: object, what: str) -> None:
    """Raises: StoryFailed."""
    if not is_so:
        raise StoryFailed(what)


def check_page(page: Page, *words: str) -> None:
    """Raises: StoryFailed with the page's words where one of ours is missing."""
    missing = [word for word in words if word not in page.text]
    check(not missing, f"the page does not say {'、'.join(missing)}; it says:\n{page.text[:1500]}")


def wait_for_words(visitor: Visitor, *words: str, within_s: float) -> Page:
    """Reload the page until it says one of these. Raises: StoryFailed with what it says instead."""
    deadline = time.monotonic() + within_s
    while not any(word in visitor.page.text for word in words):
        late = time.monotonic() > deadline
        check(not late, f"after {within_s:.0f} s {visitor.url} does not say {' / '.join(words)}:\n{visitor.page.text}")
        time.sleep(0.3)
        visitor.open(visitor.url)
    return visitor.page


def wait_for[Found](look: Callable[[], Found | None], trouble: str, *, within_s: float) -> Found:
    """Raises: StoryFailed if there is nothing in time."""
    deadline = time.monotonic() + within_s
    while (found := look()) is None:
        check(time.monotonic() < deadline, f"{trouble} within {within_s:.0f} s")
        time.sleep(0.3)
    return found


def number_after(page: Page, word: str) -> int:
    """Return the first whole number after the word. Raises: StoryFailed."""
    found = re.search(re.escape(word) + r"\D{0,12}?([\d,]+)", page.text)
    check(found, f"the page shows no number after {word}")
    assert found is not None  # noqa: S101 - checked above, for the type checker
    return int(found[1].replace(",", ""))


def uuid_in(text: str) -> str:
    """Return the first UUID. Raises: StoryFailed."""
    found = _UUID.search(text)
    check(found, "no evidence number is shown")
    assert found is not None  # noqa: S101 - checked above, for the type checker
    return found[0]
