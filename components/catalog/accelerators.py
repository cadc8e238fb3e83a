"""EC2 instance types with GPUs, and the GPUs in them.

Instance figures: EC2 DescribeInstanceTypes as recorded in the PyPI package moto 5.2.5 (2026-08-01), equal to Karpenter
1.14.1's reference/instance-types.md. GPU figures (bandwidth, TFLOPS, dense): those of NVIDIA's data sheets as generally
known; not compared with the sheets line by line. RTX PRO 4500 Server Edition: bandwidth from Exxact's benchmark of
2026-05-20, TFLOPS the workstation card's (220 and 440 at 200 W) brought down to its 165 W, so approximate.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU model."""

    name: str
    """As Karpenter's label `karpenter.k8s.aws/instance-gpu-name` spells it."""
    title: str
    compute_capability: float
    """CUDA's; vLLM's kernels ask for it."""
    memory_mib: int
    bandwidth_gb_per_second: float
    bf16_tflops: float
    fp8_tflops: float | None
    """None where the silicon has no FP8; vLLM then computes in 16 bits on FP8 weights."""
    nvlink: bool
    """GPUs of one node talk over NVLink and NVSwitch; otherwise over PCIe."""
    mig: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """An EC2 instance type with GPUs."""

    instance_type: str
    gpu: Gpu
    gpu_count: int
    vcpus: int
    ram_gib: int
    nvme_gb: int
    efa_interfaces: int
    network_gbps: float
    """Baseline, not burst."""

    @property
    def family(self) -> str:
        """`g6e` of `g6e.xlarge`."""
        return self.instance_type.split(".")[0]

    @property
    def quota_family(self) -> Literal["G", "P"]:
        """Which vCPU quota it counts against: `G and VT`, or `P`."""
        return "G" if self.family.startswith("g") else "P"

    @property
    def gpu_memory_gib(self) -> float:
        """Of one GPU."""
        return self.gpu.memory_mib / 1024

    @property
    def memory_gib(self) -> float:
        """Of all its GPUs."""
        return self.gpu_memory_gib * self.gpu_count


class UnknownAccelerator(LookupError):
    """An instance type that is not in the catalog."""


def _gpu(
    name: str,
    title: str,
    capability: float,
    memory_mib: int,
    bandwidth: float,
    bf16: float,
    fp8: float | None,
    flags: str,
) -> Gpu:
    return Gpu(
        name=name,
        title=title,
        compute_capability=capability,
        memory_mib=memory_mib,
        bandwidth_gb_per_second=bandwidth,
        bf16_tflops=bf16,
        fp8_tflops=fp8,
        nvlink="nvlink" in flags,
        mig="mig" in flags,
    )


T4: Final = _gpu("t4", "NVIDIA T4", 7.5, 16384, 320, 65, None, "")
A10G: Final = _gpu("a10g", "NVIDIA A10G", 8.6, 22888, 600, 70, None, "")
L4: Final = _gpu("l4", "NVIDIA L4", 8.9, 22888, 300, 121, 242, "")
L40S: Final = _gpu("l40s", "NVIDIA L40S", 8.9, 45776, 864, 362, 733, "")
RTX_PRO_4500: Final = _gpu("rtx-pro-4500", "NVIDIA RTX PRO 4500", 12.0, 32768, 800, 200, 400, "mig")
RTX_PRO_6000: Final = _gpu(
    "rtx-pro-server-6000", "NVIDIA RTX PRO 6000 SE", 12.0, 98304, 1597, 467, 934, "mig"
)
A100_40: Final = _gpu("a100", "NVIDIA A100 40 GB", 8.0, 40960, 1555, 312, None, "nvlink mig")
A100_80: Final = _gpu("a100", "NVIDIA A100 80 GB", 8.0, 81920, 2039, 312, None, "nvlink mig")
H100: Final = _gpu("h100", "NVIDIA H100 SXM", 9.0, 81920, 3350, 989, 1979, "nvlink mig")
H200: Final = _gpu("h200", "NVIDIA H200 SXM", 9.0, 144384, 4800, 989, 1979, "nvlink mig")
B200: Final = _gpu("b200", "NVIDIA B200", 10.0, 183359, 8000, 2250, 4500, "nvlink mig")
B300: Final = _gpu("b300", "NVIDIA B300", 10.3, 275040, 8000, 2500, 5000, "nvlink mig")

