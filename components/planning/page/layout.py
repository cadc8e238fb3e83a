"""The whole page."""

from datetime import date

from components.planning import price_age
from components.planning.amounts import usd
from components.planning.page.costs import costs
from components.planning.page.day import day
from components.planning.page.fleet_map import fleet_map
from components.planning.page.markup import Markup, tag, together
from components.planning.page.style import STYLE
from components.planning.page.tables import models, survival
from components.planning.page.waits import cold_starts, failover
from components.planning.plan import FleetPlan

SECTIONS = (
    ("map", "Regions"),
    ("costs", "Costs"),
    ("day", "Day"),
    ("models", "Models"),
    ("cold", "Cold starts"),
    ("failover", "Failover"),
    ("survival", "Survival"),
)


def document(plan: FleetPlan, today: date | None = None) -> str:
    """One file that needs nothing else; in ASCII, so that any locale may write it."""
    title = f"{plan.stack}: plan of the fleet"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(STYLE)),
    )
    body = tag("body", _header(plan), tag("main", *_sections(plan)), _footer(plan, today))
    text = together(Markup("<!doctype html>\n"), tag("html", head, body, lang="en"), "\n")
    return text.encode("ascii", "xmlcharrefreplace").decode()


def _sections(plan: FleetPlan) -> tuple[Markup, ...]:
    return (
        _headline(plan),
        fleet_map(plan),
        costs(plan),
        day(plan),
        models(plan),
        cold_starts(plan),
        failover(plan),
        survival(plan),
    )


def _header(plan: FleetPlan) -> Markup:
    links = (tag("a", text, href=f"#{key}") for key, text in SECTIONS)
    return tag(
        "header",
        tag("h1", plan.name),
        tag("p", f"{plan.environment}, {plan.traffic.domain}", class_="lead"),
        tag("nav", *links, aria_label="Sections"),
    )


def _headline(plan: FleetPlan) -> Markup:
    """The numbers people ask for first."""
    amount, budget, failover_plan = plan.usd_per_month, plan.budget.monthly_usd, plan.traffic.failover
    tiles = [
        ("Expected a month", usd(amount.expected), f"{usd(amount.floor)} at rest"),
        ("Ceiling a month", usd(amount.ceiling), f"{amount.ceiling / budget:.0%} of {usd(budget)}"),
        (
            "Leaves a dead region in",
            f"{failover_plan.worst_seconds:g} s",
            f"{failover_plan.target_seconds} s promised",
        ),
        ("Survives a region's loss", *_survives(plan)),
    ]
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", value), tag("dd", note, class_="note"))
            for name, value, note in tiles
        ),
        class_="tiles",
    )


def _survives(plan: FleetPlan) -> tuple[str, str]:
    if len(plan.regions) == 1:
        return "no", "there is one region"
    short = sum(not one.holds for one in plan.survivals)
    return (
        ("no", f"{short} of {len(plan.survivals)} cases fall short")
        if short
        else ("every model", "at the peak")
    )


def _footer(plan: FleetPlan, today: date | None) -> Markup:
    told = price_age.told(plan, today).replace("\n", "; ")
    link = tag("a", "runbook", href=plan.regions[0].runbook_url, rel="noreferrer")
    return tag("footer", tag("p", f"{told[0].upper()}{told[1:]}. What to do when it alerts: ", link, "."))
