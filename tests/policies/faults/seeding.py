"""From the table to mutated stacks, and whether their rule refuses them."""

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.config import DEFAULT
from policies.pack import RULES
from policies.rule import Resource
from tests.policies.faults.operators import Operator

BY_NAME = {rule.name: rule for rule in RULES}


@dataclass(frozen=True)
class Fault:
    """One row: what is done to which resources, and the rule that must refuse it."""

    rule: str
    where: str
    """Kind, or the last part of a type, and a pattern of names: `ScaledObject *llama*`."""
    operator: Operator
    stacks: tuple[str, ...] = ("dev", "prod")

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.operator}"


@dataclass(frozen=True)
class Mutation:
    """A stack with one fault in it."""

    name: str
    """Of the resource that was mutated."""
    faulty: Resource | None
    resources: tuple[Resource, ...]


def matches(one: Resource, where: str) -> bool:
    """Our own components, which share words with what they are made of, only by their whole type."""
    kind, _, pattern = where.partition(" ")
    last = "" if one.type.startswith("llmfleet:") else one.type.rsplit(":", 1)[-1]
    return kind in (one.kind, last, one.type) and fnmatch.fnmatchcase(one.name, pattern or "*")


def mutations(fault: Fault, good: Sequence[Resource]) -> Iterator[Mutation]:
    """The fault in each resource it fits, one at a time."""
    for place, one in enumerate(good):
        if matches(one, fault.where):
            faulty = fault.operator(one)
            assert faulty != one, f"{fault} changes nothing of {one.name}"
            rest = () if faulty is None else (faulty,)
            yield Mutation(one.name, faulty, (*good[:place], *rest, *good[place + 1 :]))


def refused(fault: Fault, mutation: Mutation) -> bool:
    """Whether the named rule finds something; a rule over single resources is shown only the faulty one."""
    rule = BY_NAME[fault.rule]
    alone = rule.resource is not None and mutation.faulty is not None
    shown = [mutation.faulty] if alone and mutation.faulty else mutation.resources
    return next(rule.findings(shown, DEFAULT.numbers.by_name), None) is not None
