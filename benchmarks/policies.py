"""`python -m benchmarks.policies`: what the rules cost, as functions and over the wire, beside building the stack.

Seconds of this process's processor, so that a busy machine does not change them much.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from components.settings import stackfile
from policies.pack import RULES
from policies.service import PACK, Analyzer, policies
from policies.verdict import judge
from rehearsal.judgement import resources
from rehearsal.recorder import Cloud, rehearse

ROUNDS = 5


def seconds(work: Callable[[], Any]) -> float:
    """Of one round, at best of several."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def told(cloud: Cloud) -> list[analyzer_pb2.AnalyzerResource]:
    """The stack as the engine would send it."""
    return [
        analyzer_pb2.AnalyzerResource(
            type=one.type,
            name=one.name,
            urn=one.urn,
            dependencies=one.dependencies,
            properties=ParseDict(json.loads(json.dumps(dict(one.inputs))), Struct()),
        )
        for one in cloud.resources
    ]


def main() -> None:
    file, today = stackfile.read("prod"), date.today()
    building = seconds(lambda: rehearse(file))
    cloud = rehearse(file)
    shown, sent, analyzer = (
        resources(cloud),
        told(cloud),
        Analyzer(PACK, "0", policies(), EnforcementLevel.ADVISORY),
    )
    judging = seconds(lambda: judge(RULES, shown, today=today))
    each = seconds(lambda: [analyzer.Analyze(one, None) for one in sent])
    whole = seconds(lambda: analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=sent), None))
    count = len(cloud.resources)
    print(f"prod: {count} resources, {len(RULES)} rules")
    print(f"build the stack        {building * 1000:8.1f} ms")
    print(f"judge as functions     {judging * 1000:8.1f} ms  {judging / building:.1%} of building it")
    print(f"Analyze, each resource {each * 1000:8.1f} ms  {each / count * 1000:.3f} ms a resource")
    print(f"AnalyzeStack           {whole * 1000:8.1f} ms  {whole / count * 1000:.3f} ms a resource")


if __name__ == "__main__":
    main()
