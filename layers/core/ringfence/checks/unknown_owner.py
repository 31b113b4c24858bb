"""AMI-005: an instance of an image whose owner nobody vouches for."""

from collections.abc import Iterator

from ringfence.atlassian_images import atlassian_image
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Image
from ringfence.subjects.hosts import severity
from ringfence.subjects.images import (
    NEEDS,
    described,
    doubts,
    evidence_of,
    launched,
)

# Makers of systems, by their own pages:
# https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
# https://access.redhat.com/solutions/15356
# https://wiki.debian.org/Cloud/AmazonEC2Image
# https://wiki.almalinux.org/cloud/AWS.html
# https://rockylinux.org/download
# https://www.centos.org/download/aws-images/ (Fedora's account, too)
# SUSE's by public configurations that look up suse-sles images: no page of its own.
MAKERS = frozenset(
    {
        "137112412989",  # Amazon Linux; told by its alias, too
        "099720109477",  # Canonical
        "309956199498",  # Red Hat
        "136693071363",  # Debian
        "764336703387",  # AlmaLinux
        "792107900819",  # Rocky Linux
        "125523088429",  # CentOS and Fedora
        "013907871322",  # SUSE; most of its images bear AWS's alias, too
    }
)


@check(
    "AMI-005",
    "Instance runs from an image of an unknown owner",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Find out who made the image; launch again from one of an owner that you know.",
    guide=("S20", "D32"),
)
def unknown_owner(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Anybody can publish an image under any name, with anything in it.

    Known are this account, the owners that AWS vouches for (its own and its
    Marketplace's), the makers of common systems, Atlassian's images by their ids,
    and the accounts in the policy's `image_owners`.
    An image that another account shares with this one, and not with everybody, is
    told more mildly: it was somebody's decision. One that is gone has no owner that
    could be known. A public image weighs one step more where the internet reaches
    the instance.
    """
    inventory = estate.inventory
    for host, image in launched(estate):
        if is_known(estate, image):
            continue
        where = "public" if image.is_public else "shared with this account"
        base = Severity.MEDIUM if image.is_public else Severity.INFORMATIONAL
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            message=f"{host.label} runs from {described(image)}, which is {where} and "
            f"belongs to the account {image.owner}, which the policy does not name.",
            severity=severity(estate, host.instances, base)
            if image.is_public
            else base,
            fix=f"aws ec2 describe-images --region {inventory.region} "
            f"--image-ids {image.id} --query 'Images[0].[OwnerId,ImageLocation]'\n"
            "If you know the owner, let the policy say: "
            f'image_owners: ["{image.owner}"]',
            evidence=evidence_of(host, image),
        )
    yield from doubts(estate)


def is_known(estate: Estate, image: Image) -> bool:
    """Whether somebody vouches for the owner of *image*, or it tells none."""
    accepted = {estate.inventory.account, "", *MAKERS, *estate.policy.image_owners}
    return bool(image.owner in accepted or image.alias or atlassian_image(image.id))
