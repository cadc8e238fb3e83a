"""The rules as a Pulumi policy pack: `pulumi preview --policy-pack policies`."""

import sys
from pathlib import Path

# Pulumi runs a pack from its own folder, where neither `policies` nor `components` can be imported.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import PolicyPack
from pulumi_policy import policy as sdk

from policies.service import PACK, Analyzer, policies

if __name__ == "__main__":
    # The pack serves what this name stands for; there is no other door (pulumi-policy 1.21).
    sdk._PolicyAnalyzerServicer = Analyzer  # type: ignore[assignment,misc]
    PolicyPack(PACK, policies())
