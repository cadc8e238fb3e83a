"""What a rule is, and how a stack is judged by many."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["mandatory", "advisory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as the program asked for it."""

    name: str
    type: str
    """Pulumi's token, e.g. `aws:eks/nodeGroup:NodeGroup`."""
    inputs: Mapping[str, Any]
    """As sent to the provider: camelCase keys, plain values."""
    region: str | None = None
    """Of its AWS provider, or of the cluster its Kubernetes provider speaks to."""

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
    resource: Callable[[Resource], Iterator[str]] | None = None
    """Judges one resource by itself; yields what is wrong with it."""
    stack: Callable[[Sequence[Resource]], Iterator[Finding]] | None = None
    """Judges resources together."""

    def findings(self, resources: Sequence[Resource]) -> Iterator[Finding]:
        if self.resource is not None:
            for one in resources:
                for sentence in self.resource(one):
                    yield Finding(resource=one.name, sentence=sentence)
        if self.stack is not None:
            yield from self.stack(resources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one rule judged one stack."""

    rule: Rule
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def refuses(self) -> bool:
        return bool(self.findings) and self.rule.level == "mandatory"


def judge(rules: Iterable[Rule], resources: Sequence[Resource]) -> tuple[Verdict, ...]:
    """Every rule over every resource, in the rules' order."""
    return tuple(Verdict(rule=rule, findings=tuple(rule.findings(resources))) for rule in rules)


def at(value: Any, *path: str | int) -> Any:
    """The value at a path of keys and indices, or None where any step is absent."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            value = value[step] if -len(value) <= step < len(value) else None
        else:
            return None
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
