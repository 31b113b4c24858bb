"""
Where what a call changes is read: not always in the Region that tells of it.

Services that belong to no Region tell in one: IAM, Route 53 and CloudFront in
us-east-1, Global Accelerator in us-west-2.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
"""

from collections.abc import Iterable

# Where those services tell, in the commercial partition.
TELLING_REGIONS = ("us-east-1", "us-west-2")

# What is asked once for each account, where Ringfence runs.
_AT_HOME = frozenset({"cloudfront.amazonaws.com", "route53.amazonaws.com"})
# What each Region's load balancers, instances and addresses are judged with.
_EVERYWHERE = frozenset({"globalaccelerator.amazonaws.com", "iam.amazonaws.com"})
# A trail of another Region may record here, and rules there hand on what is global.
_FROM_AFAR = frozenset({"cloudtrail.amazonaws.com", "events.amazonaws.com"})


def regions_of(
    source: str, told_in: str, *, home: str, swept: Iterable[str]
) -> frozenset[str]:
    """
    Give the Regions to be re-read for a call to *source* that was *told_in* one.

    *swept* are those that are watched, *home* among them is Ringfence's own. None:
    what it changed is not watched.
    """
    watched = frozenset({home, *swept})
    if source in _AT_HOME:
        return frozenset({home})
    if source in _EVERYWHERE:
        return watched
    found = watched & {told_in}
    if source in _FROM_AFAR and not found:
        return frozenset({home})
    return found
