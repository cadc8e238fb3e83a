"""What `python -m components.planning` can show: each option is one function from its arguments to text or tables."""

import json
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from components.planning import figures, quotas
from components.planning.economics_figures import economics_data, economics_sheets, quotas_data, quotas_sheet
from components.planning.fleet import plan_fleet
from components.planning.plan import FleetPlan
from components.settings import stackfile
from components.settings.fleet import FleetSettings
from components.settings.understanding import understand

if TYPE_CHECKING:
    from rich.console import RenderableType

    from components.planning.sheets import Sheet


def planned(arguments: Namespace) -> FleetPlan:
    return understand(stackfile.read(arguments.stack).fleet, arguments.stack, plan_fleet)


# Tables are imported where they are shown: data needs none, and a program that reads it should not wait for them.


def plan_view(arguments: Namespace) -> "str | RenderableType":
    """The plan: as data, as GitHub tables, or for a terminal."""
    plan = planned(arguments)
    if arguments.json:
        return json.dumps(figures.data(plan), indent=2)
    if arguments.markdown:
        from components.planning import markdown

        data = figures.data(plan)
        sheets = (*markdown.plan_sheets(data), *economics_sheets(plan))
        return markdown.document(markdown.plan_title(data), sheets)
    from components.planning import report

    return report.render(plan, _today())


def page_view(arguments: Namespace) -> str:
    """The plan as one page for a browser."""
    from components.planning.page import layout

    return layout.document(planned(arguments), _today())


def _today() -> date:
    return datetime.now(UTC).date()


def why_view(arguments: Namespace) -> "str | RenderableType":
    """Each placement beside what else it could have been."""
    plan = planned(arguments)
    if arguments.json:
        models = figures.data(plan)["models"]
        return json.dumps(
            {name: [one["recommendations"] for one in places] for name, places in models.items()}, indent=2
        )
    from components.planning import why

    return why.render(plan)


def economics_view(arguments: Namespace) -> "str | RenderableType":
    """What tokens cost, against APIs, asleep, in cascades, and who pays."""
    plan = planned(arguments)
    if arguments.json:
        return json.dumps(economics_data(plan.economics), indent=2)
    return _tables(arguments, f"{plan.stack}: money", economics_sheets(plan))


def quotas_view(arguments: Namespace) -> "str | RenderableType":
    """Requests for quota increases; known quotas that fall short are asked for here, instead of refusing the plan."""
    known: dict[str, Mapping[str, float]] = {}

    def without_known(settings: FleetSettings, stack: str) -> FleetPlan:
        known.update({name: one.quotas for name, one in settings.regions.items()})
        free = {name: one.model_copy(update={"quotas": {}}) for name, one in settings.regions.items()}
        return plan_fleet(settings.model_copy(update={"regions": free}), stack)

    plan = understand(stackfile.read(arguments.stack).fleet, arguments.stack, without_known)
    if arguments.json:
        return json.dumps({one.region: quotas_data(one) for one in plan.regions}, indent=2)
    if arguments.markdown:
        return _tables(arguments, f"{plan.stack}: quotas", (quotas_sheet(plan),))
    head = [
        f"# {plan.stack}: Service Quotas at the ceiling, rollouts included. Add what else the account runs.",
        "# A request at or below the present quota is refused, which does no harm.",
    ]
    return "\n".join(
        [*head, *(line for one in plan.regions for line in quotas.requests(one, known[one.region]))]
    )


def capacity_view(arguments: Namespace) -> "str | RenderableType":
    """The capacity figures often quoted, beside ours; no stack is read."""
    from components.planning.capacity_sheets import capacity_data, capacity_sheets

    if arguments.json:
        return json.dumps(capacity_data(), indent=2)
    return _tables(arguments, "Capacity figures often quoted, beside ours", capacity_sheets())


def against_view(arguments: Namespace) -> "str | RenderableType":
    """What changes from another plan to this one."""
    from components.planning import against, difference

    before = against.other_data(arguments.against, arguments.stack)
    found = difference.difference(before, figures.data(planned(arguments)), told=arguments.against)
    if arguments.json:
        return json.dumps(difference.data(found), indent=2)
    if found.nothing:
        return f"{arguments.stack}: nothing changes from {arguments.against}"
    title = f"{arguments.stack}: {difference.headline(found)}"
    return _tables(arguments, title, difference.sheets(found))


def _tables(arguments: Namespace, title: str, sheets: "tuple[Sheet, ...]") -> "str | RenderableType":
    if arguments.markdown:
        from components.planning import markdown

        return markdown.document(title, sheets)
    from components.planning.terminal import rendered

    return rendered(sheets)


VIEWS: Final[Mapping[str, Callable[[Namespace], Any]]] = {
    "why": why_view,
    "economics": economics_view,
    "quotas": quotas_view,
    "capacity": capacity_view,
    "against": against_view,
    "html": page_view,
}
"""By option; without one of them, the plan itself."""


def view(arguments: Namespace) -> Any:
    """What was asked for: text, or tables for a terminal."""
    chosen = next((show for name, show in VIEWS.items() if getattr(arguments, name)), plan_view)
    return chosen(arguments)
