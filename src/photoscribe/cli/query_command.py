"""A typer command whose arguments are a query: `app.command(cls=QueryCommand)`."""

from typing import Any

import typer
from typer.core import TyperCommand

from photoscribe.cli.arguments import protect, unprotect


class QueryCommand(TyperCommand):
    """Terms that begin with a minus reach the command as they were typed, instead of being taken for options."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's context
        rest = super().parse_args(ctx, protect(args))
        ctx.params.update({name: _unprotected(value) for name, value in ctx.params.items()})
        return [unprotect(argument) for argument in rest]


def _unprotected(value: Any) -> Any:
    if isinstance(value, str):
        return unprotect(value)
    return type(value)(map(_unprotected, value)) if isinstance(value, list | tuple) else value
