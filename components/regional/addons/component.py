"""The add-ons of one region, each after those it requires."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.planning.plan import RegionPlan
from components.regional.addons import identities, standard
from components.regional.addons.addon import AddOn, Site
from components.regional.addons.alerts import AlertTopic
from components.regional.addons.prometheus import PROMETHEUS
from components.regional.addons.release import release
from components.regional.identity import WorkloadIdentity, WorkloadIdentityArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnsArgs:
    """The region, and what its charts are told."""

    plan: RegionPlan
    vpc_id: Input[str]


class AddOns(pulumi.ComponentResource):
    """Every chart a region runs beside its node scaler."""

    def __init__(self, name: str, args: AddOnsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:AddOns", name, None, opts)
        self._name = name
        child = ResourceOptions(parent=self)
        topic = AlertTopic(f"{name}-alerts", args.plan, child)
        self._site = Site(plan=args.plan, vpc_id=args.vpc_id, alerts_topic_arn=topic.arn)
        wanted = standard.add_ons(args.plan)
        self._namespaces = self._make_namespaces({one.namespace for one in wanted})
        self._identities = self._make_identities(args.plan, topic.arn, wanted)
        self._releases: dict[AddOn, helm.Release] = {}
        for addon in wanted:
            self._install(addon)
        self.register_outputs({})

    def _make_namespaces(self, used: set[str]) -> dict[str, kubernetes.core.v1.Namespace]:
        always = {labels.SERVING_NAMESPACE, labels.WEIGHTS_NAMESPACE, labels.MONITORING_NAMESPACE}
        return {
            namespace: kubernetes.core.v1.Namespace(
                f"{self._name}-{namespace}-namespace",
                metadata=ObjectMetaArgs(
                    name=namespace,
                    labels=_namespace_labels(namespace, _enforced(namespace, standard_, self._site.plan)),
                ),
                opts=ResourceOptions(parent=self),
            )
            for namespace, standard_ in standard.NAMESPACES.items()
            if namespace in used | always
        }

    def _make_identities(
        self, plan: RegionPlan, topic_arn: Input[str], wanted: tuple[AddOn, ...]
    ) -> dict[AddOn, WorkloadIdentity]:
        granted: dict[AddOn, WorkloadIdentityArgs] = {
            PROMETHEUS: identities.alertmanager(plan, topic_arn),
            standard.LOAD_BALANCER_CONTROLLER: identities.load_balancer_controller(plan),
        }
        if standard.EXTERNAL_DNS in wanted:
            granted[standard.EXTERNAL_DNS] = identities.external_dns(plan)
        return {
            addon: WorkloadIdentity(
                f"{self._name}-{SHORT.get(addon, addon.name)}", args, ResourceOptions(parent=self)
            )
            for addon, args in granted.items()
        }

    def _install(self, addon: AddOn) -> helm.Release:
        if addon not in self._releases:
            before: list[pulumi.Resource] = [self._install(other) for other in addon.requires]
            if addon.namespace in self._namespaces:
                before.append(self._namespaces[addon.namespace])
            if addon in self._identities:
                before.append(self._identities[addon])
            opts = ResourceOptions(parent=self, depends_on=before)
            self._releases[addon] = release(
                f"{self._name}-{addon.name}",
                addon.name,
                addon.namespace,
                addon.chart,
                addon.values(self._site),
                opts,
                timeout_seconds=addon.timeout_seconds,
            )
        return self._releases[addon]


SHORT: Mapping[AddOn, str] = {standard.LOAD_BALANCER_CONTROLLER: "lbc", PROMETHEUS: "alertmanager"}
"""Names of identities, where the add-on's own would make them too long or say too little."""


def _enforced(namespace: str, pod_security: str, plan: RegionPlan) -> str:
    """Lustre's root belongs to root, so its fill Job starts with a container that is: baseline, there alone."""
    return (
        "baseline" if namespace == labels.WEIGHTS_NAMESPACE and plan.storage.kind == "fsx" else pod_security
    )


def _namespace_labels(namespace: str, pod_security: str) -> dict[str, str]:
    enforced = {
        "pod-security.kubernetes.io/enforce": pod_security,
        "pod-security.kubernetes.io/warn": pod_security,
    }
    # A pod counts as ready only once the load balancer sends it requests: no gap in a rollout.
    gate = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
    return {**enforced, **gate} if namespace == labels.SERVING_NAMESPACE else enforced
