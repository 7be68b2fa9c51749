"""What can go wrong, in one place. A message states the fact and the remedy.

* PhotoscribeError
  x PhotoError          this photo will fail every time: record it, go on
    + Undecodable       its bytes are not a picture this build can read
    + WriteRefused      its file cannot be changed safely, so it was not changed
  x Unavailable         the surroundings are in the way (disk, network, a lock): retry later
  x UsageError          the caller asked for something impossible: tell them, exit 2
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
