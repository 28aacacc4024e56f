"""The pages as bytes. Each is whole in one message, since on that day a second message is what there is no room for."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from html import escape
from importlib import resources
from string import Template
from typing import Final

from haihe.gateway.messages import Reply
from haihe.kernel.masking import mask_id_number
from haihe.kernel.result_release import ResultLine, Words
from haihe.scoreday import wording
from haihe.scoreday.looking_up import Credentials, Told
from haihe.scoreday.release import Release

_CITY = timezone(timedelta(hours=8))
_HTML = "text/html; charset=utf-8"
_HERE, _THERE = "\x00", "\x01"
"""Where something is filled in later; no text holds these characters."""


def _file(name: str) -> str:
    return resources.files("haihe.scoreday").joinpath("pages", name).read_text(encoding="utf-8")


_STYLE, _SCRIPT = _file("page.css"), _file("page.js")
_FRAME, _FORM, _WAIT, _EARLY, _RESULT = (
    Template(_file(f"{name}.htm")) for name in ("frame", "form", "wait", "early", "result")
)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_HEADERS: Final = (
    f"content-security-policy: default-src 'none'; style-src 'sha256-{_hash(_STYLE)}'; "
    f"script-src 'sha256-{_hash(_SCRIPT)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody reads; it travels in the address, since nothing else is kept of anybody."""

    english: bool = False
    care: bool = False

    @classmethod
    def of(cls, query: str | None) -> "Reader":
        told = (query or "").split("&")
        return cls("lang=en" in told, "care=1" in told)

    def say(self, words: Words, **values: object) -> str:
        """Return the words for HTML; values are escaped."""
        return escape(words.in_language(self.english).format(**values) if values else words.in_language(self.english))

    @property
    def query(self) -> str:
        told = [name for name, on in (("lang=en", self.english), ("care=1", self.care)) if on]
        return f"?{'&amp;'.join(told)}" if told else ""


class Page:
    """Makes the pages of one release for one way of reading. What stays the same on all of them is filled in once."""

    def __init__(self, release: Release, reader: Reader) -> None:
        self.release, self.reader = release, reader
        before, after = _framed(release, reader).split(_HERE)
        self._before, self._after = before.encode(), after.encode()
        self._fixed = _form_words(release, reader)
        self._table_form = self._formed_table()
        self._certificate = f"/{release.slug}/certificate{reader.query}"
        save = (
            f'<form method="post" action="{self._certificate}">'
            '<input type="hidden" name="place" value="{}">'
            f'<button class="second" type="submit">{reader.say(wording.SAVE)}</button></form>'
        )
        self._save_before, self._save_after = save.split("{}")

    def front(self, *, trouble: str = "", number: str = "", status: int = 200, headers: str = "") -> Reply:
        """The form, with what was wrong above it."""
        wrong = ' aria-invalid="true" aria-describedby="trouble"' if trouble else ""
        told = f'<p class="trouble" id="trouble" role="alert">{trouble}</p>' if trouble else ""
        form = _FORM.substitute(self._fixed, number=escape(number), number_wrong=wrong, id_wrong=wrong)
        note = "" if trouble else f"<p>{self.reader.say(self.release.content.note)}</p>"
        return self._reply(told + note + form, status=status, headers=headers)

    def early(self, now: float) -> Reply:
        """When it opens, and nothing else."""
        opens = self.release.opens_at
        main = _EARLY.substitute(
            opens=self.reader.say(wording.OPENS),
            note=self.reader.say(self.release.content.note),
            now_ms=int(now * 1000),
            **_moment(opens),
        )
        return self._reply(main, status=403, headers=f"retry-after: {max(1, int(opens - now) + 1)}\r\n")

    def told(self, words: Words, *, status: int, headers: str = "", **values: object) -> Reply:
        """One sentence."""
        return self._reply(f'<p class="trouble">{self.reader.say(words, **values)}</p>', status=status, headers=headers)

    def wait(self, *, place: str, moment: float, before: int, now: float, as_certificate: bool = False) -> Reply:
        """The place in the line, and the promise that goes with it."""
        main = _WAIT.substitute(
            title=self.reader.say(wording.IN_LINE),
            before=self.reader.say(wording.BEFORE_YOU, count=before),
            promise=self.reader.say(wording.YOUR_TURN),
            kept=self.reader.say(wording.KEPT),
            action=self._certificate if as_certificate else self._fixed["action"],
            place=place,
            submit=self.reader.say(wording.NOT_YOUR_TURN),
            now_ms=int(now * 1000),
            **_moment(moment),
        )
        return self._reply(main, status=202, headers=f"retry-after: {max(1, int(moment - now) + 1)}\r\n")

    def result(self, told: Told, credentials: Credentials, *, place: str) -> Reply:
        """The result of whoever proved to be the candidate; `place` lets them have it as a certificate."""
        return self._reply(self._table(told, credentials, f"{self._save_before}{place}{self._save_after}"))

    def certificate(self, told: Told, credentials: Credentials, *, code: str, address: str, issued_at: float) -> Reply:
        """The same as a certificate; `code` is the picture to scan, as SVG, of the address where it is checked."""
        reader = self.reader
        after = (
            f"<p>{reader.say(wording.ISSUED, moment=_clock(issued_at))}</p>"
            f'<div class="code">{code}</div><p>{reader.say(wording.SCAN)} '
            f'<a href="{escape(address)}">{reader.say(wording.CHECK)}</a></p>'
            f'<button class="second" type="button" data-print hidden>{reader.say(wording.PRINT)}</button>'
        )
        return self._reply(f"<h2>{reader.say(wording.CERTIFICATE)}</h2>" + self._table(told, credentials, after))

    def verified(self, told: Told, number: str, id_number: str, *, issued_at: float) -> Reply:
        """What a genuine certificate says."""
        after = f"<p>{self.reader.say(wording.ISSUED, moment=_clock(issued_at))}</p>"
        table = self._table(told, Credentials(number, id_number), after)
        return self._reply(f'<p class="big">{self.reader.say(wording.VERIFIED)}</p>{table}')

    def _table(self, told: Told, credentials: Credentials, after: str) -> str:
        values = {line.field: self._shown(line, told.values[line.field]) for line in self.release.content.lines}
        return self._table_form % {
            **values,
            "Number": escape(credentials.number),
            "IdNumber": mask_id_number(credentials.id_number),
            "AsOf": _clock_of_text(told.as_of),
            "Evidence": told.evidence,
            "After": after,
        }

    def _formed_table(self) -> str:
        """Return the table to be filled in; fields of a register are in small letters, the others here aren't."""
        reader = self.reader
        rows = "".join(
            f'<tr><th scope="row">{_literal(reader.say(line.name))}</th><td>%({line.field})s</td></tr>'
            for line in self.release.content.lines
        )
        whose, as_of = (
            reader.say(wording.RESULT_OF, number=_HERE, id_number=_THERE),
            reader.say(wording.AS_OF, moment=_HERE),
        )
        return _RESULT.substitute(
            whose=_literal(whose).replace(_HERE, "%(Number)s").replace(_THERE, "%(IdNumber)s"),
            subject=_literal(reader.say(wording.SUBJECT)),
            points=_literal(reader.say(wording.POINTS)),
            rows=rows,
            as_of=_literal(as_of).replace(_HERE, "%(AsOf)s"),
            evidence_words=_literal(reader.say(wording.EVIDENCE)),
            evidence="%(Evidence)s",
            after="%(After)s",
        )

    def _shown(self, line: ResultLine, value: str | int | None) -> str:
        if value is None:
            return self.reader.say(wording.NOT_TAKEN)
        return f"{escape(str(value))} / {line.most}" if line.most else escape(str(value))

    def _reply(self, main: str, *, status: int = 200, headers: str = "") -> Reply:
        return Reply(status, _HTML, self._before + main.encode() + self._after, _HEADERS + headers)


