"""A value that never prints."""

import hmac


class Secret:
    """Hold a token, key or password so that logs, errors and ``repr`` show only ``***``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep the value; an empty one means "not given"."""
        self._value = value

    def reveal(self) -> str:
        """Return the value; call it only where it is used."""
        return self._value

    def matches(self, candidate: str) -> bool:
        """Compare in constant time, on bytes, so that non-ASCII input is only wrong and never an error."""
        return hmac.compare_digest(
            self._value.encode("utf-8", "surrogatepass"), candidate.encode("utf-8", "surrogatepass")
        )

    def __bool__(self) -> bool:
        """Tell whether a value was given."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Compare two secrets in constant time."""
        return isinstance(other, Secret) and self.matches(other._value)

    def __hash__(self) -> int:
        """Hash like an opaque object: equal secrets are equal keys."""
        return hash(("Secret", self._value))

    def __repr__(self) -> str:
        """Show that there is something, and nothing of it."""
        return "***"
