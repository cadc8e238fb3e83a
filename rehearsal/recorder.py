"""The program run against a recorder: every resource it asks for, and nothing built."""

import json
import logging
import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import SETTINGS, get_root_resource, set_root_resource
from pulumi.runtime.stack import run_pulumi_func
from pulumi.runtime.sync_await import _sync_await

from components.settings import stackfile
from rehearsal import outputs

MAIN: Final = stackfile.ROOT / "__main__.py"
UNSET: Final = "rehearsal-placeholder"
"""Stands for every secret: a rehearsal never decrypts one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One resource as the program asked for it."""

    name: str
    type: str
    urn: str
    parent: str
    provider: str
    """URN of its provider; empty for a default one."""
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...]
    """URNs of everything it waits for: `depends_on` and the outputs among its inputs."""
    custom: bool
    remote: bool
    protect: bool
    ignore_changes: tuple[str, ...]
    aliases: tuple[Mapping[str, str], ...]
    """What it was before: `urn`, or those of `name`, `type` and `parent` that changed."""
    uses: Mapping[str, tuple[str, ...]]
    """URNs of what each input is made from."""

    @property
    def manifest(self) -> dict[str, Any]:
        """A Kubernetes object as `kubectl` would be given it."""
        return {key: value for key, value in self.inputs.items() if not key.startswith("__")}


@dataclass
class Cloud:
    """Records what a program asks for; `build` runs one, then look."""

    stack: str = "test"
    config: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    resources: list[Recorded] = field(default_factory=list)
    exports: tuple[str, ...] = ()
    """Names of what the stack exports."""
    said: list[str] = field(default_factory=list)
    """What the program told the engine's log."""

    def build(self, program: Callable[[], Any]) -> "Cloud":
        """Run a program to its end; whatever it raises is raised here."""
        runtime_config.set_all_config(
            dict(self.config), [f"{stackfile.PROJECT}:{key}" for key in self.secrets]
        )
        # A fresh root: the last program's stack would be the parent of this one's resources.
        set_root_resource(None)
        monitor = _Monitor(self)
        mocks.set_mocks(
            _Answers(),
            project=stackfile.PROJECT,
            stack=self.stack,
            preview=False,
            monitor=monitor,
            logger=_listener(self.said),
        )
        SETTINGS.rpc_manager.clear()
        SETTINGS.outputs.clear()
        try:
            _sync_await(run_pulumi_func(lambda: _run(program)))
        finally:
            SETTINGS.outputs.clear()
        self.exports = tuple(get_root_resource().outputs)
        return self

    def of(self, type_: str) -> dict[str, Recorded]:
        """Resources of one type, by name."""
        return {one.name: one for one in self.resources if one.type == type_}

    def kind(self, kind: str) -> dict[str, Recorded]:
        """Kubernetes objects of one kind, by name of the resource."""
        return {
            one.name: one
            for one in self.resources
            if one.type.startswith("kubernetes:") and one.inputs.get("kind") == kind
        }

    def one(self, type_: str) -> Recorded:
        """The only resource of a type."""
        (only,) = self.of(type_).values()
        return only

    def named(self, name: str) -> Recorded:
        (only,) = (one for one in self.resources if one.name == name)
        return only

    def waits_for(self, resource: Recorded) -> set[str]:
        """Names of everything that must exist before a resource, and outlives it.

        A resource waits for its component, and a component for all that it depends on.
        """
        by_urn = {one.urn: one for one in self.resources}
        seen: set[str] = set()
        queue = [*resource.dependencies, resource.parent]
        while queue:
            urn = queue.pop()
            if urn in seen or urn not in by_urn:
                continue
            seen.add(urn)
            queue.extend([*by_urn[urn].dependencies, by_urn[urn].parent])
        return {by_urn[urn].name for urn in seen}


def _run(program: Callable[[], Any]) -> None:
    # What the program returns is nobody's business; an awaitable would be awaited.
    program()


def _listener(said: list[str]) -> logging.Logger:
    """A log that is kept and not printed: a report has its own place for what is in it."""
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.Logger("rehearsal")
    logger.addHandler(handler)
    return logger


class _Answers(mocks.Mocks):
    """Gives every resource the outputs of the table."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        # As they are recorded: a name made from the contents must be the same whoever asks for it.
        given = _plain(dict(args.inputs))
        return outputs.identity(args.typ, args.name, given), outputs.outputs(args.typ, args.name, given)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return outputs.answer(args.token, args.args), []


class _Monitor(mocks.MockMonitor):
    """Keeps the request itself: the mocks are told neither dependencies nor options."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(_Answers())
        self._cloud = cloud

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self._cloud.resources.append(_recorded(request, response.urn))
        return response


def _recorded(request: Any, urn: str) -> Recorded:
    reference = request.provider.rsplit("::", 1)[0] if request.provider else ""
    return Recorded(
        name=request.name,
        type=request.type,
        urn=urn,
        parent=request.parent,
        provider=reference,
        inputs=_plain(rpc.deserialize_properties(request.object)),
        dependencies=tuple(sorted(request.dependencies)),
        custom=request.custom,
        remote=request.remote,
        protect=request.protect,
        ignore_changes=tuple(request.ignoreChanges),
        aliases=tuple(_alias(one) for one in request.aliases),
        uses={key: tuple(sorted(one.urns)) for key, one in request.propertyDependencies.items() if one.urns},
    )


def _alias(alias: Any) -> dict[str, str]:
    spec = alias.spec
    told = {"urn": alias.urn, "name": spec.name, "type": spec.type, "parent": spec.parentUrn}
    # Without a parent is beneath the stack, which says nothing of itself in a place.
    return {key: value for key, value in told.items() if value} | ({"parent": ""} if spec.noParent else {})


def _plain(value: Any) -> Any:
    """Inputs without the wrappings of the wire: secrets opened, whole numbers whole."""
    if isinstance(value, Mapping):
        if rpc._special_sig_key in value:
            return _plain(value.get("value"))
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def engine_config(file: stackfile.StackFile) -> dict[str, str]:
    """A stack file's configuration as the engine hands it to a program; secrets replaced."""
    plain = {key: value for key, value in file.config.items() if not _secure(value)}
    # A day written without quotes is read as a date; the engine hands it on as text.
    given = {
        key: value if isinstance(value, str) else json.dumps(value, default=str)
        for key, value in plain.items()
    }
    return {**given, **{f"{stackfile.PROJECT}:{name}": UNSET for name in stackfile.SECRETS}}


def _secure(value: Any) -> bool:
    return isinstance(value, Mapping) and "secure" in value


def rehearse(file: stackfile.StackFile) -> Cloud:
    """The real `__main__.py` with a stack's configuration."""
    cloud = Cloud(stack=file.stack, config=engine_config(file), secrets=stackfile.SECRETS)
    return cloud.build(lambda: runpy.run_path(str(MAIN), run_name="__main__"))
