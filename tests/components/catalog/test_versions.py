import re

import pytest

from components.catalog import versions
from components.catalog.versions import Chart, Image


def test_an_image_without_a_digest_cannot_be_written():
    with pytest.raises(ValueError, match="vllm/vllm-openai:latest needs a sha256 digest, not 'latest'"):
        Image(repository="vllm/vllm-openai", tag="latest", digest="latest")


def test_an_image_is_referred_to_by_digest():
    assert re.fullmatch(r"vllm/vllm-openai:v[\d.]+@sha256:[0-9a-f]{64}", versions.VLLM.reference)


def test_an_oci_chart_is_referred_to_by_its_whole_address():
    assert versions.KARPENTER.reference == "oci://public.ecr.aws/karpenter/karpenter"
    assert versions.KEDA.reference == "keda"


def test_every_chart_and_image_is_listed():
    declared = [value for value in vars(versions).values() if isinstance(value, Chart | Image)]
    assert set(declared) == {*versions.CHARTS, *versions.IMAGES}


def test_nodes_of_both_kinds_boot_the_same_days_image():
    assert versions.NODE_RELEASE.endswith(versions.NODE_IMAGE.removeprefix("v"))
    assert versions.NODE_ALIAS.endswith(versions.NODE_IMAGE)
    assert versions.NODE_RELEASE.startswith(f"{versions.KUBERNETES}.")
    assert versions.KUBE_PROXY.version.startswith(f"v{versions.KUBERNETES}.")
