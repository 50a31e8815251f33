"""Rasa's graph, one node after the other.

Rasa hands the graph to dask for every message and every prediction, which finds out anew what needs what, and looks
after threads that it does not use: a tenth of a turn. What needs what does not change once a model is loaded.
"""

from collections.abc import Mapping
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner


class DirectRunner(GraphRunner):
    """Runs the nodes that *loaded* has loaded."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._nodes = loaded._instantiated_nodes
        self._needs = {name: list(node.needs.values()) for name, node in loaded._graph_schema.nodes.items()}
        self._targets: list[str] = loaded._graph_schema.target_names
        self._orders: dict[tuple[str, ...], list[str]] = {}

    def components(self) -> list[Any]:
        """Return what the nodes have loaded."""
        return [node._component for node in self._nodes.values()]

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> "DirectRunner":
        """Load the nodes as Rasa does, then run them our way."""
        return cls(DaskGraphRunner.create(*args, **kwargs))

    def run(self, inputs: Mapping[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Return the outputs of *targets*, or of the graph's own. A failure of a node is raised as it is."""
        wanted = tuple(targets or self._targets)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        found = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in self._orders[wanted]:
            if name not in found:
                # A node that nobody gives stands for itself by its name: then Rasa says which one is missing.
                found[name] = self._nodes[name](*(found.get(need, need) for need in self._needs[name]))
        return dict(found[name] for name in wanted)

    def _order(self, wanted: tuple[str, ...]) -> list[str]:
        """Return the nodes that *wanted* need, each after what it needs itself."""
        order: dict[str, None] = {}

        def add(name: str) -> None:
            if name in self._needs and name not in order:  # else an input
                for need in self._needs[name]:
                    add(need)
                order[name] = None

        for name in wanted:
            add(name)
        return list(order)
