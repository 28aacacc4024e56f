"""The addresses under /r1, and /listClients: each leads to the same desk as those under /v1."""

from collections.abc import Callable
from urllib.parse import parse_qs

from msgspec.structs import replace

from haihe.gateway.desk import Desk
from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.policy import PROXY, QUERY, SUBSCRIBE, VERIFY, Client, Policy, Service
from haihe.gateway.replies import Outcome, signed_reply
from haihe.gateway.requests import MOST_PARAMETERS
from haihe.gateway.xroad import description, metaservices
from haihe.gateway.xroad.errors import MEDIA_TYPE
from haihe.gateway.xroad.face import FacedListener, XRoadFace
from haihe.gateway.xroad.names import INSTANCE, Target, service_id, target
from haihe.gateway.xroad.passing import Found, asked_by_get, decoder, found_in, in_header, in_query, method_of
from haihe.kernel.signing import QUESTION

LIST_CLIENTS_ROUTE = "/listClients"
DESCRIPTION_ROUTE = "/r1/openapi.json"
_PREFIX = "/r1/"
_META = ("listMethods", "allowedMethods", "getOpenAPI")


class XRoadFront:
    """`check_form` is what every question's form must pass."""

    def __init__(self, desk: Desk, *, check_form: Callable[[Request], None]) -> None:
        self._desk, self._check_form = desk, check_form
        self._description = description.Descriptions()

    def has(self, path: str) -> bool:
        return path.startswith(_PREFIX) or path == LIST_CLIENTS_ROUTE

    def names_many(self, path: str) -> bool:
        """True if what is asked there may name many persons."""
        named, policy = target(path), self._desk.policy.current(now=self._desk.monotonic())
        if named is None or policy is None:
            return False
        service = policy.services.get(named.code)
        return service is not None and service.kind == SUBSCRIBE and found_in(service, named.endpoint) is not None

    def outcome(self, dossier: Dossier, request: Request, listener: Listener) -> Outcome:
        """Answer or refuse, in X-Road's form."""
        face = dossier.face = XRoadFace(request, evidence=dossier.evidence)
        named = target(request.path)
        is_page = named is None or named.code in _META
        try:
            if request.fault is not None:
                raise Refused(request.fault)
            if is_page:
                outcome = self._page(dossier, request, face, named)
            else:
                outcome = self._ask(dossier, request, face, named, FacedListener(listener, face))
        except Refused as refusal:
            outcome = self._desk.refuse(dossier, refusal, allow="GET" if is_page else self._method(named))
        if outcome.to is not None:
            # The reply, or its beginning, comes by way of the listener.
            return outcome
        reply = replace(outcome.reply, headers=outcome.reply.headers + face.lines())
        return replace(outcome, reply=reply)

    def _ask(
        self, dossier: Dossier, request: Request, face: XRoadFace, named: Target | None, listener: Listener
    ) -> Outcome:
        if named is None:
            raise Refused("not-found")
        service = self._policy().services.get(named.code)
        dossier.slug = named.code
        found = found_in(service, named.endpoint) if service is not None and named.offers(service) else None
        if service is None or found is None:
            raise Refused("unknown-service")
        if by_get := method_of(service, named.endpoint) == "GET":
            if request.method != "GET":
                raise Refused("method-not-allowed")
        else:
            self._check_form(request)
        face.check_headers()
        dossier.kind, face.service = service.kind, service_id(service)
        ask = self._asked_by_get if by_get else self._asked
        return ask(dossier, request, service, found, listener)

    def _method(self, named: Target | None) -> str:
        policy = self._desk.policy.current(now=self._desk.monotonic())
        service = policy.services.get(named.code) if policy is not None and named is not None else None
        return "POST" if service is None or named is None else method_of(service, named.endpoint)

    def _asked_by_get(
        self, dossier: Dossier, request: Request, service: Service, found: Found, listener: Listener
    ) -> Outcome:
        more = in_query(service, _parameters(request, most=MOST_PARAMETERS))
        question = in_header(request.headers.get(QUESTION))
        path = request.path if request.query is None else f"{request.path}?{request.query}"
        decode = asked_by_get(dossier, question, found | more)
        return self._desk.proxy(
            dossier, request.headers, method="GET", path=path, body=request.body, listener=listener, decode=decode
        )

    def _asked(self, dossier: Dossier, request: Request, service: Service, found: Found, listener: Listener) -> Outcome:
        headers, path, body = request.headers, request.path, request.body
        if service.kind == PROXY:
            return self._desk.proxy(dossier, headers, path=path, body=body, listener=listener, decode=decoder(found))
        if service.kind == SUBSCRIBE:
            if not request.may_stream:
                raise Refused("malformed-request", "订阅须使用 HTTP/1.1。")
            return self._desk.subscribe(dossier, headers, path=path, body=body, listener=listener)
        ask = {VERIFY: self._desk.verify, QUERY: self._desk.query}[service.kind]
        return ask(dossier, headers, path=path, body=body)

    def _page(self, dossier: Dossier, request: Request, face: XRoadFace, named: Target | None) -> Outcome:
        if named is None and request.path not in (LIST_CLIENTS_ROUTE, DESCRIPTION_ROUTE):
            raise Refused("not-found")
        if request.method != "GET":
            raise Refused("method-not-allowed")
        if request.path == DESCRIPTION_ROUTE:
            return Outcome(Reply(200, MEDIA_TYPE, self._description.whole()), waits=False)
        face.check_headers(needs_client=named is not None)
        if named is None:
            return self._list_clients(dossier, request, face)
        if named.endpoint is not None:
            raise Refused("not-found")
        face.service = named.service_id
        return self._metaservice(dossier, request, face, named)

    def _metaservice(self, dossier: Dossier, request: Request, face: XRoadFace, named: Target) -> Outcome:
        policy = self._policy()
        if not any(named.offers(service) for service in policy.services.values()):
            raise Refused("unknown-service")
        if named.code == "listMethods":
            return Outcome(Reply(200, MEDIA_TYPE, metaservices.list_methods(policy, named)), waits=False)
        if named.code == "getOpenAPI":
            return Outcome(Reply(200, MEDIA_TYPE, self._describe(policy, request, named)), waits=False)
        client = self._identified(dossier, request)
        face.check_client(client)
        body = metaservices.allowed_methods(policy, named, client, now=dossier.at)
        return Outcome(signed_reply(dossier, 200, MEDIA_TYPE, body), waits=True)

    def _list_clients(self, dossier: Dossier, request: Request, face: XRoadFace) -> Outcome:
        # The signature doesn't cover the query; it can't change what is told, only that nothing is.
        if _parameters(request).get("xRoadInstance", INSTANCE) != INSTANCE:
            raise Refused("not-found")
        client = self._identified(dossier, request)
        face.check_client(client)
        return Outcome(signed_reply(dossier, 200, MEDIA_TYPE, metaservices.list_clients(self._policy())), waits=True)

    def _identified(self, dossier: Dossier, request: Request) -> Client:
        client = self._desk.identify(dossier, request.headers, path=request.path)
        if request.query is not None and dossier.signature is not None and dossier.signature.covered:
            # A target URI holds the query, which isn't looked at.
            raise Refused("malformed-request", "签名覆盖 @target-uri 的，请求地址不得带查询参数。")
        return client

    def _describe(self, policy: Policy, request: Request, named: Target) -> bytes:
        code = _parameters(request).get("serviceCode")
        if code is None:
            raise Refused("malformed-request", "缺少查询参数 serviceCode。")
        service = policy.services.get(code)
        if service is None or not named.offers(service):
            raise Refused("unknown-service")
        return self._description.of(service, policy)

    def _policy(self) -> Policy:
        policy = self._desk.policy.current(now=self._desk.monotonic())
        if policy is None:
            raise Refused("unavailable")
        return policy


def _parameters(request: Request, *, most: int = 4) -> dict[str, str]:
    """Return the parameters of the query, each once. Raises: Refused."""
    if request.query is None:
        return {}
    try:
        given = parse_qs(
            request.query, keep_blank_values=True, strict_parsing=True, max_num_fields=most, errors="strict"
        )
    except ValueError:
        raise Refused("malformed-request", "查询参数的格式有误。") from None
    if any(len(values) != 1 for values in given.values()):
        raise Refused("malformed-request", "查询参数不得重复。")
    return {name: value for name, (value,) in given.items()}
