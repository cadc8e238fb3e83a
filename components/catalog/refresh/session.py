"""The only place that speaks to AWS: sessions and clients of boto3, which is loaded here and nowhere else."""

from collections.abc import Callable
from typing import Any, Final

from components.catalog.refresh.regional import Clients

PRICE_LIST_REGION: Final = "us-east-1"
"""Answers for every region; the Price List API lives in three (botocore's endpoints, 2026-11)."""


class NoWay(RuntimeError):
    """Nothing can be asked of AWS from here; the message says what is missing."""


def refusals() -> tuple[type[Exception], ...]:
    """The errors by which AWS, or the way to it, says no."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError)


def clients() -> Callable[[str], Clients]:
    """Makes the clients of a region; raises `NoWay` without boto3 or without credentials."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise NoWay("refresh needs boto3, the extra `refresh` of pyproject.toml: pip install boto3") from None
    session = boto3.Session()
    if session.get_credentials() is None:
        raise NoWay(
            "refresh needs AWS credentials (aws sso login, AWS_PROFILE or AWS_ACCESS_KEY_ID) that may call"
            " pricing:GetProducts, servicequotas:ListAWSDefaultServiceQuotas, ec2:DescribeAvailabilityZones,"
            " ec2:DescribeInstanceTypeOfferings and ec2:DescribeSpotPriceHistory"
        )
    config = Config(retries={"mode": "adaptive", "max_attempts": 8})
    pricing = session.client("pricing", region_name=PRICE_LIST_REGION, config=config)

    def of(region: str) -> Clients:
        def client(service: str) -> Any:
            return session.client(service, region_name=region, config=config)

        return Clients(ec2=client("ec2"), pricing=pricing, service_quotas=client("service-quotas"))

    return of
