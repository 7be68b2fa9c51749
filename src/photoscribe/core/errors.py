"""What can go wrong, in one place. A message states the fact and the remedy.

* PhotoscribeError
  x PhotoError          this photo will fail every time: record it, go on
    + Undecodable       its bytes are not a picture this build can read
    + WriteRefused      its file cannot be changed safely, so it was not changed
  x Unavailable         the surroundings are in the way (disk, network, a lock): retry later
    + Busy              another process is at it
  x UsageError          the caller asked for something impossible: tell them, exit 2
    + NoSuch            what they named by its id is not there
    + BadQuery          a query that cannot be read, and where
    + Conflict          somebody else was faster: how things are now
  x Stopped             it was asked to end before it was done
"""


class PhotoscribeError(Exception):
    """Base of every error raised on purpose."""


class PhotoError(PhotoscribeError):
    """A fault of one photo; permanent until its bytes or the step change."""


class Undecodable(PhotoError):
    """The bytes are not a picture this build can read, or are larger than it accepts."""


class WriteRefused(PhotoError):
    """The file cannot hold the change, or could not be proven unharmed after it; it is as it was."""


class Unavailable(PhotoscribeError):
    """A fault of the surroundings; the same request may succeed later."""


class UsageError(PhotoscribeError):
    """A request that cannot be honoured; the message is shown to the user."""


class Busy(Unavailable):
    """Another process has the right to do this now."""


class NoSuch(UsageError):
    """What was named by its id is not there."""


class BadQuery(UsageError):
    """A query that cannot be read. start, end: the characters at fault."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start, self.end = start, end


class Conflict(UsageError):
    """Somebody else was faster. current: how things are now, as data that can be sent."""

    def __init__(self, message: str, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class Stopped(PhotoscribeError):
    """The work was asked to end before it was done; it can be taken up again."""
