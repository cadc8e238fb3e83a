"""Definitions of custom resources, as their own projects publish them in their Go modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from components.catalog import versions
from rehearsal import gobuild
from rehearsal.gobuild import Module

FOLDERS: Final[tuple[tuple[Module, str], ...]] = (
    (Module(path="github.com/kedacore/keda/v2", version=f"v{versions.KEDA.version}"), "config/crd/bases"),
    (
        Module(path="github.com/aws/karpenter-provider-aws", version=f"v{versions.KARPENTER.version}"),
        "pkg/apis/crds",
    ),
    # The newest of which the module proxy holds these files; the chart's operator is newer.
    # renovate: datasource=go depName=github.com/prometheus-operator/prometheus-operator
    (
        Module(path="github.com/prometheus-operator/prometheus-operator", version="v0.85.0"),
        "example/prometheus-operator-crd",
    ),
    # renovate: datasource=go depName=sigs.k8s.io/lws
    (Module(path="sigs.k8s.io/lws", version="v0.8.0"), "config/crd/bases"),
)


def files() -> Iterator[Path]:
    """Every definition's file."""
    for module, folder in FOLDERS:
        yield from sorted((gobuild.source(module) / folder).glob("*.yaml"))


def target_group_binding() -> dict[str, Any]:
    """Our own reading of the AWS Load Balancer Controller's: its module cannot be had at any current version.

    The fields that the controller's documentation of `elbv2.k8s.aws/v1beta1` names (v3.5, 2026), without its defaults.
    """
    text, number = {"type": "string"}, {"type": "integer"}
    port = {"x-kubernetes-int-or-string": True, "anyOf": [number, text]}
    service = {"type": "object", "required": ["name", "port"], "properties": {"name": text, "port": port}}
    spec = {
        "type": "object",
        "required": ["serviceRef"],
        "properties": {
            "targetGroupARN": text,
            "targetGroupName": text,
            "targetType": {"type": "string", "enum": ["instance", "ip"]},
            "serviceRef": service,
            "ipAddressType": {"type": "string", "enum": ["ipv4", "ipv6"]},
            "vpcID": text,
            "multiClusterTargetGroup": {"type": "boolean"},
        },
    }
    status = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": spec, "status": status}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "targetgroupbindings.elbv2.k8s.aws"},
        "spec": {
            "group": "elbv2.k8s.aws",
            "scope": "Namespaced",
            "names": {
                "kind": "TargetGroupBinding",
                "plural": "targetgroupbindings",
                "singular": "targetgroupbinding",
                "listKind": "TargetGroupBindingList",
            },
            "versions": [
                {"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
            ],
        },
    }
