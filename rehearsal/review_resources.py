"""Of a review: what becomes of the resources, the loss of anything that holds something first."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from components.planning.sheets import Sheet
from rehearsal.graph import Node
from rehearsal.impact import Impact, Step, heeded
from rehearsal.replacement import STATEFUL

ROWS: Final = 30
"""Of one table; more would be read by nobody, and a comment holds 65,536 characters."""
NAMES: Final = 4
PATHS: Final = 4
LONGEST: Final = 40
"""Characters of one value."""


def kind(one: Node) -> str:
    """`NodePool` of `kubernetes:karpenter.sh/v1:NodePool`, `ec2 Vpc` of `aws:ec2/vpc:Vpc`."""
    package, _, rest = one.type.partition(":")
    last = rest.split(":")[-1]
    return f"{rest.split('/')[0]} {last}" if package == "aws" else f"{package} {last}"


def code(text: str) -> str:
    """Taken literally by GitHub: nobody is mentioned and nothing is markup."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def counts(found: Impact) -> str:
    """One line."""
    if found.nothing:
        return "No resource changes."
    parts = {
        "added": found.added,
        "changed": found.changed,
        "replaced": found.replaced,
        "deleted": found.deleted,
    }
    return f"Resources: {', '.join(f'{len(those)} {what}' for what, those in parts.items())}."


def lost(found: Impact) -> Sheet:
    """Replacements and deletions of what holds something."""
    replaced = (
        (kind(one.before), code(one.before.name), "replaced", _why_here(one), _protected(one.before))
        for one in found.replaced
        if one.before.type in STATEFUL
    )
    deleted = (
        (kind(one), code(one.name), "deleted", "no longer asked for", _protected(one))
        for one in found.deleted
        if one.type in STATEFUL
    )
    columns = ("Kind", "Resource", "Becomes", "Why", "Protection")
    rows = (*replaced, *deleted)
    return Sheet(
        title="Read first: what holds something and is replaced or deleted",
        columns=columns,
        names=5,
        rows=rows[:ROWS],
        note=_more(len(rows)),
    )


def _protected(one: Node) -> str:
    return "protected: `pulumi up` will refuse" if one.protect else "none"


def _why_here(one: Step) -> str:
    renamed = one.before.name != one.after.name
    return f"{one.why}: now {code(one.after.name)}" if renamed else one.why


def renamings(found: Impact) -> Iterator[str]:
    """Each component that lost its name, with what was lost beneath it."""
    inside = {one.before.place: one for one in found.renamed_components}
    for one in found.renamed_components:
        if one.before.parent in inside:
            continue
        beneath = sum(1 for step in found.replaced if _beneath(step.before, one.before, inside))
        yield (
            f"Component {code(one.before.name)} became {code(one.after.name)} without an alias: {beneath} resources beneath"
            " it are deleted and created. An entry in `components/renames.py` keeps them."
        )


def _beneath(one: Node, component: Node, inside: Mapping[str, Step]) -> bool:
    above = one.parent
    while above in inside and above != component.place:
        above = inside[above].before.parent
    return above == component.place


def details(found: Impact) -> Iterator[tuple[str, Sheet]]:
    """What is folded away: a summary and its table for each kind of step."""
    yield from _table("Replaced", "Why", ((one.before, one.why) for one in found.replaced))
    yield from _table("Deleted", "", ((one, "") for one in found.deleted))
    yield from _table("Changed in place", "What", ((one.after, _what(one)) for one in found.changed))
    yield from _table("Added", "", ((one, "") for one in found.added))


def _table(title: str, column: str, those: Iterable[tuple[Node, str]]) -> Iterator[tuple[str, Sheet]]:
    """One line for all of a kind with which the same happens."""
    grouped: dict[tuple[str, str], list[str]] = {}
    count = 0
    for one, text in those:
        grouped.setdefault((kind(one), text), []).append(one.name)
        count += 1
    rows = [(what, str(len(names)), _names(names), text) for (what, text), names in sorted(grouped.items())]
    sheet = Sheet(
        title=title,
        columns=("Kind", "Count", "Resources", column),
        names=4,
        rows=tuple(rows[:ROWS]),
        note=_more(len(rows)),
    )
    if rows:
        yield f"{title}: {count}", sheet


def _names(names: list[str]) -> str:
    shown = ", ".join(code(name) for name in names[:NAMES])
    return f"{shown} and {len(names) - NAMES} more" if len(names) > NAMES else shown


def _more(count: int) -> str:
    return f"And {count - ROWS} lines more." if count > ROWS else ""


def _what(one: Step) -> str:
    """The inputs that differ, before and after; of a Secret their names alone."""
    found = list(_leaves(dict(one.before.inputs), dict(heeded(one.before, one.after)), ""))
    secret = one.after.type.endswith(":Secret")
    shown = [code(path) if secret else f"{code(path)} {values}" for path, values in found[:PATHS]]
    if len(found) > PATHS:
        shown.append(f"and {len(found) - PATHS} more")
    if not found and one.follows:
        shown.append(f"follows {', '.join(code(name) for name in one.follows[:NAMES])}")
    return "; ".join(shown)


def _leaves(before: Any, after: Any, path: str) -> Iterator[tuple[str, str]]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _leaves(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _leaves(old, new, f"{path}[{place}]")
    else:
        yield path, f"{_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return code(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def kinds(before: Mapping[str, int], after: Mapping[str, int]) -> Sheet:
    """Counts alone, where the base cannot tell its resources one by one."""
    rows = tuple(
        (name, str(before.get(name, 0)), str(after.get(name, 0)))
        for name in sorted({*before, *after})
        if before.get(name, 0) != after.get(name, 0)
    )
    return Sheet(title="Resources by kind", columns=("Kind", "before", "after"), rows=rows)
