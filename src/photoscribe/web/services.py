"""What the routes may use: the application's services, put together by compose."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from photoscribe.app.accounts import Accounts
from photoscribe.app.browsing import Browsing
from photoscribe.app.describing import Describing
from photoscribe.app.details import Details
from photoscribe.app.editing import Editing
from photoscribe.app.host_folders import HostFolders
from photoscribe.app.jobs import Jobs
from photoscribe.app.learning import Soon
from photoscribe.app.library import Library
from photoscribe.app.lookalikes import Lookalikes
from photoscribe.app.overview import Counts, Overview
from photoscribe.app.pictures import Pictures
from photoscribe.app.portraits import Portraits
from photoscribe.app.reviewing import Reviewing
from photoscribe.app.tagging import Tagging
from photoscribe.app.uploading import Uploading
from photoscribe.app.working import Writes


@dataclass(frozen=True, slots=True)
class Services:
    """One of each for the life of the server. All may be called from several threads at once."""

    library: Library
    editing: Editing
    portraits: Portraits
    reviewing: Reviewing
    tagging: Tagging
    describing: Describing
    folder: Path
    accounts: Accounts
    jobs: Jobs
    overview: Overview
    counts: Counts
    writes: Writes
    host: HostFolders
    pictures: Pictures
    uploading: Uploading
    browsing: Browsing
    details: Details
    lookalikes: Lookalikes
    learn_soon: Soon


async def services(request: Request) -> Services:
    found = request.app.state.services
    if not isinstance(found, Services):
        raise TypeError("the web application was made without its services")
    return found


Wired = Annotated[Services, Depends(services)]
"""The type of a route's argument that receives the services."""