# family, GPU, then per size: name, GPUs, vCPUs, RAM GiB, NVMe GB, EFA interfaces, baseline Gbit/s
_Size = tuple[str, int, int, int, int, int, float]
_FAMILIES: Final[tuple[tuple[str, Gpu, tuple[_Size, ...]], ...]] = (
    (
        "g4dn",
        T4,
        (
            ("xlarge", 1, 4, 16, 125, 0, 5),
            ("2xlarge", 1, 8, 32, 225, 0, 10),
            ("4xlarge", 1, 16, 64, 225, 0, 20),
            ("8xlarge", 1, 32, 128, 900, 1, 50),
            ("12xlarge", 4, 48, 192, 900, 1, 50),
            ("16xlarge", 1, 64, 256, 900, 1, 50),
        ),
    ),
    (
        "g5",
        A10G,
        (
            ("xlarge", 1, 4, 16, 250, 0, 2.5),
            ("2xlarge", 1, 8, 32, 450, 0, 5),
            ("4xlarge", 1, 16, 64, 600, 0, 10),
            ("8xlarge", 1, 32, 128, 900, 1, 25),
            ("12xlarge", 4, 48, 192, 3800, 1, 40),
            ("24xlarge", 4, 96, 384, 3800, 1, 50),
            ("48xlarge", 8, 192, 768, 7600, 1, 100),
        ),
    ),
    (
        "g6",
        L4,
        (
            ("xlarge", 1, 4, 16, 250, 0, 2.5),
            ("2xlarge", 1, 8, 32, 450, 0, 5),
            ("4xlarge", 1, 16, 64, 600, 0, 10),
            ("8xlarge", 1, 32, 128, 900, 1, 25),
            ("12xlarge", 4, 48, 192, 3760, 1, 40),
            ("24xlarge", 4, 96, 384, 3760, 1, 50),
            ("48xlarge", 8, 192, 768, 7520, 1, 100),
        ),
    ),
    (
        "g6e",
        L40S,
        (
            ("xlarge", 1, 4, 32, 250, 0, 2.5),
            ("2xlarge", 1, 8, 64, 450, 0, 5),
            ("4xlarge", 1, 16, 128, 600, 0, 20),
            ("8xlarge", 1, 32, 256, 900, 1, 25),
            ("12xlarge", 4, 48, 384, 3800, 1, 100),
            ("24xlarge", 4, 96, 768, 3800, 2, 200),
            ("48xlarge", 8, 192, 1536, 7600, 4, 400),
        ),
    ),
    (
        "g7",
        RTX_PRO_4500,
        (
            ("2xlarge", 1, 8, 32, 440, 0, 40),
            ("4xlarge", 1, 16, 64, 875, 0, 80),
            ("8xlarge", 1, 32, 128, 930, 1, 100),
            ("12xlarge", 2, 48, 192, 1900, 1, 175),
            ("24xlarge", 4, 96, 384, 3800, 1, 350),
            ("48xlarge", 8, 192, 768, 7600, 2, 700),
        ),
    ),
    (
        "g7e",
        RTX_PRO_6000,
        (
            ("2xlarge", 1, 8, 64, 1900, 0, 50),
            ("4xlarge", 1, 16, 128, 1900, 0, 50),
            ("8xlarge", 1, 32, 256, 1900, 1, 100),
            ("12xlarge", 2, 48, 512, 3800, 1, 400),
            ("24xlarge", 4, 96, 1024, 7600, 2, 800),
            ("48xlarge", 8, 192, 2048, 15200, 4, 1600),
        ),
    ),
    ("p4d", A100_40, (("24xlarge", 8, 96, 1152, 8000, 4, 400),)),
    ("p4de", A100_80, (("24xlarge", 8, 96, 1152, 8000, 4, 400),)),
    ("p5", H100, (("4xlarge", 1, 16, 256, 3800, 1, 100), ("48xlarge", 8, 192, 2048, 30400, 32, 3200))),
    ("p5e", H200, (("48xlarge", 8, 192, 2048, 30400, 32, 3200),)),
    ("p5en", H200, (("48xlarge", 8, 192, 2048, 30400, 16, 3200),)),
    ("p6-b200", B200, (("48xlarge", 8, 192, 2048, 30400, 8, 3200),)),
    ("p6-b300", B300, (("48xlarge", 8, 192, 4096, 30400, 16, 6400),)),
)


def _accelerator(family: str, gpu: Gpu, size: _Size) -> Accelerator:
    name, gpus, vcpus, ram, nvme, efa, gbps = size
    return Accelerator(
        instance_type=f"{family}.{name}",
        gpu=gpu,
        gpu_count=gpus,
        vcpus=vcpus,
        ram_gib=ram,
        nvme_gb=nvme,
        efa_interfaces=efa,
        network_gbps=gbps,
    )


ACCELERATORS: Final[Mapping[str, Accelerator]] = MappingProxyType(
    {
        one.instance_type: one
        for family, gpu, sizes in _FAMILIES
        for one in (_accelerator(family, gpu, size) for size in sizes)
    }
)


def find(instance_type: str) -> Accelerator:
    """The accelerator of that name; raises `UnknownAccelerator` with a suggestion."""
    if instance_type not in ACCELERATORS:
        raise UnknownAccelerator(suggest(instance_type))
    return ACCELERATORS[instance_type]


def suggest(instance_type: str) -> str:
    """What to tell somebody who asked for an instance type that is not here."""
    near = difflib.get_close_matches(instance_type, ACCELERATORS, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; families: {', '.join(one[0] for one in _FAMILIES)}"
    return f"{instance_type} is not in the accelerator catalog{hint}"
