"""One rehearsal and how it came out: plan, resources, verdicts, and how long they took."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from components.planning.plan import FleetPlan
from components.settings import stackfile
from policies.verdict import Verdict
from rehearsal import graph, judgement, recorder, report
from rehearsal.recorder import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a stack would build, and what policy says of it."""

    plan: FleetPlan
    resources: tuple[Recorded, ...]
    verdicts: tuple[Verdict, ...]
    unset: tuple[str, ...]
    """Secrets still to be set."""
    rehearsal_seconds: float
    policies_seconds: float

    @property
    def refused(self) -> bool:
        return judgement.refused(self.verdicts)

    def data(self, *, with_graph: bool = False) -> dict[str, Any]:
        """For programs; with every resource's inputs if asked for."""
        return {
            **report.data(self.plan, self.resources, self.verdicts, self.unset),
            "timings": {
                "rehearsal_seconds": round(self.rehearsal_seconds, 3),
                "policies_seconds": round(self.policies_seconds, 4),
            },
            **({"graph": graph.data(graph.graph(self.resources))} if with_graph else {}),
        }


def outcome(file: stackfile.StackFile, plan: FleetPlan) -> Outcome:
    """Rehearse a stack whose plan is known, and judge it; raises `Mistakes` where the rules cannot be tuned as it says."""
    tuned = judgement.settings(file)
    # The SDK logs what it raises; one of the two is enough for a reader.
    logging.getLogger("pulumi").setLevel(logging.CRITICAL)
    start = time.perf_counter()
    cloud = recorder.rehearse(file)
    built = time.perf_counter()
    verdicts = judgement.verdicts(cloud, tuned, environment=plan.environment)
    return Outcome(
        plan=plan,
        resources=tuple(cloud.resources),
        verdicts=verdicts,
        unset=tuple(name for name in plan.secrets if name not in file.secrets),
        rehearsal_seconds=built - start,
        policies_seconds=time.perf_counter() - built,
    )
