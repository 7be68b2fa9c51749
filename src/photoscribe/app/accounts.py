"""Who may use the library over the network: accounts, logins, keys for programs."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from photoscribe.app.throttling import Throttle
from photoscribe.core.errors import NoSuch, UsageError

Role = Literal["owner", "editor", "viewer"]
Scope = Literal["read", "edit", "write", "admin"]

SCOPES: dict[Role, frozenset[Scope]] = {
    "owner": frozenset(get_args(Scope)),
    "editor": frozenset({"read", "edit", "write"}),
    "viewer": frozenset({"read"}),
}
KEY_PREFIX = "psk_"
LOGIN_DAYS = 30
LEAST_PASSWORD = 10
_EXTEND_AFTER = timedelta(hours=1)
"""How stale an expiry may be: a page full of pictures shall not write to the database for each."""
_AT_ONCE = 2
"""Passwords weighed at once: each takes 64 MB for a moment, and anybody may ask."""


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    role: Role

    @property
    def scopes(self) -> frozenset[Scope]:
        return SCOPES[self.role]


@dataclass(frozen=True, slots=True)
class Login:
    """A browser that is logged in. csrf: what it must send along with whatever changes something."""

    account: Account
    csrf: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: str
    account: Account
    name: str
    scopes: frozenset[Scope]
    created: datetime
    last_used: datetime | None


class AccountTable(Protocol):
    """Tokens and keys are kept as hashes only."""

    def all(self) -> Sequence[Account]: ...

    def get(self, account: str) -> Account | None: ...

    def secret(self, name: str) -> tuple[Account, str] | None:
        """The account of that name, whatever its case, and the hash of its password."""
        ...

    def add(self, account: Account, password_hash: str) -> None:
        """Raises UsageError when the name is taken, or the first account is no owner."""
        ...

    def set_password(self, account: str, password_hash: str) -> None:
        """Ends every login of the account."""
        ...

    def set_role(self, account: str, role: Role) -> None:
        """Raises UsageError when no owner would be left."""
        ...

    def remove(self, account: str) -> None:
        """With its logins and keys. Raises UsageError when no owner would be left."""
        ...

    def add_login(self, token_hash: str, account: str, csrf: str, expires: datetime) -> None: ...

    def login(self, token_hash: str) -> Login | None: ...

    def extend_login(self, token_hash: str, expires: datetime) -> None: ...

    def end_login(self, token_hash: str) -> None: ...

    def keys(self) -> Sequence[ApiKey]: ...

    def key(self, key_hash: str) -> ApiKey | None: ...

    def add_key(self, key: ApiKey, key_hash: str) -> None: ...

    def touch_key(self, key: str, at: datetime) -> None: ...

    def remove_key(self, key: str) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password. None, for a name that nobody has, takes as long."""
        ...

    def is_old(self, password_hash: str) -> bool:
        """Whether it was hashed with less effort than is spent today."""
        ...


class Accounts:
    """now: the time in UTC."""

    def __init__(
        self, table: AccountTable, passwords: Passwords, throttle: Throttle, now: Callable[[], datetime]
    ) -> None:
        self._table, self._passwords, self._throttle, self._now = table, passwords, throttle, now
        self._few = threading.BoundedSemaphore(_AT_ONCE)

    def all(self) -> Sequence[Account]:
        return self._table.all()

    def add(self, name: str, password: str, role: Role) -> Account:
        """Raises UsageError for a name or password that will not do."""
        account = Account(secrets.token_hex(8), _checked_name(name), role)
        self._table.add(account, self._hash(password))
        return account

    def change(self, account: str, *, password: str | None = None, role: Role | None = None) -> Account:
        """A new password ends the account's logins. Raises NoSuch and UsageError."""
        self._known(account)
        if role is not None:
            self._table.set_role(account, role)
        if password is not None:
            self._table.set_password(account, self._hash(password))
        return self._known(account)

    def remove(self, account: str) -> None:
        self._known(account)
        self._table.remove(account)

    def named(self, name: str) -> Account:
        found = self._table.secret(name)
        if found is None:
            raise NoSuch(f"no such account: {name}. Try: photoscribe accounts list")
        return found[0]

    def log_in(self, name: str, password: str, address: str) -> tuple[str, Login] | None:
        """The token for the browser; None when name or password are wrong. Raises Throttled."""
        tries = self._throttle.begin(name.casefold(), address)
        found = self._table.secret(name)
        password_hash = found[1] if found else None
        with self._few:
            right = self._passwords.verify(password_hash, password)
        if not right or found is None or password_hash is None:
            return None
        self._throttle.forgive(tries)
        account = found[0]
        if self._passwords.is_old(password_hash):
            self._table.set_password(account.id, self._hash(password))
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        expires = self._now() + timedelta(days=LOGIN_DAYS)
        self._table.add_login(_digest(token), account.id, csrf, expires)
        return token, Login(account, csrf, expires)

    def login(self, token: str) -> Login | None:
        """Of a browser's token; being used makes it last longer."""
        found, now = self._table.login(_digest(token)), self._now()
        if found is None or found.expires <= now:
            return None
        expires = now + timedelta(days=LOGIN_DAYS)
        if expires - found.expires > _EXTEND_AFTER:
            self._table.extend_login(_digest(token), expires)
        return found

    def log_out(self, token: str) -> None:
        self._table.end_login(_digest(token))

    def keys(self, account: Account | None) -> Sequence[ApiKey]:
        """The keys of an account, or everybody's."""
        found = self._table.keys()
        return [one for one in found if account is None or one.account.id == account.id]

    def add_key(self, account: Account, name: str, scopes: frozenset[Scope]) -> tuple[ApiKey, str]:
        """The key itself is told this once. Raises UsageError for scopes that the account has not."""
        if not scopes <= account.scopes:
            raise UsageError(f"a key may do no more than its account: {', '.join(sorted(account.scopes))}")
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(secrets.token_hex(8), account, _checked_name(name), scopes, self._now(), None)
        self._table.add_key(key, _digest(secret))
        return key, secret

    def key(self, secret: str) -> ApiKey | None:
        """Notes that it was used."""
        found = self._table.key(_digest(secret)) if secret.startswith(KEY_PREFIX) else None
        if found is None:
            return None
        now = self._now()
        if found.last_used is None or now - found.last_used > timedelta(minutes=1):
            self._table.touch_key(found.id, now)
        return ApiKey(
            found.id, found.account, found.name, found.scopes & found.account.scopes, found.created, found.last_used
        )

    def remove_key(self, key: str, account: Account | None) -> None:
        """account: whose it must be, None for anybody's. Raises NoSuch."""
        if not any(one.id == key for one in self.keys(account)):
            raise NoSuch(f"no such key: {key}")
        self._table.remove_key(key)

    def _known(self, account: str) -> Account:
        found = self._table.get(account)
        if found is None:
            raise NoSuch(f"no such account: {account}")
        return found

    def _hash(self, password: str) -> str:
        if len(password) < LEAST_PASSWORD:
            raise UsageError(f"the password is too short: it needs {LEAST_PASSWORD} characters or more")
        with self._few:
            return self._passwords.hash(password)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > 200:
        raise UsageError("a name needs 1 to 200 printable characters")
    return name


def _digest(secret: str) -> str:
    """Tokens are random enough that a plain hash keeps them."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
