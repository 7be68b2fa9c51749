"""How passwords are kept: argon2id, with the effort that its RFC 9106 recommends where memory is short."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2:
    """65 ms and 64 MB for a password on one core (2026-11-20)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password.encode("utf-8", "surrogatepass"))

    def verify(self, password_hash: str | None, password: str) -> bool:
        try:
            right = self._hasher.verify(password_hash or self._nobody, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
        return right and password_hash is not None

    def is_old(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)
