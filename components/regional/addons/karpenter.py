"""Karpenter: starts a node when a pod waits for one, and hears when a spot node is about to go."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.catalog import versions
from components.planning import system
from components.planning.plan import RegionPlan
from components.regional import pods
from components.regional.addons import identities
from components.regional.addons.release import release
from components.regional.identity import WorkloadIdentity, deny, policy

EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "health": ("aws.health", "AWS Health Event"),
    "spot": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "state": ("aws.ec2", "EC2 Instance State-change Notification"),
    "reservation": ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
}
"""Everything AWS says about a node before it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KarpenterArgs:
    """Whose nodes, and with which role they join."""

    plan: RegionPlan
    node_role_arn: Input[str]


class Karpenter(pulumi.ComponentResource):
    """Adds and removes the elastic GPU nodes of one region."""

    scaler_role_name: pulumi.Output[str]
    """The role that a spent budget takes the right to launch from."""

    def __init__(self, name: str, args: KarpenterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Karpenter", name, None, opts)
        child = ResourceOptions(parent=self)
        queue = self._interruptions(name, args.plan)
        granted = identities.karpenter(args.plan, args.node_role_arn, queue.arn)
        identity = WorkloadIdentity(f"{name}-identity", granted, child)
        # Its own chart, because Helm never upgrades definitions that a chart merely carries along.
        definitions = release(
            f"{name}-crd",
            "karpenter-crd",
            "kube-system",
            versions.KARPENTER_CRD,
            {},
            ResourceOptions(parent=self, depends_on=[identity]),
        )
        release(
            f"{name}-chart",
            "karpenter",
            "kube-system",
            versions.KARPENTER,
            _values(args.plan, queue.name),
            ResourceOptions(parent=self, depends_on=[definitions, identity]),
            skip_crds=True,
        )
        self.scaler_role_name = identity.role_name
        self.register_outputs({"scaler_role_name": self.scaler_role_name})

    def _interruptions(self, name: str, plan: RegionPlan) -> aws.sqs.Queue:
        """The queue of notices, and the rules that fill it."""
        child = ResourceOptions(parent=self)
        queue = aws.sqs.Queue(
            f"{name}-interruptions",
            name=f"{plan.cluster_name}-interruptions",
            # A notice older than its two minutes is of no use to anyone.
            message_retention_seconds=300,
            sqs_managed_sse_enabled=True,
            opts=child,
        )
        senders = ["events.amazonaws.com", "sqs.amazonaws.com"]
        sends = {
            "Effect": "Allow",
            "Principal": {"Service": senders},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
        }
        plain = {
            "Principal": "*",
            **deny("sqs:*", on=queue.arn, where={"Bool": {"aws:SecureTransport": "false"}}),
        }
        aws.sqs.QueuePolicy(f"{name}-senders", queue_url=queue.url, policy=policy(sends, plain), opts=child)
        for what, (source, kind) in EVENTS.items():
            rule = aws.cloudwatch.EventRule(
                f"{name}-{what}",
                event_pattern=json.dumps({"source": [source], "detail-type": [kind]}),
                opts=child,
            )
            aws.cloudwatch.EventTarget(f"{name}-{what}-target", rule=rule.name, arn=queue.arn, opts=child)
        return queue


def _values(plan: RegionPlan, queue_name: Input[str]) -> Mapping[str, Any]:
    return {
        "settings": {"clusterName": plan.cluster_name, "interruptionQueue": queue_name},
        "serviceAccount": {"create": True, "name": "karpenter"},
        "replicas": 2,
        "serviceMonitor": {"enabled": True},
        "controller": {"resources": pods.resource_values(system.KARPENTER)},
    }
