"""Which conversations a person may see. One rule for lists, reading, streams and search. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The conversations of *queues* (None: of every queue), and the person's own."""

    staff_id: str
    queues: tuple[str, ...] | None

    def covers(self, queue: str, owner_id: str | None) -> bool:
        """Tell whether a conversation of *queue* may be seen. `store_reading.VISIBLE` says the same in SQL."""
        return self.queues is None or queue in self.queues or owner_id == self.staff_id
