"""One comment for a pull request: what a change does to dollars, resources, capacity and policy; GitHub's Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.planning import difference
from components.planning.amounts import usd
from components.planning.sheets import Sheet, markdown
from components.settings.mistakes import Mistakes
from rehearsal import graph, review_money, review_policies, review_resources
from rehearsal.base import Base
from rehearsal.impact import impact

Data = Mapping[str, Any]


def review(stack: str, base: Base, head: Data | Mistakes) -> str:
    """The whole comment, short at first sight, the rest folded away; the same for the same two rehearsals."""
    if isinstance(head, Mistakes):
        parts = _refused(stack, base, head)
    elif base.data is None:
        parts = _alone(stack, base, head)
    else:
        parts = _compared(stack, base.told, base.data, head)
    return "\n\n".join(part for part in parts if part) + "\n"


def _refused(stack: str, base: Base, mistakes: Mistakes) -> Iterator[str]:
    """A stack file that describes no fleet, or one over its budget: every mistake, and what stands until it is mended."""
    yield f"### {stack}: refused before anything is built"
    yield f"{mistakes.title}:"
    yield "\n".join(
        f"- {review_resources.code(one.path)}: {_plain(one.message)}" for one in mistakes.mistakes
    )
    if base.data is not None:
        month = base.data["usd_per_month"]
        yield (
            f"{review_resources.code(base.told)} costs {usd(month['expected'])} a month expected,"
            f" {usd(month['ceiling'])} at the ceiling, of a budget of {usd(base.data['budget_usd'])}."
        )
    yield _failed(base)


def _plain(text: str) -> str:
    """A sentence that quotes what somebody wrote, without markup or mentions."""
    return review_resources.code(text)


def _failed(base: Base) -> str:
    if base.data is not None:
        return ""
    said = "\n".join(f"> {line}" for line in base.failure.replace("`", "'").splitlines())
    return f"There is nothing to compare with: {review_resources.code(base.told)} fails.\n\n{said}"


def _alone(stack: str, base: Base, head: Data) -> Iterator[str]:
    month = head["usd_per_month"]
    share = month["ceiling"] / head["budget_usd"]
    yield (
        f"### {stack}: {usd(month['expected'])} a month expected, {usd(month['ceiling'])} at the ceiling"
        f" ({share:.0%} of the budget)"
    )
    yield _failed(base)
    yield from review_policies.told([], head["policies"])


def _compared(stack: str, told: str, before: Data, head: Data) -> Iterator[str]:
    found = difference.difference(before, head, told=told)
    steps = None
    if "graph" in before and "graph" in head:
        steps = impact(graph.load(before["graph"]), graph.load(head["graph"]))
    if found.nothing and steps and steps.nothing:
        yield f"### {stack}: nothing changes from {review_resources.code(told)}"
    else:
        yield f"### {stack}: {review_money.headline(found)}"
    yield from review_policies.told(before.get("policies"), head["policies"])
    if steps:
        yield markdown(review_resources.lost(steps))
        yield "\n".join(f"- {one}" for one in review_resources.renamings(steps))
    if review_money.moved(found):
        yield markdown(review_money.dollars(before, head, found))
    yield "\n".join(f"- {one}" for one in review_money.consequences(before, head))
    yield (
        review_resources.counts(steps)
        if steps
        else f"Resources cannot be compared one by one: {review_resources.code(told)} tells their counts alone."
    )
    for summary, sheet in review_money.details(before, found):
        yield _folded(summary, sheet)
    if steps:
        for summary, sheet in review_resources.details(steps):
            yield _folded(summary, sheet)
    else:
        yield _folded(
            "Resources by kind", review_resources.kinds(before.get("resources", {}), head["resources"])
        )


def _folded(summary: str, sheet: Sheet) -> str:
    """A table behind its summary; nothing where it has no rows."""
    if not sheet.rows:
        return ""
    _, _, body = markdown(sheet).partition("\n\n")
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
