"""One Helm release, installed as Helm itself would: hooks run, and a failed install is taken back."""

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceOptions
from pulumi_kubernetes.helm import v3 as helm

from components.catalog.versions import Chart


def release(
    name: str,
    title: str,
    namespace: str,
    chart: Chart,
    values: Mapping[str, Any],
    opts: ResourceOptions,
    *,
    skip_crds: bool = False,
    timeout_seconds: int = 600,
) -> helm.Release:
    """Of a namespace that is there; `title` is what `helm list` calls it."""
    return helm.Release(
        name,
        name=title,
        chart=chart.reference,
        version=chart.version,
        repository_opts=None if chart.oci else helm.RepositoryOptsArgs(repo=chart.repository),
        namespace=namespace,
        create_namespace=False,
        values=dict(values),
        skip_crds=skip_crds,
        atomic=True,
        cleanup_on_fail=True,
        max_history=5,
        timeout=timeout_seconds,
        opts=opts,
    )
