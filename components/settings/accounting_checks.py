"""Mistakes in shares, cascades and known quotas that no single key can see."""

from collections.abc import Iterator

from components.catalog import quotas
from components.settings.accounting import CostShares
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake


def mistakes_in_accounts(settings: FleetSettings) -> Iterator[Mistake]:
    """Shares above the whole, cascades over models that are not there, quotas nobody plans for."""
    yield from _shares("fleet.cost_shares", settings.cost_shares)
    for name, model in settings.models.items():
        yield from _shares(f"fleet.models.{name}.cost_shares", model.cost_shares)
    for name, cascade in settings.cascades.items():
        path, chosen = f"fleet.cascades.{name}", ", ".join(settings.models)
        for key in ("small", "large"):
            if getattr(cascade, key) not in settings.models:
                text = f"{getattr(cascade, key)} is not one of the fleet's models: {chosen}"
                yield Mistake(f"{path}.{key}", text)
        if cascade.small == cascade.large:
            yield Mistake(f"{path}.large", f"{cascade.large} is the small model too; a cascade needs two")
    for region, here in settings.regions.items():
        for code in here.quotas:
            if code not in quotas.ALL:
                known = ", ".join(f"{one.code} ({one.title})" for one in quotas.ALL.values())
                text = f"the plan counts nothing against this quota; it knows {known}"
                yield Mistake(f"fleet.regions.{region}.quotas.{code}", text)


def _shares(path: str, shares: CostShares) -> Iterator[Mistake]:
    whole = sum(shares.values())
    if whole > 1 + 1e-9:
        parts = " + ".join(f"{name} {share:g}" for name, share in shares.items())
        yield Mistake(path, f"{parts} add up to {whole:g}; together they may be 1 at most")
