"""`kubectl` against one control plane."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rehearsal import gobuild
from rehearsal.cluster.programs import PROGRAMS

OWNER = "llm-fleet"
"""Whom server-side apply records as the manager of the fields."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def accepted(self) -> bool:
        return self.code == 0


@dataclass(frozen=True, slots=True)
class Kubectl:
    """One administrator of one cluster."""

    kubeconfig: Path

    def __call__(self, *arguments: str, given: str | None = None) -> Answer:
        command = [str(gobuild.ensure(PROGRAMS["kubectl"])), f"--kubeconfig={self.kubeconfig}", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def apply(self, manifests: Iterable[Mapping[str, Any]]) -> Answer:
        """Server-side, with every unknown or doubled field an error."""
        text = yaml.safe_dump_all([dict(one) for one in manifests], sort_keys=False)
        return self(
            "apply", "--server-side", f"--field-manager={OWNER}", "--validate=strict", "-f", "-", given=text
        )

    def must(self, answer: Answer) -> None:
        """Raises what `kubectl` said where it was refused."""
        if not answer.accepted:
            raise RuntimeError(answer.err.strip())

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of a list; raises what `kubectl` says where there is none."""
        answer = self("get", *arguments, "-o", "json")
        if not answer.accepted:
            raise LookupError(answer.err.strip())
        found = json.loads(answer.out)
        items: list[dict[str, Any]] = found.get("items", [found])
        return items

    def define(self, files: Iterable[Path], *definitions: Mapping[str, Any]) -> None:
        """Custom resources, until each of them is served."""
        named = [f"--filename={path}" for path in files]
        self.must(self("apply", "--server-side", f"--field-manager={OWNER}", *named))
        if definitions:
            self.must(self.apply(definitions))
        self.must(self("wait", "--for=condition=Established", "--all", "--timeout=60s", "crd"))
