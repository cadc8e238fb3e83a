"""What a rule is, and the resources that it looks at."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Level = Literal["mandatory", "advisory"]

GUIDE = "policies/README.md"
"""Where every rule has an anchor of its own name."""


class NotYetKnown(Exception):
    """A rule asked for what only `up` will know: it can say neither yes nor no."""


class Unknown:
    """Stands for a value that a preview cannot know."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as the program asked for it; everything here is told by the engine's analyzer as well."""

    name: str
    type: str
    """Pulumi's token, e.g. `aws:eks/nodeGroup:NodeGroup`."""
    inputs: Mapping[str, Any]
    """As sent to the provider: camelCase keys, plain values."""
    region: str | None = None
    """Of its AWS provider, or of the cluster its Kubernetes provider speaks to."""
    urn: str = ""
    parent: str = ""
    """URN of its component; empty for the stack's own."""
    dependencies: tuple[str, ...] = ()
    """URNs of everything it waits for; known where the whole stack is judged, empty where one resource is."""
    protect: bool = False
    """Whether the engine refuses to delete it."""
    ignore_changes: tuple[str, ...] = ()
    """Paths of inputs that the engine leaves as they are found."""

    @property
    def kind(self) -> str:
        """Kubernetes kind, for typed and custom objects alike; empty for everything else."""
        return str(self.inputs.get("kind", "")) if self.type.startswith("kubernetes:") else ""

    @property
    def title(self) -> str:
        """What `kubectl` calls it, or the logical name."""
        return str(at(self.inputs, "metadata", "name") or self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a rule refuses, and where."""

    resource: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.resource} {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something assured of every stack that passes."""

    name: str
    assures: str
    """The sentence a reviewer reads when it holds."""
    remedy: str
    level: Level = "mandatory"
    in_development: Level | None = None
    """The level for a development stack, where it is not the same."""
    numbers: tuple[str, ...] = ()
    """Fields of `config.Numbers` that it reads; its function takes them as keyword arguments of the same names."""
    resource: Callable[..., Iterator[str]] | None = None
    """Judges one resource by itself; yields what is wrong with it."""
    stack: Callable[..., Iterator[Finding]] | None = None
    """Judges resources together."""

    @property
    def link(self) -> str:
        """Where the rule is explained."""
        return f"{GUIDE}#{self.name}"

    def level_in(self, environment: str) -> Level:
        """How it is enforced in `production` or `development`."""
        return self.in_development or self.level if environment == "development" else self.level

    def findings(self, resources: Sequence[Resource], numbers: Mapping[str, Any]) -> Iterator[Finding]:
        """What it refuses; `numbers` holds at least those the rule reads.

        Where it asks for what only `up` will know it is silent: the engine asks again when everything is known.
        """
        read = {name: numbers[name] for name in self.numbers}
        if self.resource is not None:
            for one in resources:
                with contextlib.suppress(NotYetKnown):
                    for sentence in self.resource(one, **read):
                        yield Finding(resource=one.name, sentence=sentence)
        if self.stack is not None:
            with contextlib.suppress(NotYetKnown):
                yield from self.stack(resources, **read)


def at(value: Any, *path: str | int) -> Any:
    """The value at a path of keys and indices, or None where any step is absent; `NotYetKnown` if `up` must tell."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            value = value[step] if -len(value) <= step < len(value) else None
        else:
            return None
        if value is UNKNOWN:
            raise NotYetKnown
    return value


def items(value: Any, *path: str | int) -> list[Any]:
    """The list at a path; empty where it is absent."""
    found = at(value, *path)
    return list(found) if isinstance(found, Sequence) and not isinstance(found, str) else []


def of_kind(resources: Sequence[Resource], kind: str) -> list[Resource]:
    return [one for one in resources if one.kind == kind]


def of_type(resources: Sequence[Resource], type_: str) -> list[Resource]:
    return [one for one in resources if one.type == type_]


def pod_spec(resource: Resource) -> Mapping[str, Any] | None:
    """The pod a workload would run; None for everything that runs none."""
    path = {
        "Deployment": ("spec", "template", "spec"),
        "StatefulSet": ("spec", "template", "spec"),
        "DaemonSet": ("spec", "template", "spec"),
        "Job": ("spec", "template", "spec"),
        "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
        "Pod": ("spec",),
    }.get(resource.kind)
    found = at(resource.inputs, *path) if path else None
    return found if isinstance(found, Mapping) else None


def label(resource: Resource, key: str) -> str | None:
    found = at(resource.inputs, "metadata", "labels", key)
    return None if found is None else str(found)
