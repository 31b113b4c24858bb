"""What CloudFormation stacks were told of the products that they made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringfence.inventory.answers import Answers, Raw, rows, text, text_or_empty

STACKS = "cloudformation.describe_stacks"

# The tag that CloudFormation puts on what it makes.
STACK_TAG = "aws:cloudformation:stack-name"

# Of Atlassian's template for one Bitbucket server: "None" or SELF_SIGNED.
# https://bitbucket.org/atlassian/atlassian-aws-deployment
CERTIFICATE_PARAMETER = "SSLCertificate"
# Of Atlassian's templates for Data Center: a version, or "latest".
# https://github.com/aws-quickstart/quickstart-atlassian-jira (-bitbucket, -confluence)
VERSION_PARAMETERS = {
    f"{product.capitalize()}Version": product
    for product in ("bitbucket", "jira", "confluence", "bamboo", "crowd")
}
SELF_SIGNED = "Generate a self-signed certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """
    *certificate* is what its parameter of that name says, empty: it has none.

    *versions* are those that parameters told it to launch, by product.
    """

    name: str
    certificate: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)


def read_stacks(answers: Answers) -> tuple[Stack, ...]:
    """Those that were asked for: of instances that look like a product."""
    if not answers.has(STACKS):
        return ()
    found: list[Stack] = []
    for name in answers.arguments(STACKS):
        found += answers.each_of(STACKS, name, "Stacks", _stack) or ()
    return tuple(found)


def _stack(raw: Raw) -> Stack:
    values = {
        text(item, "ParameterKey"): text_or_empty(item, "ParameterValue")
        for item in rows(raw, "Parameters")
    }
    return Stack(
        name=text(raw, "StackName"),
        certificate=values.get(CERTIFICATE_PARAMETER, ""),
        versions={
            product: values[parameter]
            for parameter, product in VERSION_PARAMETERS.items()
            if values.get(parameter)
        },
    )