def bare(words: Words, reader: Reader, *, status: int) -> Reply:
    """A page of no release."""
    text = reader.say(words)
    lang = "en" if reader.english else "zh-Hans"
    body = (
        f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>{text}</title>'
        f"<style>{_STYLE}</style><main><h1>{text}</h1></main></html>"
    )
    return Reply(status, _HTML, body.encode(), _HEADERS)


def _framed(release: Release, reader: Reader) -> str:
    content, other = release.content, Reader(not reader.english, reader.care)
    words = {
        "lang": "en" if reader.english else "zh-Hans",
        "care": " data-care" if reader.care else "",
        "title": reader.say(content.title),
        "style": _STYLE,
        "script": _SCRIPT,
        "skip": reader.say(wording.SKIP),
        "reading": reader.say(wording.READING),
        "authority": reader.say(content.authority),
        "care_link": f"/{release.slug}/{Reader(reader.english, not reader.care).query}",
        "care_name": reader.say(wording.STANDARD if reader.care else wording.CARE),
        "other_link": f"/{release.slug}/{other.query}",
        "other_lang": "en" if other.english else "zh-Hans",
        "other_name": "English" if other.english else "中文",
        "help": reader.say(wording.HELP, hotline=content.hotline),
        "promise": reader.say(wording.PROMISE),
    }
    return _FRAME.substitute(words, main=_HERE)


def _form_words(release: Release, reader: Reader) -> dict[str, str]:
    return {
        "action": f"/{release.slug}/{reader.query}",
        "number_label": reader.say(wording.NUMBER),
        "number_note": reader.say(wording.NUMBER_NOTE),
        "id_label": reader.say(wording.ID_NUMBER),
        "id_note": reader.say(wording.ID_NOTE),
        "submit": reader.say(wording.LOOK),
    }


def _moment(seconds: float) -> dict[str, str]:
    at = datetime.fromtimestamp(seconds, _CITY)
    return {"moment": _clock(seconds), "moment_iso": at.isoformat(), "moment_ms": str(int(seconds * 1000))}


@lru_cache(maxsize=1024)
def _clock_of(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC).astimezone(_CITY):%Y-%m-%d %H:%M:%S}"


def _clock(seconds: float) -> str:
    return _clock_of(int(seconds))


@lru_cache(maxsize=64)
def _clock_of_text(moment: str) -> str:
    return _clock(datetime.fromisoformat(moment).timestamp())


def _literal(text: str) -> str:
    return text.replace("%", "%%")
