"""What the control plane and the loop are made of, at their versions.

`python -m rehearsal.cluster.programs` builds what is absent: some 16 minutes on two cores, then never again.
"""

import sys
from typing import Final

from components.catalog import versions
from rehearsal import gobuild
from rehearsal.gobuild import Module, Program

# The product's own minor version; the newest patch of which the module proxy has every library.
# renovate: datasource=go depName=k8s.io/kubernetes
KUBERNETES: Final = Module(path="k8s.io/kubernetes", version="v1.35.4")
# renovate: datasource=go depName=go.etcd.io/etcd/server/v3
ETCD: Final = Module(path="go.etcd.io/etcd/server/v3", version="v3.6.16")
# renovate: datasource=go depName=sigs.k8s.io/kwok
KWOK: Final = Module(path="sigs.k8s.io/kwok", version="v0.8.0")
# The chart's own minor version: v3.13 is published as the module's v0.313.
# renovate: datasource=go depName=github.com/prometheus/prometheus
PROMETHEUS: Final = Module(path="github.com/prometheus/prometheus", version="v0.313.5")
KEDA: Final = Module(path="github.com/kedacore/keda/v2", version=f"v{versions.KEDA.version}")
KARPENTER: Final = Module(path="sigs.k8s.io/karpenter", version=f"v{versions.KARPENTER.version}")
"""Its core, with a provider of nodes that only look like nodes."""

PROGRAMS: Final = {
    program.name: program
    for program in (
        Program(name="etcd", module=ETCD, package="go.etcd.io/etcd/server/v3"),
        *(
            Program(name=name, module=KUBERNETES, package=f"k8s.io/kubernetes/cmd/{name}")
            for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
        ),
        Program(name="kwok", module=KWOK, package="sigs.k8s.io/kwok/cmd/kwok"),
    )
}
"""The control plane itself."""

LOOP: Final = {
    program.name: program
    for program in (
        Program(
            name="prometheus",
            module=PROMETHEUS,
            package="github.com/prometheus/prometheus/cmd/prometheus",
            # Of the ways to find targets only Kubernetes' own.
            tags="netgo,remove_all_sd,enable_kubernetes_sd",
        ),
        Program(name="karpenter", module=KARPENTER, package="sigs.k8s.io/karpenter/kwok"),
        *(
            Program(name=f"keda-{name}", module=KEDA, package=f"github.com/kedacore/keda/v2/cmd/{name}")
            for name in ("operator", "adapter")
        ),
    )
}
"""What closes the loop from a queue to a node."""

ALL: Final = {**PROGRAMS, **LOOP}


def main() -> int:
    """Build what is absent, and say so meanwhile; 1 where there is nothing to build with."""
    missing = [one for one in ALL.values() if not gobuild.built(one).is_file()]
    try:
        for place, one in enumerate(missing, 1):
            print(f"building {one.name} {one.module.version} ({place} of {len(missing)}), once", flush=True)
            gobuild.ensure(one)
    except gobuild.NoGo as nothing:
        print(nothing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
