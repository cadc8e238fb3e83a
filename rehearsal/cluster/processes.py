"""Programs beside each other on one machine: started, told apart when one falls, and ended whatever happens."""

import contextlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rehearsal import gobuild
from rehearsal.cluster.programs import ALL

ENDING_SECONDS: Final = 2
"""An API server would wait a quarter of a minute for those who watch; nothing here is worth it."""

LAST_LINES: Final = 15

COLLECTED_SELDOM: Final = {"GOGC": "400"}
"""These heaps are small and live for minutes: memory for processor time, of which two cores have little to spare."""


@dataclass
class Processes:
    """Programs of `programs`, each with its output in a file of one folder."""

    folder: Path
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, init=False)
    _told: dict[str, tuple[tuple[str, ...], Mapping[str, str]]] = field(default_factory=dict, init=False)
    """Arguments and environment of each program, to start it again."""

    def start(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """One program, its output beside the others'."""
        self._told[name] = arguments, environment or {}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [str(gobuild.ensure(ALL[name])), *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **COLLECTED_SELDOM, **(environment or {})},
            )

    def kill(self, name: str) -> None:
        """One program, at once, as when its node is lost."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def restart(self, name: str) -> None:
        """One program that has ended or was killed, as it was started."""
        arguments, environment = self._told[name]
        self.start(name, *arguments, environment=environment)

    def ended(self) -> dict[str, str]:
        """Programs that ended without being asked to, each with its exit status and what it wrote last."""
        return {
            name: f"{name} ended with {process.returncode}:\n{self.last_words(name)}"
            for name, process in self._processes.items()
            if process.poll() is not None
        }

    def stop(self) -> None:
        """Everything that was started and nothing else, in reverse; what does not end when asked is ended."""
        for process in reversed(self._processes.values()):
            process.terminate()
        for process in reversed(self._processes.values()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDING_SECONDS)
            if process.poll() is None:
                process.kill()
                process.wait()

    def last_words(self, name: str) -> str:
        """Of a Go program that panicked why, before all its stacks."""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        panics = [place for place, line in enumerate(lines) if line.startswith(("panic:", "fatal error:"))]
        words = lines[panics[-1] :] if panics else lines[-LAST_LINES:]
        return "\n".join(words[:LAST_LINES])
