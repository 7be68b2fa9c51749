"""Who asks, and whether they may: sessions, keys, and the open door of a server that only this machine can reach."""

import hmac
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from starlette.exceptions import HTTPException

from photoscribe.app.accounts import SCOPES, Account, Accounts, Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
_REMEMBER_SECONDS = 5.0
"""A page asks for hundreds of pictures; an account removed by another process counts as gone after so long."""
_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """account: None where the door is open. csrf: of a browser's session."""

    by: Literal["open", "session", "key"]
    account: Account | None
    scopes: frozenset[Scope]
    csrf: str | None = None


@dataclass(slots=True)
class Access:
    """How this server may be reached.

    hosts: names and addresses that a Host header may have, without ports. any_address: any bare address will do
    too, since no foreign name can lead there. open: without accounts, who reaches it may do everything. local: only
    this machine reaches it. https: browsers reach it by https.
    """

    hosts: frozenset[str]
    open: bool
    local: bool
    https: bool = False
    cookie: str = "photoscribe"
    any_address: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: "OrderedDict[str, tuple[float, Caller | None]]" = field(default_factory=OrderedDict)
    _has_accounts: tuple[float, bool] | None = None

    def forget(self) -> None:
        """Accounts, logins or keys have changed."""
        with self._lock:
            self._known.clear()
            self._has_accounts = None

    def remembered(self, secret: str) -> tuple[bool, Caller | None]:
        with self._lock:
            found = self._known.get(secret)
        if found is None or time.monotonic() - found[0] > _REMEMBER_SECONDS:
            return False, None
        return True, found[1]

    def remember(self, secret: str, caller: Caller | None) -> None:
        with self._lock:
            self._known[secret] = (time.monotonic(), caller)
            while len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)

    async def has_accounts(self, accounts: Accounts) -> bool:
        known = self._has_accounts
        if known is None or time.monotonic() - known[0] > _REMEMBER_SECONDS:
            known = time.monotonic(), bool(await run_sync(accounts.all))
            self._has_accounts = known
        return known[1]


def access(request: Request) -> Access:
    found = request.app.state.access
    if not isinstance(found, Access):
        raise TypeError("the web application was made without its access")
    return found


async def caller_of(request: Request) -> Caller | None:
    """Who asks; None for nobody known."""
    door = access(request)
    accounts: Accounts = request.app.state.services.accounts
    authorization = request.headers.get("authorization", "")
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return await _looked_up(door, f"key {secret.strip()}", accounts)
    token = request.cookies.get(door.cookie)
    if token:
        caller = await _looked_up(door, f"session {token}", accounts)
        if caller is not None:
            return caller
    if door.open and not await door.has_accounts(accounts):
        return Caller("open", None, SCOPES["owner"])
    return None


async def _looked_up(door: Access, secret: str, accounts: Accounts) -> Caller | None:
    is_known, caller = door.remembered(secret)
    if not is_known:
        caller = await run_sync(_look_up, secret, accounts)
        door.remember(secret, caller)
    return caller


def _look_up(secret: str, accounts: Accounts) -> Caller | None:
    kind, _, value = secret.partition(" ")
    if kind == "key":
        key = accounts.key(value)
        return Caller("key", key.account, key.scopes) if key is not None else None
    login = accounts.login(value)
    return Caller("session", login.account, login.account.scopes, login.csrf) if login is not None else None


class Requires:
    """A dependency that lets through who may. scope: None for a route that is open to all."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Caller | None:
        caller = await caller_of(request)
        if self.scope is None:
            return caller
        if caller is None:
            raise HTTPException(401, "log in first", {"WWW-Authenticate": 'Bearer realm="photoscribe"'})
        if request.method not in SAFE_METHODS and caller.by == "session":
            check_csrf(request, caller)
        if self.scope not in caller.scopes:
            raise HTTPException(403, f"this needs the right to {_WORDS[self.scope]}, which you do not have")
        return caller


_WORDS: dict[Scope, str] = {
    "read": "see photos",
    "edit": "change names, tags and texts",
    "write": "write into files",
    "admin": "change settings and accounts",
}


def check_csrf(request: Request, caller: Caller) -> None:
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), (caller.csrf or "").encode()):
        raise HTTPException(403, "the header X-CSRF-Token is missing or out of date. Reload the page")


def requires(scope: Scope | None) -> Any:
    """For `dependencies=[...]` of a route: every route has one. None: open to all."""
    return Depends(Requires(scope))


def scope_of(dependencies: list[Dependency]) -> list[Scope | None]:
    """The scopes that a route's dependencies ask for; none for a route that lacks `requires`."""
    return [one.dependency.scope for one in dependencies if isinstance(one.dependency, Requires)]


Anybody = Annotated[Caller | None, Depends(Requires(None))]
Reader = Annotated[Caller, Depends(Requires("read"))]
Admin = Annotated[Caller, Depends(Requires("admin"))]
