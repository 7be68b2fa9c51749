"""Accounts, and keys for programs."""

from fastapi import APIRouter
from starlette.responses import Response

from photoscribe.app.accounts import SCOPES, Account
from photoscribe.core.errors import UsageError
from photoscribe.web.dto.work import AccountEdit, AccountShape, KeyShape, NewAccount, NewKey
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.routes.system import Door
from photoscribe.web.security import Caller, Reader, requires
from photoscribe.web.services import Wired
from photoscribe.web.shown import account_shape, key_shape

router = APIRouter(prefix="/api", tags=["accounts"])


@router.get("/accounts", summary="Every account", dependencies=[requires("admin")])
def accounts(wired: Wired) -> list[AccountShape]:
    return [account_shape(one) for one in wired.accounts.all()]


@router.post(
    "/accounts",
    summary="Add an account",
    status_code=201,
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def add_account(wired: Wired, door: Door, asked: NewAccount) -> AccountShape:
    """From the first one on, which must be an owner's, everybody has to log in."""
    added = wired.accounts.add(asked.name, asked.password, asked.role)
    door.forget()
    return account_shape(added)


@router.patch(
    "/accounts/{account}",
    summary="Change an account's password or role",
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def change_account(wired: Wired, door: Door, account: str, asked: AccountEdit) -> AccountShape:
    """A new password ends the account's logins."""
    changed = wired.accounts.change(account, password=asked.password, role=asked.role)
    door.forget()
    return account_shape(changed)


@router.delete(
    "/accounts/{account}",
    summary="Remove an account with its logins and keys",
    status_code=204,
    response_class=Response,
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def remove_account(wired: Wired, door: Door, account: str) -> Response:
    wired.accounts.remove(account)
    door.forget()
    return Response(status_code=204)


@router.get("/keys", summary="Keys for programs: your own, or an owner everybody's")
def keys(wired: Wired, caller: Reader) -> list[KeyShape]:
    return [key_shape(one) for one in wired.accounts.keys(_whose(caller))]


@router.post("/keys", summary="Make a key for a program", status_code=201, responses=PROBLEMS)
def add_key(wired: Wired, caller: Reader, asked: NewKey) -> KeyShape:
    """The key is shown this once."""
    if caller.account is None:
        raise UsageError("keys belong to accounts: add one first. Without accounts no key is needed")
    scopes = frozenset(asked.scopes)
    if not scopes <= caller.scopes:
        raise UsageError(f"a key may do no more than who makes it: {', '.join(sorted(caller.scopes))}")
    key, secret = wired.accounts.add_key(caller.account, asked.name, scopes)
    return key_shape(key, secret)


@router.delete("/keys/{key}", summary="Revoke a key", status_code=204, response_class=Response, responses=PROBLEMS)
def remove_key(wired: Wired, door: Door, caller: Reader, key: str) -> Response:
    wired.accounts.remove_key(key, _whose(caller))
    door.forget()
    return Response(status_code=204)


def _whose(caller: Caller) -> Account | None:
    """Whose keys a caller may see: an owner everybody's."""
    return None if caller.scopes >= SCOPES["owner"] else caller.account
