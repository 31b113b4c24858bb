"""A DynamoDB for the tests of what is stored."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.render.samples import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAME = "findings"


@pytest.fixture
def client() -> "Iterator[DynamoDBClient]":
    """A DynamoDB with the template's key schema."""
    with mock_aws():
        dynamodb = boto3.client(
            "dynamodb",
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        dynamodb.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "place", "AttributeType": "S"},
                {"AttributeName": "item", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "place", "KeyType": "HASH"},
                {"AttributeName": "item", "KeyType": "RANGE"},
            ],
        )
        yield dynamodb
