"""What becomes of every resource from one graph to another: a pure function, as near to the engine's steps as inputs tell.

A resource that keeps its place, or says by an alias where it was, is the same one: changed where its inputs differ, built
anew where one of them cannot be changed in place, or where its provider is another. What is made from something that is
built anew is told another id, and follows. A resource whose place changed without an alias is deleted and created.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rehearsal import pairing, replacement
from rehearsal.graph import Graph, Node, former_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one resource that is in both graphs."""

    before: Node
    after: Node
    why: str = ""
    """Why it is built anew; empty where it is changed in place."""
    follows: tuple[str, ...] = ()
    """Names of what it is made from and that is built anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Everything that one graph does to another; our own components, which build nothing, apart."""

    added: tuple[Node, ...]
    changed: tuple[Step, ...]
    replaced: tuple[Step, ...]
    deleted: tuple[Node, ...]
    renamed_components: tuple[Step, ...]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.replaced or self.deleted)


def impact(before: Graph, after: Graph) -> Impact:
    """From one graph to another; every list in the order of types and names."""
    kept = _kept(before, after)
    stayed = {one.place for one in kept.values()}
    added = [one for place, one in after.items() if place not in kept]
    deleted = [one for place, one in before.items() if place not in stayed]
    pairs = pairing.renamed(deleted, added)
    steps = {new.place: Step(before=old, after=new, why=_renaming(old, new)) for old, new in pairs}
    gone, come = {old.place for old, _ in pairs}, {new.place for _, new in pairs}
    for place, old in kept.items():
        if differs := _step(old, after[place], kept):
            steps[place] = differs
    _follow(steps, kept, after)
    found = sorted(steps.values(), key=lambda one: _order(one.after))
    real = [one for one in found if not one.after.component]
    return Impact(
        added=_built(one for one in added if one.place not in come),
        changed=tuple(one for one in real if not one.why),
        replaced=tuple(one for one in real if one.why),
        deleted=_built(one for one in deleted if one.place not in gone),
        renamed_components=tuple(one for one in found if one.after.component and one.why),
    )


def _built(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted((one for one in nodes if not one.component), key=_order))


def _order(one: Node) -> tuple[str, str, str]:
    return one.type, one.name, one.place


def _kept(before: Graph, after: Graph) -> dict[str, Node]:
    """What each resource was before, by its place now: at the same place, or where an alias says."""
    kept = {place: before[place] for place in after if place in before}
    taken = set(kept)
    for place, one in after.items():
        if place not in kept:
            free = (was for was in former_places(one, after) if was in before and was not in taken)
            if former := next(free, None):
                kept[place] = before[former]
                taken.add(former)
    return kept


def _renaming(old: Node, new: Node) -> str:
    return "renamed without an alias" if old.name != new.name else "moved to another parent without an alias"


def _step(old: Node, new: Node, kept: Mapping[str, Node]) -> Step | None:
    """What differs by itself; None where nothing does."""
    now = heeded(old, new)
    forced = replacement.replacing(old.type, old.inputs, now)
    provider = kept[new.provider].place if new.provider in kept else new.provider
    if provider != old.provider:
        return Step(before=old, after=new, why="another provider")
    if forced:
        return Step(before=old, after=new, why=f"{', '.join(forced)} cannot be changed in place")
    return Step(before=old, after=new) if now != old.inputs else None


def heeded(old: Node, new: Node) -> Mapping[str, Any]:
    """A resource's new inputs, those that it ignores as they were."""
    if not new.ignore_changes:
        return new.inputs
    now: dict[str, Any] = copy.deepcopy(dict(new.inputs))
    for path in new.ignore_changes:
        *above, last = path.split(".")
        then, place = old.inputs, now
        for step in above:
            then, place = then.get(step, {}), place.setdefault(step, {})
        place.pop(last, None)
        if last in then:
            place[last] = then[last]
    return now


def _follow(steps: dict[str, Step], kept: Mapping[str, Node], after: Graph) -> None:
    """Adds what is made from things built anew, until nothing more follows."""
    rebuilt = {place for place, one in steps.items() if one.why and not one.after.component}
    fresh = set(rebuilt)
    while fresh:
        found: set[str] = set()
        for place, old in kept.items():
            new = after[place]
            if place in rebuilt or not (sources := _sources(new, fresh)):
                continue
            names = tuple(sorted({after[source].name for _, source in sources}))
            forced = sorted(
                {key for key, source in sources if replacement.follows(new.type, key, after[source].type)}
            )
            if new.provider in fresh:
                forced = ["its provider", *forced]
            step = steps.get(place, Step(before=old, after=new))
            steps[place] = replace(step, follows=tuple(sorted({*step.follows, *names})))
            if forced:
                steps[place] = replace(steps[place], why=f"{', '.join(forced)} of {', '.join(names)}")
                found.add(place)
        rebuilt |= found
        fresh = found


def _sources(one: Node, fresh: set[str]) -> list[tuple[str, str]]:
    """Inputs, and what of the fresh each is made from; a provider counts as one."""
    made = [(key, place) for key, places in one.uses.items() for place in places if place in fresh]
    return [*made, *([("provider", one.provider)] if one.provider in fresh else [])]
