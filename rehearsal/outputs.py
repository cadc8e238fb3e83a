"""What stand-ins answer: outputs by type where a program reads them, a plausible default everywhere else.

One table for the recorder and for the stand-in clouds of the real engine.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

ACCOUNT: Final = "123456789012"


def _digits(name: str, length: int = 17) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:length]


def identity(type_: str, name: str, inputs: Mapping[str, Any]) -> str:
    """The id a cloud would give."""
    if type_.startswith("kubernetes:"):
        metadata = inputs.get("metadata") or {}
        namespace = metadata.get("namespace")
        title = metadata.get("name") or inputs.get("name") or _unnamed(name, inputs)
        return f"{namespace}/{title}" if namespace else str(title)
    if type_ == "aws:s3/bucket:Bucket":
        return _bucket(name, inputs)
    if type_ in NAMED and isinstance(inputs.get("name"), str):
        return str(inputs["name"])
    return f"{NOUNS.get(type_, name)}-{_digits(name)}" if type_ in NOUNS else f"{name}-id"


def _unnamed(name: str, inputs: Mapping[str, Any]) -> str:
    """What the provider calls an object that was given no name: another one for other contents."""
    return f"{name}-{_digits(json.dumps(inputs, sort_keys=True, default=str), 8)}"


def _bucket(name: str, inputs: Mapping[str, Any]) -> str:
    return str(inputs.get("bucket") or f"{name}-{_digits(name, 7)}")


NAMED: Final = frozenset(
    {
        "aws:iam/role:Role",
        "aws:sqs/queue:Queue",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/logGroup:LogGroup",
    }
)

NOUNS: Final[Mapping[str, str]] = {
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/securityGroup:SecurityGroup": "sg",
    "aws:ec2/launchTemplate:LaunchTemplate": "lt",
    "aws:efs/fileSystem:FileSystem": "fs",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "fs",
}


def outputs(type_: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a resource answers: what it was given, and what only the provider knows."""
    given = dict(inputs)
    if type_.startswith("aws:"):
        module = type_.split(":")[1].split("/")[0]
        given.setdefault("arn", f"arn:aws:{module}:eu-test-1:{ACCOUNT}:{name}")
        given.setdefault("name", name)
    if type_.startswith("kubernetes:") and isinstance(given.get("metadata"), Mapping):
        given["metadata"] = {"name": _unnamed(name, inputs), **given["metadata"]}
    given.update(_SPECIAL.get(type_, lambda *_: {})(name, inputs))
    return given


def _certificate(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    domain = str(inputs.get("domainName"))
    proof = {
        "domainName": domain,
        "resourceRecordName": f"_{_digits(domain)}.{domain}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{_digits(domain + 'v')}.acm-validations.aws.",
    }
    return {"domainValidationOptions": [proof, {**proof, "domainName": f"*.{domain}"}]}


def _cluster(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    title = str(inputs.get("name") or name)
    endpoint = f"https://{_digits(title, 32)}.gr7.eu-test-1.eks.amazonaws.com"
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": title, "cluster": {"server": endpoint}}],
    }
    return {
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig),
        "clusterSecurityGroupId": f"sg-{_digits(title + 'cluster')}",
    }


_SPECIAL: Final[Mapping[str, Any]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:s3/bucket:Bucket": lambda name, inputs: {
        "bucket": _bucket(name, inputs),
        "arn": f"arn:aws:s3:::{_bucket(name, inputs)}",
        "bucketRegionalDomainName": f"{name}.s3.eu-test-1.amazonaws.com",
    },
    "aws:iam/role:Role": lambda name, inputs: {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{inputs.get('name') or name}",
        "name": inputs.get("name") or name,
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda name, _: {
        "dnsName": f"{name}-{_digits(name, 9)}.eu-test-1.elb.amazonaws.com",
        "zoneId": "Z000000ENTRANCE",
        "arnSuffix": f"app/{name}/{_digits(name, 16)}",
    },
    "aws:sqs/queue:Queue": lambda name, inputs: {
        "url": f"https://sqs.eu-test-1.amazonaws.com/{ACCOUNT}/{inputs.get('name') or name}",
        "arn": f"arn:aws:sqs:eu-test-1:{ACCOUNT}:{inputs.get('name') or name}",
    },
    "aws:eks/nodeGroup:NodeGroup": lambda name, _: {
        "resources": [{"autoscalingGroups": [{"name": f"eks-{name}-{_digits(name, 8)}"}]}]
    },
    "aws:efs/fileSystem:FileSystem": lambda name, _: {
        "dnsName": f"fs-{_digits(name)}.efs.eu-test-1.amazonaws.com"
    },
    "aws:fsx/lustreFileSystem:LustreFileSystem": lambda name, _: {
        "dnsName": f"fs-{_digits(name)}.fsx.eu-test-1.amazonaws.com",
        "mountName": "weights",
    },
    "aws:globalaccelerator/accelerator:Accelerator": lambda name, _: {
        "dnsName": f"{_digits(name, 16)}.awsglobalaccelerator.com",
        "hostedZoneId": "Z2BJ6XQ5FK7U4H",
    },
    "aws:acm/certificateValidation:CertificateValidation": lambda _, inputs: {
        "certificateArn": inputs.get("certificateArn")
    },
    "aws:ec2/launchTemplate:LaunchTemplate": lambda *_: {"latestVersion": 1},
    "eks:index:Cluster": _cluster,
    "kubernetes:helm.sh/v3:Release": lambda _, inputs: {
        "status": {"name": inputs.get("name"), "status": "deployed"}
    },
}


def answer(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What an invoke answers; raises `LookupError` naming a token the table does not know."""
    known: Mapping[str, Any] = {
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "accountId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/rehearsal",
            "id": ACCOUNT,
            "userId": "rehearsal",
        },
        "aws:index/getPartition:getPartition": {
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "id": "aws",
        },
        "aws:route53/getZone:getZone": {
            "zoneId": "Z000000HOSTED",
            "id": "Z000000HOSTED",
            "name": arguments.get("name"),
        },
        "aws:ec2/getManagedPrefixList:getManagedPrefixList": {
            "id": f"pl-{_digits(str(arguments.get('name')), 8)}",
            "name": arguments.get("name"),
        },
    }
    if token not in known:
        raise LookupError(f"the program asks the cloud for {token}; add an answer to rehearsal/outputs.py")
    return dict(known[token])
