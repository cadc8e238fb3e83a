"""Starts and stops a control plane on loopback: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, KWOK."""

import contextlib
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from rehearsal import gobuild
from rehearsal.cluster import certificates
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.programs import KWOK, PROGRAMS

PATIENCE_SECONDS: Final = 120
"""Until everything answers: some ten on two idle cores."""

TOKEN: Final = "loopback"
"""Of this cluster's only administrator: it listens on loopback, and holds nothing worth taking."""

STAGES: Final = ("node/fast", "node/heartbeat-with-lease", "pod/fast")
"""KWOK's own: nodes are ready at once, pods run as soon as they are bound and end as soon as they are deleted."""


class NotRunning(RuntimeError):
    """A part ended, or never answered; says which, and what it wrote last."""


@dataclass
class ControlPlane(Processes):
    """A running control plane and where it is."""

    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    def wait_for(self, path: str) -> None:
        """Until the API server answers 200 there; raises `NotRunning` once a part has ended."""
        request = urllib.request.Request(f"{self.url}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
        trusted = ssl.create_default_context(cafile=str(self.folder / certificates.AUTHORITY))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for told in self.ended().values():
                raise NotRunning(told)
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5, context=trusted):
                return
            time.sleep(0.2)
        raise NotRunning(
            f"{path} did not answer within {PATIENCE_SECONDS} s:\n{self.last_words('kube-apiserver')}"
        )


@contextlib.contextmanager
def control_plane(
    folder: Path,
    *,
    stages: Sequence[str] = STAGES,
    manager: Sequence[str] = (),
    scheduler: Mapping[str, Any] | None = None,
) -> Iterator[ControlPlane]:
    """One that answers; it is stopped whatever happens.

    `stages` are KWOK's, of what it does for nodes and pods; `manager` is told to kube-controller-manager besides, and
    `scheduler` is the rest of kube-scheduler's configuration.
    """
    for program in PROGRAMS.values():
        gobuild.ensure(program)
    etcd, peers, api = free_ports(3)
    plane = ControlPlane(folder, api)
    _prepare(plane, stages)
    _configure_scheduler(plane, scheduler or {})
    try:
        plane.start(
            "etcd",
            "--data-dir=etcd",
            f"--listen-client-urls=http://127.0.0.1:{etcd}",
            f"--advertise-client-urls=http://127.0.0.1:{etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{peers}",
            # Nothing here outlives its test.
            "--unsafe-no-fsync=true",
        )
        plane.start("kube-apiserver", *_api_server(etcd, api))
        plane.wait_for("/readyz")
        plane.start(
            "kube-controller-manager",
            "--kubeconfig=kubeconfig",
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            "--service-account-private-key-file=tls.key",
            f"--root-ca-file={certificates.AUTHORITY}",
            "--secure-port=0",
            *manager,
        )
        plane.start("kube-scheduler", "--config=scheduler.yaml", "--secure-port=0")
        plane.start(
            "kwok",
            "--kubeconfig=kubeconfig",
            "--manage-all-nodes=true",
            "--cidr=10.200.0.1/16",
            "--node-lease-duration-seconds=40",
            "--config=stages.yaml",
        )
        # The controller manager makes it, and pods wait for it.
        plane.wait_for("/api/v1/namespaces/default/serviceaccounts/default")
        yield plane
    finally:
        plane.stop()


def _api_server(etcd: int, port: int) -> list[str]:
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        # A loopback address is none that an Endpoints object may hold.
        "--endpoint-reconciler-type=none",
        "--tls-cert-file=tls.crt",
        "--tls-private-key-file=tls.key",
        "--service-account-issuer=https://loopback",
        "--service-account-key-file=tls.key",
        "--service-account-signing-key-file=tls.key",
        # As whom it speaks to the servers of other APIs, such as KEDA's of metrics, and how they know it.
        "--proxy-client-cert-file=proxy.crt",
        "--proxy-client-key-file=proxy.key",
        f"--requestheader-client-ca-file={certificates.AUTHORITY}",
        f"--requestheader-allowed-names={certificates.FRONT_PROXY}",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--token-auth-file=tokens.csv",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--service-cluster-ip-range=10.96.0.0/16",
    ]


def _prepare(plane: ControlPlane, stages: Sequence[str]) -> None:
    """Keys, the administrator's token, and KWOK's stages."""
    certificates.issue(plane.folder)
    (plane.folder / "tokens.csv").write_text(f"{TOKEN},administrator,1,system:masters\n")
    (plane.folder / "kubeconfig").write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "loopback",
                "contexts": [{"name": "loopback", "context": {"cluster": "loopback", "user": "loopback"}}],
                "clusters": [
                    {
                        "name": "loopback",
                        "cluster": {
                            "server": plane.url,
                            "certificate-authority": str(plane.folder / certificates.AUTHORITY),
                        },
                    }
                ],
                "users": [{"name": "loopback", "user": {"token": TOKEN}}],
            }
        )
    )
    published = gobuild.source(KWOK) / "kustomize" / "stage"
    texts = [
        path.read_text()
        for stage in stages
        for path in sorted((published / stage).glob("*.yaml"))
        if path.name != "kustomization.yaml"
    ]
    (plane.folder / "stages.yaml").write_text("\n---\n".join(texts))


def _configure_scheduler(plane: ControlPlane, more: Mapping[str, Any]) -> None:
    configuration = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "clientConnection": {"kubeconfig": "kubeconfig"},
        "leaderElection": {"leaderElect": False},
        **more,
    }
    (plane.folder / "scheduler.yaml").write_text(yaml.safe_dump(configuration))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; held together until all are known, so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
