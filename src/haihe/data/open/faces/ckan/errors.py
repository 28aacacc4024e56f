"""What goes wrong, in the kinds that CKAN's clients tell apart; each says in both languages what to do."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class BadRequest(Exception):
    """The request isn't even a question. Its body is a bare text, as clients expect it."""

    def __init__(self, text: str, *, status: int = 400) -> None:
        super().__init__(text)
        self.text, self.status = text, status


class ActionError(Exception):
    """A question that was understood and isn't answered."""

    kind: ClassVar[str]
    status: ClassVar[int]
    begins: ClassVar[str] = ""

    def __init__(self, zh: str, en: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(en)
        self.zh, self.en, self.headers = zh, en, headers or {}

    def told(self) -> dict[str, Any]:
        """Return the body's `error`."""
        return {"__type": self.kind, "message": f"{self.begins}{self.zh} {self.en}"}


class NotFound(ActionError):
    kind, status, begins = "Not Found Error", 404, "Not found: "


class Gone(NotFound):
    """It was there and was withdrawn. Clients know it as not found; those who look closer learn the rest."""

    status = 410

    def __init__(self, zh: str, en: str, *, at: str, reason: str) -> None:
        super().__init__(zh, en)
        self.at, self.reason = at, reason

    def told(self) -> dict[str, Any]:
        return super().told() | {"state": "deleted", "withdrawn_at": self.at, "reason": self.reason}


class NotAuthorized(ActionError):
    kind, status, begins = "Authorization Error", 403, "Access denied: "


class TooManyRequests(NotAuthorized):
    """The asker's allowance is used up. CKAN has no kind of its own for it, so that clients know it as not allowed."""

    status = 429


class Unavailable(ActionError):
    kind, status = "Service Unavailable", 503


class SearchQueryError(ActionError):
    kind, status = "Search Query Error", 400


class SearchError(ActionError):
    kind, status = "Search Error", 409


class ValidationError(ActionError):
    """`fields` tells for each parameter what is wrong with it."""

    kind, status = "Validation Error", 409

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__("", "; ".join(f"{name}: {' '.join(said)}" for name, said in fields.items()))
        self.fields = fields

    @classmethod
    def of(cls, name: str, zh: str, en: str) -> "ValidationError":
        return cls({name: [f"{zh} {en}"]})

    def told(self) -> dict[str, Any]:
        return {"__type": self.kind, **{name: list(said) for name, said in self.fields.items()}}
