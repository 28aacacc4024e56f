"""Room for large messages: how much memory the bodies of all batches together may take."""

from dataclasses import dataclass


@dataclass(slots=True)
class Room:
    """Bytes that may still be taken. Lives in the loop's thread."""

    left: int

    def take(self, size: int) -> "Lease | None":
        """Return a lease, or None while others have the room."""
        if size > self.left:
            return None
        self.left -= size
        return Lease(self, size)


@dataclass(slots=True)
class Lease:
    """Room taken; to be given back once, and giving it back twice does no harm."""

    room: Room
    size: int

    def give_back(self) -> None:
        self.room.left += self.size
        self.size = 0
