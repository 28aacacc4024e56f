"""The routes. Whatever fails becomes a page that says what to do; no result leaves before its record is durable."""

import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl

from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.room import Lease
from haihe.kernel.identifiers import IdentifierError, normal_id_number
from haihe.scoreday import wording
from haihe.scoreday.certificates import Certificates, NotGenuine
from haihe.scoreday.guessing import GuessGuard
from haihe.scoreday.looking_up import Credentials, LookUp, NotConfirmed, NotNow, Proof, Told
from haihe.scoreday.pages import Page, Reader, bare
from haihe.scoreday.places import Place, Places
from haihe.scoreday.release import Release, Releases
from haihe.scoreday.waiting_line import WaitingLine

_PATH = re.compile(r"/([a-z0-9]+(?:-[a-z0-9]+)*)/(certificate|verify)?")
_NUMBER = re.compile(r"[0-9]{6,14}")
_FORM = "application/x-www-form-urlencoded"
HEALTH = "/healthz"
_SOON = "retry-after: 120\r\n"
_log = logging.getLogger("haihe.scoreday")


@dataclass(slots=True)
class ScoreDay:
    """Lives in the loop's thread. `clock` gives Unix seconds; `since` is when this one began."""

    releases: Releases
    look_up: LookUp
    commits: GroupCommit
    places: Places
    certificates: Certificates
    clock: Callable[[], float]
    since: float = 0.0
    guard: GuessGuard = field(default_factory=GuessGuard)
    _lines: dict[str, WaitingLine] = field(default_factory=dict)
    _pages: Callable[[Release, Reader], Page] = field(default_factory=lambda: lru_cache(maxsize=256)(Page))

    def answer(self, request: Request, recipient: Listener) -> None:
        """Send the page, at once if it tells nothing of anybody, else when its record is durable."""
        if request.path == HEALTH:
            recipient.send(Reply(200, "text/plain", b"ok"))
            return
        try:
            reply, waits = self._reply(request)
        except Exception as fault:
            # Without its message: that may quote what the form held.
            where = "".join(traceback.format_tb(fault.__traceback__))
            _log.error("a request failed: %s at\n%s", type(fault).__name__, where)
            reply, waits = bare(wording.NOT_NOW, Reader.of(request.query), status=503), False
        if waits:
            self.commits.send_when_durable(recipient, reply)
        else:
            recipient.send(reply)

    def room_for(self, request: Request, size: int) -> Lease | str:
        """Nothing large is taken."""
        return "body-too-large"

    def line_of(self, release: Release) -> WaitingLine:
        """Return the release's line; where its capacity was changed, those who wait keep their moments."""
        line = self._lines.setdefault(release.slug, WaitingLine(release.capacity_per_s))
        line.capacity_per_s = release.capacity_per_s
        return line

    def _reply(self, request: Request) -> tuple[Reply, bool]:
        reader = Reader.of(request.query)
        if request.fault is not None:
            return bare(wording.WRONG_FORM, reader, status=400), False
        found = _PATH.fullmatch(request.path)
        release = self.releases.get(found[1]) if found else None
        if found is None or release is None:
            return bare(wording.NO_SUCH_PAGE, reader, status=404), False
        page = self._pages(release, reader)
        if found[2] == "verify":
            return self._verify(page, request.query), False
        now = self.clock()
        if (closed := _closed(page, now)) is not None:
            return closed, False
        if request.method in ("GET", "HEAD") and found[2] is None:
            return page.front(), False
        if request.method != "POST" or request.headers.get("content-type", "").partition(";")[0] != _FORM:
            return bare(wording.NO_SUCH_PAGE, reader, status=405), False
        return self._asked(page, request, now, as_certificate=found[2] is not None)

    def _asked(self, page: Page, request: Request, now: float, *, as_certificate: bool) -> tuple[Reply, bool]:
        form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True, max_num_fields=8))
        if "place" in form:
            return self._returned(page, form["place"], now, as_certificate=as_certificate)
        credentials = _credentials(form)
        if credentials is None:
            number = form.get("number", "")[:14]
            return page.front(trouble=page.reader.say(wording.WRONG_FORM), number=number, status=422), False
        left = self.guard.locked_for(credentials, request.peer, now=now)
        if left:
            minutes, headers = int(left // 60) + 1, f"retry-after: {int(left) + 1}\r\n"
            return page.told(wording.LOCKED, minutes=minutes, status=429, headers=headers), False
        booked = self.line_of(page.release).booked(self.places.who(credentials), now)
        if booked is not None:
            place = Place(credentials, booked.moment, booked.proof)
            return self._with_place(page, place, now, as_certificate=as_certificate)
        return self._at_the_door(page, credentials, request.peer, now, as_certificate=as_certificate)

    def _at_the_door(
        self, page: Page, credentials: Credentials, peer: str, now: float, *, as_certificate: bool
    ) -> tuple[Reply, bool]:
        """Let in, or into the line, only whoever proves to be a candidate: what is made up takes nobody's place."""
        try:
            told = self.look_up.look_up(page.release, credentials)
        except NotConfirmed:
            self.guard.failed(credentials, peer, now=now)
            trouble = page.reader.say(wording.NOT_CONFIRMED)
            return page.front(trouble=trouble, number=credentials.number, status=403), True
        except NotNow:
            return page.told(wording.NOT_NOW, status=503, headers=_SOON), True
        self.guard.succeeded(credentials, peer, now=now)
        proof = Proof(told.evidence, told.as_of, now)
        booking = self.line_of(page.release).come(self.places.who(credentials), now, proof)
        if booking is None:
            return self._shown(page, told, credentials, now, as_certificate=as_certificate), True
        place = Place(credentials, booking.moment, proof)
        return self._wait(page, place, now, as_certificate=as_certificate), True

    def _returned(self, page: Page, sealed: str, now: float, *, as_certificate: bool) -> tuple[Reply, bool]:
        """Answer whoever has a place, and so proved who they are."""
        place = self.places.opened(sealed, page.release.slug)
        if place is None:
            return page.front(trouble=page.reader.say(wording.PLACE_GONE), status=422), False
        return self._with_place(page, place, now, as_certificate=as_certificate)

    def _with_place(self, page: Page, place: Place, now: float, *, as_certificate: bool) -> tuple[Reply, bool]:
        """Tell if it is their turn; where the place was used or is too old, they take a new one."""
        line = self.line_of(page.release)
        if place.moment and line.use(place.moment, now):
            return self._told(page, place, now, as_certificate=as_certificate)
        if place.moment <= now:
            booking = line.come(self.places.who(place.credentials), now)
            if booking is None:
                return self._told(page, place._replace(proof=None), now, as_certificate=as_certificate)
            place = Place(place.credentials, *booking)
        return self._wait(page, place, now, as_certificate=as_certificate), False

    def _wait(self, page: Page, place: Place, now: float, *, as_certificate: bool) -> Reply:
        kept, before = (
            self.places.sealed(place, page.release.slug),
            self.line_of(page.release).before(place.moment, now),
        )
        return page.wait(place=kept, moment=place.moment, before=before, now=now, as_certificate=as_certificate)

    def _told(self, page: Page, place: Place, now: float, *, as_certificate: bool) -> tuple[Reply, bool]:
        """Tell the result. A new record is written where that of the place may have been used, or lost.

        Of before this program began: used; of before the journal could last not be written: lost.
        """
        proof = place.proof
        kept = proof if proof is not None and proof.at >= self.since and proof.at > self.commits.failed_at else None
        try:
            told = self.look_up.look_up(page.release, place.credentials, kept=kept)
        except (NotConfirmed, NotNow):
            # Not confirmed any more: the register was changed since.
            return page.told(wording.NOT_NOW, status=503, headers=_SOON), True
        return self._shown(page, told, place.credentials, now, as_certificate=as_certificate), True

    def _shown(self, page: Page, told: Told, credentials: Credentials, now: float, *, as_certificate: bool) -> Reply:
        if as_certificate:
            return self._certificate(page, told, credentials, now)
        return page.result(told, credentials, place=self.places.sealed(Place(credentials, 0.0), page.release.slug))

    def _certificate(self, page: Page, told: Told, credentials: Credentials, now: float) -> Reply:
        address = self.certificates.address(page.release, told, credentials, now=now)
        code = self.certificates.picture(page.release, address)
        return page.certificate(told, credentials, code=code, address=address, issued_at=now)

    def _verify(self, page: Page, query: str | None) -> Reply:
        text = dict(parse_qsl(query or "", max_num_fields=8)).get("c", "")
        try:
            shown = self.certificates.read(page.release, text)
        except NotGenuine:
            return page.told(wording.NOT_VERIFIED, status=422)
        return page.verified(shown.told, shown.number, shown.id_number, issued_at=shown.issued_at)


def _closed(page: Page, now: float) -> Reply | None:
    """Return the page before and after the time of a release: it looks nobody up."""
    if page.release.is_early(now):
        return page.early(now)
    return page.told(wording.IS_OVER, status=410) if page.release.is_over(now) else None


def _credentials(form: dict[str, str]) -> Credentials | None:
    number = form.get("number", "").strip()
    try:
        id_number = normal_id_number(form.get("id_number", ""))
    except IdentifierError:
        return None
    return Credentials(number, id_number) if _NUMBER.fullmatch(number) else None
