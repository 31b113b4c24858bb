"""What is asked of API Gateway, for HTTP and for REST APIs: what leads into VPCs."""

from ringfence.collect.operation import Operation
from ringfence.inventory.otherways import HTTP_LINKS, REST_LINKS

# API Gateway's actions are HTTP's methods; the resource says what is read.
ACTIONS = ("apigateway:GET",)

OPERATIONS = (
    Operation(name=HTTP_LINKS, key="Items", page=100, is_of_vpcs=False),
    Operation(name=REST_LINKS, key="items", page=500, is_of_vpcs=False),
)
