"""What every request passes: whose name it calls the server by, which page it comes from, and what goes out with it."""

import logging
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photoscribe.web.policy import Policy
from photoscribe.web.problems import problem, unforeseen
from photoscribe.web.security import SAFE_METHODS, Access

log = logging.getLogger(__name__)


class Guard:
    """The outermost layer. Nothing that a route does can leave the answer without its headers."""

    def __init__(self, app: ASGIApp, access: Access, policy: Policy) -> None:
        self._app, self._access, self._policy = app, access, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        guarded = _Guarded(send, self._policy, https=self._access.https)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception:
            log.exception("%s %s failed unexpectedly", scope["method"], scope["path"])
            if guarded.has_ended:
                return
            if guarded.has_started:  # who gets half an answer must not take it for a whole one
                raise
            answer = unforeseen()
            await answer(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_known_host(host, self._access):
            return problem(
                421, f"this server does not answer to the name {host[:200]}. Start it with --allow-host to make it"
            )
        if scope["method"] not in SAFE_METHODS and not is_same_origin(headers, host):
            return problem(403, "the request comes from another web site's page")
        return None


def is_known_host(host: str, access: Access) -> bool:
    """Whether a Host header names this server: a page of another name that resolves to it must not read it."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or parts.username is not None)
    if not plain or name is None:
        return False
    return name.rstrip(".") in access.hosts or (access.any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_same_origin(headers: Headers, host: str) -> bool:
    """Whether a request that changes something comes from our own page, or from no page at all.

    Every browser sends at least one of the two headers; programs send none.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host.lower() != ""


class _Guarded:
    def __init__(self, send: Send, policy: Policy, *, https: bool) -> None:
        self._send, self._policy, self._https = send, policy, https
        self.has_started = self.has_ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._policy.headers(headers.get("content-type", "")):
                headers.setdefault(name, value)
            if self._https:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        elif message["type"] == "http.response.body":
            self.has_ended = not message.get("more_body", False)
        await self._send(message)
