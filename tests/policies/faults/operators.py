"""What can go wrong with one resource, as typed operators: each makes a faulty copy and leaves the good one alone."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from policies.rule import Resource

Step = str | int


def steps(path: str) -> list[Step]:
    """`spec containers 0 image`: keys and indices, parted by blanks because keys hold dots and slashes."""
    return [int(one) if one.lstrip("-").isdigit() else one for one in path.split()]


def _changed(one: Resource, path: str, change: Callable[[Any, Step], None]) -> Resource:
    inputs = copy.deepcopy(dict(one.inputs))
    *before, last = steps(path)
    parent: Any = inputs
    for step in before:
        parent = parent[step]
    change(parent, last)
    return replace(one, inputs=inputs)


@dataclass(frozen=True)
class Put:
    """Sets what lies at a path."""

    path: str
    value: Any

    def __call__(self, one: Resource) -> Resource:
        return _changed(one, self.path, lambda parent, last: parent.__setitem__(last, self.value))


@dataclass(frozen=True)
class Drop:
    """Removes what lies at a path."""

    path: str

    def __call__(self, one: Resource) -> Resource:
        return _changed(one, self.path, lambda parent, last: parent.__delitem__(last))


@dataclass(frozen=True)
class Add:
    """Appends to the list at a path."""

    path: str
    value: Any

    def __call__(self, one: Resource) -> Resource:
        return _changed(one, self.path, lambda parent, last: parent[last].append(self.value))


@dataclass(frozen=True)
class Swap:
    """Replaces one piece of the text at a path by another; fails where the piece is not there."""

    path: str
    old: str
    new: str

    def __call__(self, one: Resource) -> Resource:
        def change(parent: Any, last: Step) -> None:
            assert self.old in parent[last], f"{self.old} is not in {one.name} at {self.path}"
            parent[last] = parent[last].replace(self.old, self.new)

        return _changed(one, self.path, change)


@dataclass(frozen=True)
class Times:
    """Multiplies the number at a path."""

    path: str
    factor: int

    def __call__(self, one: Resource) -> Resource:
        return _changed(
            one, self.path, lambda parent, last: parent.__setitem__(last, int(parent[last]) * self.factor)
        )


@dataclass(frozen=True)
class Argument:
    """Changes, or with no value removes, an argument of the first container of a pod template."""

    name: str
    value: str | None

    def __call__(self, one: Resource) -> Resource:
        def change(parent: Any, last: Step) -> None:
            kept = [word for word in parent[last] if word.split("=")[0] != self.name]
            assert self.value is not None or len(kept) < len(parent[last]), f"{one.name} has no {self.name}"
            parent[last] = kept if self.value is None else [*kept, f"{self.name}={self.value}"]

        return _changed(one, "spec template spec containers 0 args", change)


@dataclass(frozen=True)
class Document:
    """Does something to a policy document that travels as JSON text."""

    key: str
    inner: Put | Drop | Add

    def __call__(self, one: Resource) -> Resource:
        inside = Resource(name=one.name, type=one.type, inputs=json.loads(one.inputs[self.key]))
        return replace(one, inputs={**one.inputs, self.key: json.dumps(self.inner(inside).inputs)})


@dataclass(frozen=True)
class Option:
    """Changes what the engine is told of a resource besides its inputs."""

    field: str
    value: Any

    def __call__(self, one: Resource) -> Resource:
        return replace(one, **{self.field: self.value})


@dataclass(frozen=True)
class Gone:
    """The resource is not made at all."""

    def __call__(self, one: Resource) -> None:
        return None


Operator = Put | Drop | Add | Swap | Times | Argument | Document | Option | Gone
