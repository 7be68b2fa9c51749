"""Where a list goes on, as text that means nothing to who carries it."""

import base64
import binascii
import json

from fastapi.exceptions import RequestValidationError

_LONGEST = 2000


def encode(place: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str | None) -> dict[str, object] | None:
    """None for none. A cursor that was not made here is a request that makes no sense."""
    if cursor is None or not cursor:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")  # noqa: TRY301 one way out for all that can be wrong with it
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = json.loads(text)
        if not isinstance(place, dict):
            raise TypeError("no place")  # noqa: TRY301 as above
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise invalid("cursor", "not a cursor that a list here gave out") from error
    return place


def number(cursor: str | None, key: str) -> int | None:
    """A whole number that a cursor holds."""
    place = decode(cursor)
    if place is None:
        return None
    value = place.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**62) < value < 2**62:
        raise invalid("cursor", "not a cursor of this list")
    return value


def invalid(where: str, message: str) -> RequestValidationError:
    """A parameter that makes no sense: answered with 422, saying where."""
    return RequestValidationError([{"loc": ("query", where), "msg": message, "type": "value_error"}])
