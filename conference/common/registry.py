"""Hand-ins from higher floors: what a lower app needs from a higher one it gets in `AppConfig.ready`."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries in order of position. An unknown name raises `KeyError`: an empty registry is closed."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[int, T]] = {}

    def register(self, name: str, entry: T, *, position: int = 100) -> None:
        """Add `entry` under `name`. Raises `ValueError` where the name is taken."""
        if name in self._entries:
            message = f"{name!r} is registered twice"
            raise ValueError(message)
        self._entries[name] = (position, entry)

    def __getitem__(self, name: str) -> T:
        return self._entries[name][1]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries, key=lambda name: self._entries[name][0]))

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[T]:
        """Return the entries in order."""
        return [self[name] for name in self]
