"""What the routes may use: the application's services, put together by compose."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from photoscribe.app.library import Library


@dataclass(frozen=True, slots=True)
class Services:
    """One of each for the life of the server. All may be called from several threads at once."""

    library: Library


def services(request: Request) -> Services:
    found = request.app.state.services
    if not isinstance(found, Services):
        raise TypeError("the web application was made without its services")
    return found


Wired = Annotated[Services, Depends(services)]
"""The type of a route's argument that receives the services."""
