"""How a reply is signed: with the secret that we share with the asker, or with the gateway's own key."""

from typing import NamedTuple, Protocol

from haihe.gateway.gateway_key import GatewayKey
from haihe.kernel.signing import SigningKey, sign_bearer_response, sign_response


class ReplySigner(Protocol):
    """Signs replies to one request."""

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        """Return Content-Digest, Signature-Input and Signature of a reply."""


class AnswerSigner(NamedTuple):
    """Signs over the signature of the request, so that the reply is the answer to nothing else."""

    key_id: str
    key: SigningKey
    request_signature: str

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        return sign_response(
            status=status,
            body=body,
            client_id=self.key_id,
            secret=self.key,
            created=created,
            request_signature=self.request_signature,
        )


class BearerSigner(NamedTuple):
    """Signs over method, path and, where it was given, the Content-Digest of a request that bore a token."""

    own: GatewayKey
    method: str
    path: str
    request_digest: str | None

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        return sign_bearer_response(
            status=status,
            body=body,
            key_id=self.own.id,
            key=self.own.private,
            created=created,
            method=self.method,
            path=self.path,
            request_digest=self.request_digest,
        )
