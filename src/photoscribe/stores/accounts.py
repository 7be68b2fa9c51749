"""Accounts, logins and keys as rows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, func, insert, select, update

from photoscribe.app.accounts import Account, ApiKey, Login, Role
from photoscribe.core.errors import UsageError
from photoscribe.core.people import name_key
from photoscribe.stores.database import Database
from photoscribe.stores.schema import account, api_key, login


class SqlAccounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Account]:
        with self._database.read() as connection:
            return [_account(row) for row in connection.execute(select(account).order_by(account.c.key))]

    def get(self, id_: str) -> Account | None:
        with self._database.read() as connection:
            row = connection.execute(select(account).where(account.c.id == id_)).first()
        return _account(row) if row is not None else None

    def secret(self, name: str) -> tuple[Account, str] | None:
        with self._database.read() as connection:
            row = connection.execute(select(account).where(account.c.key == name_key(name))).first()
        return (_account(row), row.password_hash) if row is not None else None

    def add(self, added: Account, password_hash: str) -> None:
        with self._database.write() as connection:
            if added.role != "owner" and not _owners(connection):
                raise UsageError(
                    "the first account must be an owner's. Try: photoscribe accounts add NAME --role owner"
                )
            taken = connection.execute(select(account.c.id).where(account.c.key == name_key(added.name))).first()
            if taken is not None:
                raise UsageError(f"there is an account of that name: {added.name}. Choose another")
            connection.execute(
                insert(account).values(
                    id=added.id,
                    name=added.name,
                    key=name_key(added.name),
                    role=added.role,
                    password_hash=password_hash,
                    created_utc=_text(datetime.now(UTC)),
                )
            )

    def set_password(self, id_: str, password_hash: str) -> None:
        with self._database.write() as connection:
            connection.execute(update(account).where(account.c.id == id_).values(password_hash=password_hash))
            connection.execute(delete(login).where(login.c.account_id == id_))

    def set_role(self, id_: str, role: Role) -> None:
        with self._database.write() as connection:
            connection.execute(update(account).where(account.c.id == id_).values(role=role))
            _check_owners(connection)

    def remove(self, id_: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(account).where(account.c.id == id_))
            _check_owners(connection)

    def add_login(self, token_hash: str, account_id: str, csrf: str, expires: datetime) -> None:
        now = _text(datetime.now(UTC))
        with self._database.write() as connection:
            connection.execute(delete(login).where(login.c.expires_utc < now))
            connection.execute(
                insert(login).values(
                    token_hash=token_hash,
                    account_id=account_id,
                    csrf=csrf,
                    created_utc=now,
                    expires_utc=_text(expires),
                )
            )

    def login(self, token_hash: str) -> Login | None:
        wanted = select(login.c.csrf, login.c.expires_utc, account).join(account, account.c.id == login.c.account_id)
        with self._database.read() as connection:
            row = connection.execute(wanted.where(login.c.token_hash == token_hash)).first()
        return Login(_account(row), row.csrf, datetime.fromisoformat(row.expires_utc)) if row is not None else None

    def extend_login(self, token_hash: str, expires: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(login).where(login.c.token_hash == token_hash).values(expires_utc=_text(expires)))

    def end_login(self, token_hash: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(login).where(login.c.token_hash == token_hash))

    def keys(self) -> Sequence[ApiKey]:
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(_keys().order_by(api_key.c.created_utc, api_key.c.id))]

    def key(self, key_hash: str) -> ApiKey | None:
        with self._database.read() as connection:
            row = connection.execute(_keys().where(api_key.c.key_hash == key_hash)).first()
        return _key(row) if row is not None else None

    def add_key(self, key: ApiKey, key_hash: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(api_key).values(
                    id=key.id,
                    account_id=key.account.id,
                    name=key.name,
                    key_hash=key_hash,
                    scopes=sorted(key.scopes),
                    created_utc=_text(key.created),
                )
            )

    def touch_key(self, id_: str, at: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(api_key).where(api_key.c.id == id_).values(last_used_utc=_text(at)))

    def remove_key(self, id_: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(api_key).where(api_key.c.id == id_))


def _owners(connection: Connection) -> int:
    count = select(func.count()).select_from(account).where(account.c.role == "owner")
    return connection.execute(count).scalar() or 0


def _check_owners(connection: Connection) -> None:
    """Inside the transaction that would leave none, so that two at once cannot."""
    if not _owners(connection):
        raise UsageError(
            "the library needs an owner. Add another one first: photoscribe accounts add NAME --role owner"
        )


def _keys() -> Any:
    return select(
        api_key.c.id.label("key_id"),
        api_key.c.name.label("key_name"),
        api_key.c.scopes,
        api_key.c.created_utc.label("key_created"),
        api_key.c.last_used_utc,
        account,
    ).join(account, account.c.id == api_key.c.account_id)


def _account(row: Any) -> Account:
    return Account(row.id, row.name, cast("Role", row.role))


def _key(row: Any) -> ApiKey:
    used = datetime.fromisoformat(row.last_used_utc) if row.last_used_utc else None
    created = datetime.fromisoformat(row.key_created)
    return ApiKey(row.key_id, _account(row), row.key_name, frozenset(row.scopes), created, used)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
