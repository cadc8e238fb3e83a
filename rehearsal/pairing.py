"""Which of the deleted is which of the added: the same thing under another name or another parent."""

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence

from rehearsal.graph import Node

Pair = tuple[Node, Node]


def renamed(deleted: Iterable[Node], added: Iterable[Node]) -> tuple[Pair, ...]:
    """Pairs of one type and with the same inputs, their names and what is made from others aside.

    Where several are alike, those whose names end alike are paired; a resource is in one pair at most.
    """
    ours = itertools.groupby(sorted(deleted, key=_kind), key=_kind)
    theirs = {kind: list(nodes) for kind, nodes in itertools.groupby(sorted(added, key=_kind), key=_kind)}
    return tuple(pair for kind, nodes in ours for pair in _pairs(list(nodes), theirs.get(kind, [])))


def _kind(one: Node) -> tuple[str, str]:
    """What a rename leaves as it is."""
    own = {key: value for key, value in one.inputs.items() if key not in one.uses}
    return one.type, json.dumps(own, sort_keys=True, default=str).replace(one.name, "*")


def _pairs(deleted: Sequence[Node], added: Sequence[Node]) -> Iterator[Pair]:
    alike = sorted(
        itertools.product(deleted, added),
        key=lambda pair: (-_common_end(pair[0].name, pair[1].name), pair[0].place, pair[1].place),
    )
    paired: set[str] = set()
    for old, new in alike:
        if old.place not in paired and new.place not in paired:
            paired |= {old.place, new.place}
            yield old, new


def _common_end(one: str, other: str) -> int:
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False))
    return sum(1 for _ in same)
