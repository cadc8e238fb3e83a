"""Of a review: which policies are newly broken, which are kept again, and which still are broken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rehearsal.review_resources import code

SHOWN = 5
"""Findings of one rule."""

Policy = Mapping[str, Any]


def told(before: Sequence[Policy] | None, after: Sequence[Policy]) -> Iterator[str]:
    """A line with the verdict, then what is new and what is fixed."""
    held = sum(1 for one in after if one["verdict"] == "pass")
    refusing = [one for one in after if one["verdict"] == "fail"]
    if refusing:
        yield f"**Refused by policy:** {held} of {len(after)} policies hold."
    else:
        yield f"{held} of {len(after)} policies hold."
    was = {one["name"]: one for one in before or ()}
    broken = [one for one in after if one["verdict"] != "pass"]
    lines = [line for one in broken for line in _broken(one, was.get(one["name"]))]
    lines += [
        f"- fixed: {one['assures']}"
        for one in after
        if one["verdict"] == "pass" and was.get(one["name"], one)["verdict"] != "pass"
    ]
    if before is not None:
        now = {one["name"] for one in after}
        lines += [f"- no longer asked: {one['assures']}" for name, one in was.items() if name not in now]
    yield "\n".join(lines)


def _broken(one: Policy, was: Policy | None) -> Iterator[str]:
    known = set(was["findings"]) if was else set()
    fresh = [finding for finding in one["findings"] if finding not in known]
    word = "fails" if one["verdict"] == "fail" else "advises against"
    since = "still " if was and was["verdict"] != "pass" and not fresh else "newly "
    yield f"- {since}{word}: {one['assures']}; remedy: {one['remedy']}"
    shown = fresh or one["findings"]
    for finding in shown[:SHOWN]:
        yield f"  - {code(finding)}"
    if len(shown) > SHOWN:
        yield f"  - and {len(shown) - SHOWN} more"
