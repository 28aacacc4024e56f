"""What may be asked, as strict JSON: an unknown key, a wrong type or an overlong text is refused, not ignored."""

from typing import Annotated, ClassVar

import msgspec

from haihe.gateway.policy import PROXY, QUERY, SUBSCRIBE, VERIFY
from haihe.gateway.source_message import MOST_TEXT

ANY = ""
"""The kind of service that a request is of which asks whether, and not what."""
MOST_CLAIMS = 20
MOST_FIELDS = 40
MOST_PARAMETERS = 20
MOST_SUBJECTS = 10_000
PURPOSE = r"^[A-Z][A-Z0-9_]*$"
NAME = r"^[a-z][a-z0-9_]*$"
"""Of a claim, a field or a parameter."""
_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
type _IdNumber = Annotated[str, msgspec.Meta(max_length=64)]
type _Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
type _Purpose = Annotated[str, msgspec.Meta(max_length=64, pattern=PURPOSE)]
type _Case = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_LINE)]
type _Claim = Annotated[str, msgspec.Meta(max_length=64, pattern=NAME)]
type _Fields = Annotated[tuple[_Claim, ...], msgspec.Meta(min_length=1, max_length=MOST_FIELDS)]
type _Claims = Annotated[tuple[_Claim, ...], msgspec.Meta(min_length=1, max_length=MOST_CLAIMS)]

type _ParameterValue = Annotated[str, msgspec.Meta(max_length=MOST_TEXT)] | int
type _Parameters = Annotated[dict[_Claim, _ParameterValue], msgspec.Meta(max_length=MOST_PARAMETERS)]


class Subject(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    id_number: _IdNumber
    name: _Name | None = None


type _Cursor = Annotated[str, msgspec.Meta(max_length=600, pattern=r"^[A-Za-z0-9_-]+$")]
type _Subjects = Annotated[list[Subject], msgspec.Meta(min_length=1, max_length=MOST_SUBJECTS)]


class VerifyRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`case` is the asker's own number of the case at hand; `claim` defaults to the service's.

    `claims` instead of `claim` asks several at once. They are names: nothing in a request can set what is compared.
    """

    subject: Subject
    purpose: _Purpose
    case: _Case
    claim: _Claim | None = None
    claims: _Claims | None = None
    kind: ClassVar[str] = VERIFY

    def __post_init__(self) -> None:
        if self.claims is not None and (self.claim is not None or len(set(self.claims)) != len(self.claims)):
            raise ValueError("claim or claims, and each of them once")

    def scope(self, default: str) -> tuple[str, ...]:
        """Return the claims asked; `default` is the service's."""
        return self.claims or (self.claim or default,)


class QueryRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`fields` are what is wanted to know, each by name; there is no "all"."""

    subject: Subject
    purpose: _Purpose
    case: _Case
    fields: _Fields
    kind: ClassVar[str] = QUERY

    def __post_init__(self) -> None:
        if len(set(self.fields)) != len(self.fields):
            raise ValueError("each field once")

    def scope(self, _default: str) -> tuple[str, ...]:
        return self.fields


class BatchRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One claim about many persons. Whose number is wrong is told so in their own line; everybody else is answered."""

    subjects: _Subjects
    purpose: _Purpose
    case: _Case
    claim: _Claim | None = None
    kind: ClassVar[str] = VERIFY

    def scope(self, default: str) -> tuple[str, ...]:
        return (self.claim or default,)


class Whom(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A person by number alone: there is no register here to hold a name against."""

    id_number: _IdNumber


class ProxyRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What is asked of a department's own interface; `parameters` are those that its owner takes.

    `subject` stands in it exactly if the service is about persons.
    """

    purpose: _Purpose
    case: _Case
    fields: _Fields
    subject: Whom | None = None
    parameters: _Parameters = {}
    kind: ClassVar[str] = PROXY

    def __post_init__(self) -> None:
        if len(set(self.fields)) != len(self.fields):
            raise ValueError("each field once")

    def scope(self, _default: str) -> tuple[str, ...]:
        return self.fields


class SubscribeRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Without `since` for a cursor of now; with a cursor for what changed since, of these `subjects`."""

    purpose: _Purpose
    case: _Case
    fields: _Fields
    subjects: _Subjects | msgspec.UnsetType = msgspec.UNSET
    since: _Cursor | msgspec.UnsetType = msgspec.UNSET
    kind: ClassVar[str] = SUBSCRIBE

    def __post_init__(self) -> None:
        if len(set(self.fields)) != len(self.fields):
            raise ValueError("each field once")
        if (self.since is msgspec.UNSET) != (self.subjects is msgspec.UNSET):
            raise ValueError("since and subjects together, or neither")

    def scope(self, _default: str) -> tuple[str, ...]:
        return self.fields


class LinkRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Would this purpose be answered for this scope (claims or fields)? Asks about nobody, of any kind of service."""

    purpose: _Purpose
    scope_names: _Fields | None = msgspec.field(default=None, name="scope")
    case: ClassVar[str] = ""
    kind: ClassVar[str] = ANY

    def scope(self, default: str) -> tuple[str, ...]:
        return self.scope_names or ((default,) if default else ())


type Asked = VerifyRequest | QueryRequest | BatchRequest | ProxyRequest | SubscribeRequest | LinkRequest

decode_link = msgspec.json.Decoder(LinkRequest).decode
"""Raises: msgspec.DecodeError (msgspec.ValidationError included) or UnicodeDecodeError."""

strict_verify = msgspec.json.Decoder(VerifyRequest).decode
"""Raises: as `decode_link`. `quick_reading.decode_request` takes and refuses the same."""
strict_query = msgspec.json.Decoder(QueryRequest).decode
"""Raises: as `decode_link`. `quick_reading.decode_query` takes and refuses the same."""
decode_batch = msgspec.json.Decoder(BatchRequest).decode
"""Raises: as `decode_link`."""
decode_proxy = msgspec.json.Decoder(ProxyRequest).decode
"""Raises: as `decode_link`."""
decode_subscribe = msgspec.json.Decoder(SubscribeRequest).decode
"""Raises: as `decode_link`."""
