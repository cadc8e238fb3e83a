"""Nothing runs that was not chosen: images by digest, charts and node images by version."""

from collections.abc import Iterator

from components.catalog import versions
from policies.rule import Resource, Rule, at, items, pod_spec


def images_are_pinned(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    known = {image.reference for image in versions.IMAGES}
    for container in [*items(pod, "initContainers"), *items(pod, "containers")]:
        image = str(at(container, "image"))
        if "@sha256:" not in image:
            yield f"runs {image}, which can change overnight; pin it by digest"
        elif image not in known:
            yield f"runs {image}, which is not pinned in catalog/versions.py"


def charts_are_pinned(resource: Resource) -> Iterator[str]:
    if resource.type != "kubernetes:helm.sh/v3:Release":
        return
    asked = (str(at(resource.inputs, "chart")), str(at(resource.inputs, "version")))
    known = {(chart.reference, chart.version) for chart in versions.CHARTS}
    if asked not in known:
        yield f"installs chart {asked[0]} {asked[1]}, which is not pinned in catalog/versions.py"


def node_images_are_dated(resource: Resource) -> Iterator[str]:
    if resource.kind == "EC2NodeClass":
        for term in items(resource.inputs, "spec", "amiSelectorTerms"):
            if "latest" in str(at(term, "alias")):
                yield f"boots {at(term, 'alias')}: every node is replaced whenever AWS releases an image"
    if resource.type == "aws:eks/nodeGroup:NodeGroup" and not at(resource.inputs, "releaseVersion"):
        yield "boots whatever image is newest; state release_version"
    if resource.type == "aws:eks/addon:Addon" and not at(resource.inputs, "addonVersion"):
        yield "installs whatever version AWS prefers today; state addon_version"


RULES = (
    Rule(
        name="images-are-pinned",
        assures="every image we name is pinned by digest in catalog/versions.py",
        remedy="add the image with its digest to catalog/versions.py",
        resource=images_are_pinned,
    ),
    Rule(
        name="charts-are-pinned",
        assures="every chart is one of catalog/versions.py, at its version",
        remedy="add the chart to catalog/versions.py",
        resource=charts_are_pinned,
    ),
    Rule(
        name="node-images-are-dated",
        assures="nodes and cluster add-ons change only when a version in catalog/versions.py does",
        remedy="use the dated versions of catalog/versions.py",
        resource=node_images_are_dated,
    ),
)
