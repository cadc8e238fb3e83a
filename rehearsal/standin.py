"""Clouds that stand in for AWS, EKS and Kubernetes: providers that the real engine speaks to, and that build nothing.

State, differences, dependency order, replacement and recovery are the engine's own; these only answer, remember what they
were asked in which order, and fail where a test plants a failure.
"""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.runtime.proto import (
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from rehearsal import outputs
from rehearsal.replacement import replacing

PACKAGES: Final = ("aws", "eks", "kubernetes")

Verb = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Call:
    """One thing a cloud was asked to do."""

    verb: Verb
    type: str
    name: str


@dataclass
class Cloud:
    """All stand-ins together: what they were asked, and where they are to fail."""

    calls: list[Call] = field(default_factory=list)
    fail_once: set[str] = field(default_factory=set)
    """Names of resources whose next creation fails."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, verb: Verb, type_: str, name: str) -> None:
        with self._lock:
            self.calls.append(Call(verb, type_, name))

    def fails(self, name: str) -> bool:
        with self._lock:
            planted = name in self.fail_once
            self.fail_once.discard(name)
            return planted

    def taken(self) -> list[Call]:
        """Calls since the last time; the list starts anew."""
        with self._lock:
            calls, self.calls = self.calls, []
            return calls


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Properties as Python values."""
    return dict(MessageToDict(properties))


def wire(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Python values as properties."""
    return ParseDict(dict(values), struct_pb2.Struct())


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _type(urn: str) -> str:
    return urn.split("::")[2].split("$")[-1]


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One package's stand-in."""

    def __init__(self, package: str, cloud: Cloud) -> None:
        self._package, self._cloud = package, cloud
        # The engine opens secrets for a provider that does not take them, but asks it of one that makes components.
        self._constructs = package == "eks"

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=self._constructs)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    Cancel = Attach

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="9.9.9")

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self._package, "version": "9.9.9"}))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    Check = CheckConfig

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=self._constructs, supportsPreview=False)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return _difference(request, "")

    def Diff(self, request: Any, context: Any) -> Any:
        return _difference(request, _type(request.urn))

    def Create(self, request: Any, context: Any) -> Any:
        type_, name, inputs = _type(request.urn), _name(request.urn), plain(request.properties)
        if not request.preview and self._cloud.fails(name):
            context.abort(grpc.StatusCode.UNKNOWN, f"planted failure of {name}")
        if not request.preview:
            self._cloud.note("create", type_, name)
        return provider_pb2.CreateResponse(
            id=outputs.identity(type_, name, inputs), properties=wire(outputs.outputs(type_, name, inputs))
        )

    def Update(self, request: Any, context: Any) -> Any:
        type_, name, inputs = _type(request.urn), _name(request.urn), plain(request.news)
        if not request.preview:
            self._cloud.note("update", type_, name)
        return provider_pb2.UpdateResponse(properties=wire(outputs.outputs(type_, name, inputs)))

    def Delete(self, request: Any, context: Any) -> Any:
        self._cloud.note("delete", _type(request.urn), _name(request.urn))
        return empty_pb2.Empty()

    def Read(self, request: Any, context: Any) -> Any:
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Invoke(self, request: Any, context: Any) -> Any:
        return provider_pb2.InvokeResponse(
            **{"return": wire(outputs.answer(request.tok, plain(request.args)))}
        )

    def Construct(self, request: Any, context: Any) -> Any:
        """A remote component: itself, and one resource of its own that everything of it waits for."""
        channel = grpc.insecure_channel(request.monitorEndpoint)
        monitor = resource_pb2_grpc.ResourceMonitorStub(channel)
        inputs = plain(request.inputs)
        component = monitor.RegisterResource(
            resource_pb2.RegisterResourceRequest(
                type=request.type,
                name=request.name,
                parent=request.parent,
                custom=False,
                providers=dict(request.providers),
                dependencies=list(request.dependencies),
                object=struct_pb2.Struct(),
            )
        )
        state = outputs.outputs(request.type, request.name, inputs)
        child = monitor.RegisterResource(
            resource_pb2.RegisterResourceRequest(
                type="aws:eks/cluster:Cluster",
                name=request.name,
                parent=component.urn,
                custom=True,
                provider=dict(request.providers).get("aws", ""),
                dependencies=list(request.dependencies),
                object=request.inputs,
            )
        )
        monitor.RegisterResourceOutputs(
            resource_pb2.RegisterResourceOutputsRequest(urn=component.urn, outputs=wire(state))
        )
        waits = provider_pb2.ConstructResponse.PropertyDependencies(urns=[child.urn])
        return provider_pb2.ConstructResponse(
            urn=component.urn, state=wire(state), stateDependencies=dict.fromkeys(state, waits)
        )


def _difference(request: Any, type_: str) -> Any:
    """Whatever differs between the inputs of then and now; a provider is never replaced here."""
    then, now = plain(request.old_inputs), plain(request.news)
    changed = sorted(key for key in {*then, *now} if then.get(key) != now.get(key))
    kind = provider_pb2.DiffResponse
    return kind(
        changes=kind.DIFF_SOME if changed else kind.DIFF_NONE,
        diffs=changed,
        replaces=sorted({path.split(".")[0] for path in replacing(type_, then, now)}),
    )


@contextlib.contextmanager
def clouds(cloud: Cloud) -> Iterator[str]:
    """Serve every package on loopback; yields what `PULUMI_DEBUG_PROVIDERS` is to say."""
    servers, places = [], []
    for package in PACKAGES:
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(package, cloud), server)
        places.append(f"{package}:{server.add_insecure_port('127.0.0.1:0')}")
        server.start()
        servers.append(server)
    try:
        yield ",".join(places)
    finally:
        for server in servers:
            server.stop(grace=None)
