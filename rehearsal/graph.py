"""A recorded stack as data: each resource by its place, which is its URN without the stack's own part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rehearsal.recorder import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One resource: where it stands, what it was asked for, and what it is made from."""

    place: str
    """`<type of each ancestor>$<type>::<name>`, as the engine's URN ends."""
    name: str
    type: str
    parent: str = ""
    """Place of its parent; empty at the top. So with its provider, where it is a default one."""
    provider: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Places of what each input is made from."""
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    aliases: tuple[Mapping[str, str], ...] = ()

    @property
    def component(self) -> bool:
        """Ours: builds nothing itself."""
        return self.type.startswith("llmfleet:")


Graph = Mapping[str, Node]
"""Resources by place, in the order the program asked for them."""


def graph(resources: Sequence[Recorded]) -> Graph:
    """A recorded stack. The recorder names a parent by its own type alone; a place has the whole chain."""
    by_urn = {one.urn: one for one in resources}
    places = {one.urn: _place(one, by_urn) for one in resources}
    nodes = (_node(one, places) for one in resources)
    return {one.place: one for one in nodes}


def _place(one: Recorded, by_urn: Mapping[str, Recorded]) -> str:
    types, parent = [one.type], by_urn.get(one.parent)
    while parent is not None:
        types.append(parent.type)
        parent = by_urn.get(parent.parent)
    return f"{'$'.join(reversed(types))}::{one.name}"


def _node(one: Recorded, places: Mapping[str, str]) -> Node:
    return Node(
        place=places[one.urn],
        name=one.name,
        type=one.type,
        parent=places.get(one.parent, ""),
        provider=places.get(one.provider, ""),
        inputs=one.manifest,
        uses={
            key: found
            for key, urns in one.uses.items()
            if (found := tuple(sorted(places[urn] for urn in urns if urn in places)))
        },
        protect=one.protect,
        ignore_changes=one.ignore_changes,
        aliases=tuple(_alias(told, places) for told in one.aliases),
    )


def _alias(told: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    found = dict(told)
    if "parent" in found:
        found["parent"] = places.get(found["parent"], place_of(found["parent"]))
    return found


def place_of(urn: str) -> str:
    """The place within an URN; empty for the stack's own."""
    parts = urn.split("::", 2)
    place = parts[2] if len(parts) == 3 else ""
    return "" if place.startswith("pulumi:pulumi:Stack::") else place.removeprefix("pulumi:pulumi:Stack$")


def former_places(one: Node, nodes: Graph) -> tuple[str, ...]:
    """Where its aliases, and those of everything above it, say that it was before."""
    parent = nodes.get(one.parent)
    parents = [one.parent, *(former_places(parent, nodes) if parent else ())]
    found: list[str] = []
    for above in parents:
        found.append(place(above, one.type, _inherited(one.name, parent, above)))
        for alias in one.aliases:
            told = alias.get("parent", above)
            made = place(told, alias.get("type", one.type), alias.get("name", one.name))
            found.append(place_of(alias["urn"]) if "urn" in alias else made)
    return tuple(dict.fromkeys(other for other in found if other != one.place))


def place(parent: str, type_: str, name: str) -> str:
    """Of a resource beneath a parent."""
    above = parent.split("::", 1)[0]
    return f"{above}${type_}::{name}" if above else f"{type_}::{name}"


def _inherited(name: str, parent: Node | None, above: str) -> str:
    """A child's former name, where it begins with its parent's: the engine renames it along."""
    was = above.split("::", 1)[-1]
    if parent is None or not name.startswith(parent.name):
        return name
    return was + name.removeprefix(parent.name)


def data(nodes: Graph) -> list[dict[str, Any]]:
    """For a file; empty fields are left out."""
    return [
        {key: value for key in Node.__slots__ if (value := getattr(one, key)) or key == "inputs"}
        for one in nodes.values()
    ]


def load(found: Iterable[Mapping[str, Any]]) -> Graph:
    """From a file that `data` wrote; what a later version adds to it is passed over."""
    nodes = (Node(**{key: _frozen(told[key]) for key in Node.__slots__ if key in told}) for told in found)
    return {one.place: one for one in nodes}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
