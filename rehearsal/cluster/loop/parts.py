"""Prometheus, KEDA and Karpenter as programs beside one control plane, told what their charts would tell them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from components.catalog import prices
from components.catalog.accelerators import Accelerator
from components.planning.plan import RegionPlan
from components.regional.node_pools.manifests import NODE_CLASS
from rehearsal import gobuild
from rehearsal.cluster import certificates, nodes
from rehearsal.cluster.control_plane import ControlPlane, free_ports
from rehearsal.cluster.kubectl import Kubectl
from rehearsal.cluster.loop import monitoring
from rehearsal.cluster.loop.pace import PACE, hurried, wall
from rehearsal.cluster.programs import KARPENTER, KEDA

BATCH_SECONDS: Final = (1, 10)
"""Karpenter waits so long for another pending pod, and at most so long for all of them: its defaults."""

ZONE_ID: Final = "topology.k8s.aws/zone-id"
"""The zone label of our NodePools; Karpenter's own provider knows it, and its stand-in learns it from the offerings."""


def start_prometheus(plane: ControlPlane, port: int, pod_monitor: Mapping[str, Any]) -> None:
    """Scrapes at the pace of the loop."""
    monitor = hurried(pod_monitor)
    interval = monitor["spec"]["podMetricsEndpoints"][0]["interval"]
    file = monitoring.write(plane, monitor, interval)
    plane.start(
        "prometheus",
        f"--config.file={file}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.path=prometheus",
        "--log.level=warn",
    )


def start_keda(plane: ControlPlane, kubectl: Kubectl, prometheus_port: int) -> None:
    """Operator and metrics adapter, and the API by which the Horizontal Pod Autoscaler finds them."""
    service, adapter, probes, metrics, port = free_ports(5)
    environment = {
        "KUBECONFIG": str(plane.kubeconfig),
        "WATCH_NAMESPACE": "",
        "POD_NAMESPACE": "keda",
        "KEDA_CLUSTER_OBJECT_NAMESPACE": "keda",
        # The ScaledObjects name Prometheus by its Service, which no name server knows here: Prometheus is asked as a proxy
        # for that address, and answers itself.
        "HTTP_PROXY": f"http://127.0.0.1:{prometheus_port}",
        "NO_PROXY": "",
    }
    kubectl.must(kubectl.apply(_metrics_api(adapter)))
    plane.start(
        "keda-operator",
        f"--metrics-service-bind-address=127.0.0.1:{service}",
        f"--health-probe-bind-address=127.0.0.1:{probes}",
        f"--metrics-bind-address=127.0.0.1:{metrics}",
        f"--cert-dir={plane.folder}",
        "--kube-api-qps=200",
        "--kube-api-burst=300",
        "--zap-log-level=info",
        environment=environment,
    )
    plane.start(
        "keda-adapter",
        f"--metrics-service-address=127.0.0.1:{service}",
        f"--secure-port={adapter}",
        "--bind-address=127.0.0.1",
        f"--port={port}",
        f"--client-ca-file={certificates.AUTHORITY}",
        "--tls-cert-file=tls.crt",
        "--tls-private-key-file=tls.key",
        f"--cert-dir={plane.folder}",
        f"--lister-kubeconfig={plane.kubeconfig}",
        f"--authentication-kubeconfig={plane.kubeconfig}",
        f"--authorization-kubeconfig={plane.kubeconfig}",
        environment=environment,
    )


def _metrics_api(port: int) -> list[dict[str, Any]]:
    """KEDA's own APIService; its Service leads to this machine instead of a pod."""
    service = {"name": "keda-metrics-apiserver", "namespace": "keda"}
    path = gobuild.source(KEDA) / "config" / "metrics-server" / "api_service.yaml"
    api = yaml.safe_load(path.read_text())
    api["spec"]["service"]["port"] = port
    # The certificate is of an authority made for this run; who asks is known by its own.
    api["spec"]["insecureSkipTLSVerify"] = True
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "keda"}},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": service,
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        },
        api,
    ]


def start_karpenter(plane: ControlPlane, kubectl: Kubectl, here: RegionPlan, boot_seconds: float) -> None:
    """Its core, with nodes that register after `boot_seconds` of the model's instead of a machine's boot."""
    metrics, probes = free_ports(2)
    folder = gobuild.source(KARPENTER) / "kwok" / "apis" / "crds"
    kubectl.define(sorted(folder.glob("*.yaml")))
    kubectl.must(
        kubectl.apply(
            [
                {
                    "apiVersion": "karpenter.kwok.sh/v1alpha1",
                    "kind": "KWOKNodeClass",
                    "metadata": {"name": NODE_CLASS},
                    "spec": {"nodeRegistrationDelay": f"{round(wall(boot_seconds))}s"},
                }
            ]
        )
    )
    types = plane.folder / "instance-types.json"
    types.write_text(json.dumps(list(instance_types(here))))
    idle, most = BATCH_SECONDS
    plane.start(
        "karpenter",
        f"--instance-types-file-path={types}",
        f"--metrics-port={metrics}",
        f"--health-probe-port={probes}",
        "--disable-leader-election=true",
        f"--batch-idle-duration={idle / PACE:.3f}s",
        f"--batch-max-duration={most / PACE:.3f}s",
        environment={"KUBECONFIG": str(plane.kubeconfig), "SYSTEM_NAMESPACE": "kube-system"},
    )


def node_pool(told: Mapping[str, Any]) -> dict[str, Any]:
    """A NodePool of ours at the loop's pace, its nodes made by the stand-in instead of EC2."""
    pool = hurried(told)
    reference = pool["spec"]["template"]["spec"]["nodeClassRef"]
    reference |= {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass"}
    return pool


def instance_types(here: RegionPlan) -> Iterable[dict[str, Any]]:
    """What the region's models run on, as the catalog has it, in every zone and by both ways of buying."""
    machines = {model.accelerator.instance_type: model.accelerator for model in here.models}
    for name, machine in sorted(machines.items()):
        like = nodes.node(name, "", {}, vcpus=machine.vcpus, ram_gib=machine.ram_gib, gpus=machine.gpu_count)
        yield {
            "name": name,
            "architecture": "amd64",
            "operatingSystems": ["linux"],
            "resources": like["status"]["allocatable"],
            "offerings": [
                _offering(machine, here.region, zone, purchase)
                for zone in here.zones
                for purchase in ("on-demand", "spot")
            ],
        }


def _offering(machine: Accelerator, region: str, zone: str, purchase: str) -> dict[str, Any]:
    usual = prices.on_demand_usd_per_hour(machine.instance_type, region)
    spot = prices.spot_usd_per_hour(machine.instance_type, region)
    known = {"karpenter.sh/capacity-type": purchase, nodes.ZONE: zone, ZONE_ID: zone}
    return {
        "Price": usual if purchase == "on-demand" or spot is None else spot,
        "Available": True,
        "Requirements": [{"key": key, "operator": "In", "values": [value]} for key, value in known.items()],
    }
