"""Jobs that move weights, and the account each of them runs under."""

from collections.abc import Sequence
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.regional import pods
from components.regional.identity import Statement, WorkloadIdentity, WorkloadIdentityArgs, policy
from components.regional.weights.scripts import JOB_LABELS, metadata

KEPT_SECONDS: Final = 7 * 24 * 3600


def job_spec(
    deadline_seconds: int,
    account: str,
    *,
    prepare: Sequence[core.ContainerArgs],
    work: core.ContainerArgs,
    volumes: Sequence[core.VolumeArgs],
) -> batch.JobSpecArgs:
    """One pod on the system nodes, tried four times within its deadline."""
    pod = core.PodSpecArgs(
        # A container that fails ends its pod: the next attempt has its own, and the failed one's log stays readable.
        restart_policy="Never",
        service_account_name=account,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pods.pod_security(),
        node_selector={labels.ROLE: labels.SYSTEM},
        init_containers=list(prepare),
        containers=[work],
        volumes=list(volumes),
    )
    return batch.JobSpecArgs(
        backoff_limit=3,
        active_deadline_seconds=deadline_seconds,
        # A finished pod keeps its scratch disk, which is paid for, and its log, which somebody may want to read.
        ttl_seconds_after_finished=KEPT_SECONDS,
        template=core.PodTemplateSpecArgs(metadata=ObjectMetaArgs(labels=JOB_LABELS), spec=pod),
    )


def job(
    name: str, title: str, spec: batch.JobSpecArgs, deadline_seconds: int, opts: ResourceOptions
) -> kubernetes.batch.v1.Job:
    """Waited for as long as it may take; one that failed is made anew by the next `up`, under the same name."""
    patience = f"{deadline_seconds}s"
    return kubernetes.batch.v1.Job(
        name,
        metadata=metadata(title, {"pulumi.com/replaceUnready": "true"}),
        spec=spec,
        opts=ResourceOptions.merge(
            opts,
            ResourceOptions(
                custom_timeouts=CustomTimeouts(create=patience, update=patience),
                # Its name is fixed, so the old one goes first.
                delete_before_replace=True,
            ),
        ),
    )


def account(
    name: str, title: str, cluster_name: str, may: Sequence[Statement], opts: ResourceOptions
) -> list[pulumi.Resource]:
    """A service account that may do this in AWS, and nothing in Kubernetes."""
    return [
        kubernetes.core.v1.ServiceAccount(
            f"{name}-account", metadata=metadata(title), automount_service_account_token=False, opts=opts
        ),
        WorkloadIdentity(
            f"{name}-identity",
            WorkloadIdentityArgs(
                cluster_name=cluster_name,
                namespace=labels.WEIGHTS_NAMESPACE,
                service_account=title,
                policy=policy(*may),
            ),
            opts,
        ),
    ]
