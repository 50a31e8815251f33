"""Which conversations a person may see. One rule for lists, reading, streams and search. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The conversations of *queues* (None: of every queue), the person's own, and those *granted* by break-glass."""

    staff_id: str
    queues: tuple[str, ...] | None
    granted: frozenset[str] = frozenset()

    def covers(self, queue: str, owner_id: str | None, conversation_id: str = "") -> bool:
        """Tell whether a conversation of *queue* may be seen. `store_reading.VISIBLE` says the same in SQL."""
        if self.queues is None or queue in self.queues or owner_id == self.staff_id:
            return True
        return conversation_id in self.granted
