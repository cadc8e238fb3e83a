"""What every pod of ours has in common: no privileges, and a stated share of its node."""

from collections.abc import Mapping

from pulumi import Input
from pulumi_kubernetes.core import v1 as core

from components.planning import labels
from components.planning.system import Request


def pod_security() -> core.PodSecurityContextArgs:
    """The restricted standard, with files owned by the fleet's user."""
    return core.PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=labels.USER_ID,
        run_as_group=labels.USER_ID,
        fs_group=labels.USER_ID,
        fs_group_change_policy="OnRootMismatch",
        seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
    )


def container_security() -> core.SecurityContextArgs:
    """No privileges, and nothing to write but mounted volumes."""
    return core.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=core.CapabilitiesArgs(drop=["ALL"]),
    )


def resources(request: Request) -> core.ResourceRequirementsArgs:
    """Memory is limited to what is asked for; CPU may borrow what nobody needs."""
    values = resource_values(request)
    return core.ResourceRequirementsArgs(requests=values["requests"], limits=values["limits"])


def resource_values(request: Request, most_memory: int = 1) -> dict[str, dict[str, str]]:
    """The same for a chart; `most_memory` is the limit over what is asked for."""
    return {
        "requests": {"cpu": f"{request.cpu_millis}m", "memory": f"{request.memory_mib}Mi"},
        "limits": {"memory": f"{request.memory_mib * most_memory}Mi"},
    }


def variables(values: Mapping[str, Input[str]]) -> list[core.EnvVarArgs]:
    """Plain ones, sorted."""
    return [core.EnvVarArgs(name=name, value=value) for name, value in sorted(values.items())]


def from_secret(variable: str, secret: Input[str], key: str) -> core.EnvVarArgs:
    """A variable that only the container sees."""
    reference = core.SecretKeySelectorArgs(name=secret, key=key)
    return core.EnvVarArgs(name=variable, value_from=core.EnvVarSourceArgs(secret_key_ref=reference))
