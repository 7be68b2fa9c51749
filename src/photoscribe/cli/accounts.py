"""accounts: who may use the library over the network."""

import sys
from typing import Annotated

import typer

from photoscribe.app.accounts import LEAST_PASSWORD, Role
from photoscribe.cli.session import Session, session
from photoscribe.core.errors import UsageError

app = typer.Typer(no_args_is_help=False)

NAME = Annotated[str, typer.Argument(help="The account's name.")]
_ADD = "photoscribe accounts add NAME --role owner"


@app.callback(invoke_without_command=True)
def accounts(context: typer.Context) -> None:
    """List accounts, or add, remove, or give a new password."""
    if context.invoked_subcommand is None:
        list_(context)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the accounts."""
    run = session(context)
    found = run.application.accounts.all()
    if run.output.json_lines:
        for one in found:
            run.output.record({"account": one.name, "role": one.role})
        return
    run.output.table(("account", "role"), [(one.name, one.role) for one in found])
    if not found:
        run.output.tell(f"No accounts: only this machine can be served. Add one with: {_ADD}")


@app.command("add")
def add(
    context: typer.Context,
    name: NAME,
    role: Annotated[
        Role, typer.Option(help="owner: everything; editor: names, tags, files; viewer: looks.")
    ] = "viewer",
) -> None:
    """Add an account. The password is asked for, or read from the first line of stdin."""
    run = session(context)
    _said(run, run.application.accounts.add(name, _password(run), role).name, role)


@app.command("remove")
def remove(context: typer.Context, name: NAME) -> None:
    """Remove an account with its logins and keys."""
    run = session(context)
    account = run.application.accounts.named(name)
    run.application.accounts.remove(account.id)
    _said(run, account.name, "removed")


@app.command("password")
def password(context: typer.Context, name: NAME) -> None:
    """Give an account a new password; its logins end."""
    run = session(context)
    account = run.application.accounts.named(name)
    run.application.accounts.change(account.id, password=_password(run))
    _said(run, account.name, "has a new password")


def first_owner(run: Session) -> None:
    """Ask for the account that a server on a network needs. Raises UsageError when there is nobody to ask."""
    if not run.interactive:
        raise UsageError(f"other machines may reach this address, so it needs an account first: {_ADD}")
    run.output.tell("Other machines may reach this address, so it needs an account. Make the owner's now.")
    name = typer.prompt("Name", err=True)
    run.application.accounts.add(name, _password(run), "owner")


def _password(run: Session) -> str:
    if not run.interactive:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line.rstrip("\r\n"):
            raise UsageError("no password: give it on the first line of stdin, or run this at a terminal")
        return line.rstrip("\r\n")
    text: str = typer.prompt(
        f"Password, {LEAST_PASSWORD} characters or more", hide_input=True, confirmation_prompt="Once more", err=True
    )
    return text


def _said(run: Session, name: str, what: str) -> None:
    if run.output.json_lines:
        run.output.record({"account": name, "outcome": what})
    else:
        run.output.text(f"{name}: {what}")
