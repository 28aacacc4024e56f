"""How a reply is signed: with the secret that we share with the asker, or with the gateway's own key."""

from typing import NamedTuple, Protocol

from haihe.kernel.signing import SigningKey, sign_response


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
