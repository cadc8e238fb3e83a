"""What the control plane is made of, at its versions, and where definitions of custom resources come from."""

from typing import Final

from rehearsal.gobuild import Module, Program

# The product's own minor version; the newest patch of which the module proxy has every library.
# renovate: datasource=go depName=k8s.io/kubernetes
KUBERNETES: Final = Module(path="k8s.io/kubernetes", version="v1.35.4")
# renovate: datasource=go depName=go.etcd.io/etcd/server/v3
ETCD: Final = Module(path="go.etcd.io/etcd/server/v3", version="v3.6.16")
# renovate: datasource=go depName=sigs.k8s.io/kwok
KWOK: Final = Module(path="sigs.k8s.io/kwok", version="v0.8.0")

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
