"""The real program on the real engine: a stack in a folder of its own, its clouds stood in for."""

import copy
import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation

from components.settings import stackfile
from rehearsal import engine
from rehearsal.recorder import MAIN, UNSET
from rehearsal.standin import Cloud


def environment(debug_providers: str) -> dict[str, str]:
    """What the engine is told besides its arguments."""
    return {
        "PATH": f"{engine.ensure().parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DEBUG_PROVIDERS": debug_providers,
    }


class RealStack:
    """One stack of the program, with a file backend and stand-in clouds."""

    def __init__(self, name: str, folder: Path, debug_providers: str, cloud: Cloud) -> None:
        self.name, self.cloud = name, cloud
        self._folder = folder
        self._document: dict[str, Any] = yaml.safe_load((stackfile.ROOT / f"Pulumi.{name}.yaml").read_text())
        told = environment(debug_providers)
        # The Automation API looks for `pulumi` on this process's own path before it starts it with another.
        os.environ["PATH"] = told["PATH"]
        (folder / "state").mkdir(parents=True, exist_ok=True)
        self._write(self._document)
        self._stack = automation.create_or_select_stack(
            name,
            project_name=stackfile.PROJECT,
            program=lambda: runpy.run_path(str(MAIN), run_name="__main__") and None,
            opts=automation.LocalWorkspaceOptions(
                work_dir=str(folder),
                env_vars=told,
                project_settings=automation.ProjectSettings(
                    name=stackfile.PROJECT,
                    runtime="python",
                    backend=automation.ProjectBackend(f"file://{folder / 'state'}"),
                ),
            ),
        )
        self._set_secrets()

    def _write(self, document: dict[str, Any]) -> None:
        (self._folder / f"Pulumi.{self.name}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))

    def _set_secrets(self) -> None:
        for secret in stackfile.SECRETS:
            self.set_secret(secret, UNSET)
        self._document = yaml.safe_load((self._folder / f"Pulumi.{self.name}.yaml").read_text())

    def set_secret(self, name: str, value: str) -> None:
        """As `pulumi config set --secret` does."""
        self._stack.set_config(name, automation.ConfigValue(value, secret=True))

    def change(self, how: Callable[[dict[str, Any]], None]) -> None:
        """Edit the fleet of the stack file, as a person would."""
        document = copy.deepcopy(self._document)
        how(document["config"][f"{stackfile.PROJECT}:fleet"])
        self._write(document)

    def preview(self) -> dict[str, int]:
        """Operations the engine would do, by kind."""
        return {
            str(getattr(kind, "value", kind)): count
            for kind, count in self._stack.preview().change_summary.items()
        }

    def up(self) -> dict[str, int]:
        """Operations the engine did, by kind; raises what the engine failed with."""
        return dict(self._stack.up().summary.resource_changes or {})

    def destroy(self) -> dict[str, int]:
        return dict(self._stack.destroy().summary.resource_changes or {})

    def unprotect(self) -> None:
        """What an operator does before taking down what production protects."""
        state = self._stack.export_stack()
        for resource in state.deployment.get("resources", []):
            resource.pop("protect", None)
        self._stack.import_stack(state)
