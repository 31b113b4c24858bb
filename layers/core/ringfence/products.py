"""
What the Atlassian products look like from the network.

Ports as documented by Atlassian: the product's ports page for Bitbucket
(https://confluence.atlassian.com/bitbucketserverkb/806029586.html), the Data
Center Helm charts' values (https://github.com/atlassian/data-center-helm-charts)
and the advisories of CVE-2020-36239 (Jira, Ehcache) and CVE-2022-26133
(Bitbucket, Hazelcast), which show why the cluster ports are for peers only.
"""

import fnmatch

from pydantic import BaseModel, ConfigDict


class Profile(BaseModel):
    """
    A product: how it is recognised and which of its ports may face whom.

    *public* may face the internet where the deployment is meant to be public,
    *proxied* only a load balancer or reverse proxy, *peer* only the product's
    own nodes (or agents), *loopback* nothing at all.
    The patterns are shell globs, matched without regard to case.
    *told_by* are ports that no other product listens on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    names: tuple[str, ...] = ()
    public: tuple[int, ...] = (443,)
    proxied: tuple[int, ...] = ()
    peer: tuple[int, ...] = ()
    loopback: tuple[int, ...] = ()
    told_by: tuple[int, ...] = ()


PROFILES: dict[str, Profile] = {
    "bitbucket": Profile(
        title="Bitbucket",
        names=("*bitbucket*", "*stash*"),
        public=(443, 7999),
        proxied=(7990, 7991, 8443),
        peer=(5701, 7777, 7992, 7993, 9200),
        loopback=(8006,),
        told_by=(7990, 7999),
    ),
    "jira": Profile(
        title="Jira",
        names=("*jira*",),
        proxied=(8080, 8443),
        peer=(1099, 9999, 40001, 40011),
        loopback=(8005,),
        told_by=(40001, 40011),
    ),
    "confluence": Profile(
        title="Confluence",
        names=("*confluence*", "*synchrony*"),
        proxied=(8080, 8090, 8091, 8443),
        peer=(5701, 5801, 25500),
        loopback=(8000,),
        told_by=(8090, 8091, 25500),
    ),
    "bamboo": Profile(
        title="Bamboo",
        names=("*bamboo*",),
        proxied=(8085, 8443),
        peer=(54663, 54667),
        loopback=(8005, 8007),
        told_by=(8085, 54663, 54667),
    ),
    "crowd": Profile(
        title="Crowd",
        names=("*crowd*",),
        proxied=(8095, 8443),
        loopback=(8020,),
        told_by=(8095,),
    ),
}

_NAMES = tuple(glob for profile in PROFILES.values() for glob in profile.names)


def names_a_product(clue: str) -> bool:
    """Whether *clue* is what people call one of the products."""
    return any(fnmatch.fnmatchcase(clue.lower(), name) for name in _NAMES)
