"""What AWS answers, in the shapes its API references document; botocore's stubber refuses any other."""

import json
from datetime import UTC, datetime

import boto3
from botocore.config import Config
from botocore.stub import ANY, Stubber

from components.catalog.refresh.regional import Clients

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUIET = Config(retries={"mode": "standard", "max_attempts": 1})


def client(service, region="eu-west-2"):
    return boto3.client(
        service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x", config=QUIET
    )


def product(name, usd, unit="Hrs"):
    """One entry of GetProducts' PriceList: JSON in a string."""
    dimension = {"unit": unit, "pricePerUnit": {"USD": f"{usd:.10f}"}, "description": f"${usd} per {name}"}
    return json.dumps(
        {
            "serviceCode": "AmazonEC2",
            "product": {"attributes": {"instanceType": name, "regionCode": "eu-west-2"}, "sku": name},
            "terms": {"OnDemand": {f"{name}.JRTCKXETXF": {"priceDimensions": {"rate": dimension}}}},
        }
    )


def pricing(*pages, regions=1):
    """A Price List client that answers with these pages for each of so many regions."""
    stubbed = client("pricing", "us-east-1")
    stub = Stubber(stubbed)
    for _ in range(regions):
        for position, page in enumerate(pages):
            token = {} if position == len(pages) - 1 else {"NextToken": f"page {position + 1}"}
            stub.add_response("get_products", {"FormatVersion": "aws_v1", "PriceList": list(page), **token})
    stub.activate()
    return stubbed


def quotas(*pages):
    stubbed = client("service-quotas")
    stub = Stubber(stubbed)
    for position, page in enumerate(pages):
        token = {} if position == len(pages) - 1 else {"NextToken": f"page {position + 1}"}
        rows = [{"QuotaCode": code, "QuotaName": name, "Value": value} for code, name, value in page]
        stub.add_response("list_aws_default_service_quotas", {"Quotas": rows, **token})
    stub.activate()
    return stubbed


def spot(*pages):
    """An EC2 client with pages of spot price changes: (type, zone id, when, dollars)."""
    stubbed = client("ec2")
    stub = Stubber(stubbed)
    for position, page in enumerate(pages):
        rows = [
            {
                "InstanceType": name,
                "AvailabilityZoneId": zone,
                "ProductDescription": "Linux/UNIX",
                "SpotPrice": str(usd),
                "Timestamp": when,
            }
            for name, zone, when, usd in page
        ]
        token = "" if position == len(pages) - 1 else f"page {position + 1}"
        expected = {"Filters": ANY, "ProductDescriptions": ["Linux/UNIX"], "StartTime": ANY, "EndTime": ANY}
        if position:
            expected["NextToken"] = f"page {position}"
        answer = {"SpotPriceHistory": rows, "NextToken": token}
        stub.add_response("describe_spot_price_history", answer, expected)
    stub.activate()
    return stubbed


def refusing(service, region="eu-west-2"):
    """A client whose every call is denied, as in a region that the account has not opted into."""
    stubbed = client(service, region)
    stub = Stubber(stubbed)
    for call in ("describe_availability_zones", "describe_availability_zones", "get_products"):
        if hasattr(stubbed, call):
            stub.add_client_error(
                call, "AuthFailure", "AWS was not able to validate the provided credentials", 401
            )
    if service == "service-quotas":
        stub.add_client_error("list_aws_default_service_quotas", "AccessDeniedException", "no", 403)
    stub.activate()
    return stubbed


DEFAULTS = [("L-DB2E81BA", "Running On-Demand G and VT instances", 0.0)]


def clients_of(ec2, region):
    """Clients of one region whose EC2 is given and whose other answers are small."""
    return Clients(
        ec2=ec2,
        pricing=pricing([product("g6.xlarge", 1.10), product("m7i.xlarge", 0.25)]),
        service_quotas=quotas(DEFAULTS),
    )
