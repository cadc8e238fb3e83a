"""One model, served in one region."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import CustomTimeouts, Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.regional.autoscaling.manifests import scaled_object
from components.regional.serving import manifests
from components.regional.serving.pod import API_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServerArgs:
    """The model, its region, and the door it is reached through."""

    model: ModelPlan
    plan: RegionPlan
    target_group_arn: Input[str]
    api_key_secret: Input[str]
    """Name of the Secret that holds the clients' key."""


class ModelServer(pulumi.ComponentResource):
    """Serves one model in one region, between its floor and its ceiling."""

    def __init__(self, name: str, args: ModelServerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:ModelServer", name, None, opts)
        model, plan, child = args.model, args.plan, ResourceOptions(parent=self)
        about = manifests.metadata(model, plan)
        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account", metadata=about, automount_service_account_token=False, opts=child
        )
        policy = kubernetes.networking.v1.NetworkPolicy(
            f"{name}-network-policy", metadata=about, spec=manifests.network_policy(model, plan), opts=child
        )
        service = kubernetes.core.v1.Service(
            f"{name}-service", metadata=about, spec=manifests.service(model), opts=child
        )
        # Bound before the first pod starts, so that its readiness already counts the entrance.
        binding = CustomResource(
            f"{name}-binding",
            api_version="elbv2.k8s.aws/v1beta1",
            kind="TargetGroupBinding",
            metadata=about,
            spec=manifests.target_group_binding(model, args.target_group_arn),
            opts=ResourceOptions(parent=self, depends_on=[service]),
        )
        patience = CustomTimeouts(
            create=f"{model.rollout.deadline_seconds}s", update=f"{model.rollout.deadline_seconds}s"
        )
        deployment = kubernetes.apps.v1.Deployment(
            f"{name}-deployment",
            metadata=about,
            spec=manifests.deployment(model, plan, args.api_key_secret),
            opts=ResourceOptions(
                parent=self,
                depends_on=[account, policy, binding],
                # The autoscaler's from the first minute on; stating them again would undo it at every `up`.
                ignore_changes=["spec.replicas"],
                custom_timeouts=patience,
            ),
        )
        kubernetes.policy.v1.PodDisruptionBudget(
            f"{name}-disruption-budget",
            metadata=about,
            spec=manifests.pod_disruption_budget(model),
            opts=child,
        )
        CustomResource(
            f"{name}-scaled-object",
            api_version="keda.sh/v1alpha1",
            kind="ScaledObject",
            metadata=about,
            spec=scaled_object(model),
            opts=ResourceOptions(parent=self, depends_on=[deployment]),
        )
        self.register_outputs({})


class ServingGround(pulumi.ComponentResource):
    """What all models of a region stand on: no traffic by default, priorities, and the clients' key."""

    api_key_secret: pulumi.Output[str]

    def __init__(
        self, name: str, plan: RegionPlan, api_key: Input[str], opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("llmfleet:regional:ServingGround", name, None, opts)
        child = ResourceOptions(parent=self)
        kubernetes.networking.v1.NetworkPolicy(
            f"{name}-default-deny",
            metadata=ObjectMetaArgs(name="default-deny", namespace=labels.SERVING_NAMESPACE),
            spec=manifests.default_deny(),
            opts=child,
        )
        for workload, value in PRIORITIES.items():
            kubernetes.scheduling.v1.PriorityClass(
                f"{name}-{workload}",
                metadata=ObjectMetaArgs(name=f"llm-fleet-{workload}"),
                value=value,
                # Who waits for nobody gives up a GPU to who does, once more than the ceiling is wanted at a time.
                preemption_policy="PreemptLowerPriority" if workload == "interactive" else "Never",
                description=f"Model servers of {workload} workloads",
                opts=child,
            )
        # Unnamed and immutable: another key is another Secret, whose name reaches the pods and rolls them over.
        secret = kubernetes.core.v1.Secret(
            f"{name}-api-key",
            metadata=ObjectMetaArgs(namespace=labels.SERVING_NAMESPACE),
            type="Opaque",
            immutable=True,
            string_data={API_KEY: api_key},
            opts=child,
        )
        self.api_key_secret = secret.metadata.name
        self.register_outputs({})


PRIORITIES = {"interactive": 1000, "internal": 800, "batch": 400, "development": 200}
"""Far below the cluster's own; higher keeps its GPU."""
