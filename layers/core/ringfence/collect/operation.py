"""An operation of AWS's as it is asked: how often, with what, after what."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ringfence.inventory.answers import MalformedError

Parameters = Mapping[str, Any]
Responses = Mapping[str, Any]
Vpcs = frozenset[str] | None

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
FILTER_VALUES = 200


def once(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Ask for everything."""
    return ({},)


def in_vpcs(
    name: str, parameter: str = "Filters"
) -> Callable[[Responses, Vpcs], Iterable[Parameters]]:
    """Ask for what is in the VPCs, by the filter *name*."""

    def requests(_responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
        if vpcs is None:
            return ({},)
        return filtered(name, vpcs, parameter)

    return requests


def filtered(
    name: str, values: Iterable[str], parameter: str = "Filters"
) -> Iterator[Parameters]:
    """Ask for the items whose *name* is one of *values*."""
    for batch in batches(sorted(values), FILTER_VALUES):
        yield {parameter: [{"Name": name, "Values": batch}]}


def batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """*values* in lists of at most *size*."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def only(*names: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Keep of an item what counts: there may be very many."""

    def reduced(item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: item[name] for name in names if name in item}

    return reduced


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One ``<boto3 client>.<method>``, or ``<boto3 client>.<method>.<which>`` where a
    method is asked for another thing, too.

    *requests* gives the parameters of each call, from the answers of *needs*
    and, where there are any, of *after*, which it waits for and can do without.
    *key* is the answer's member to be merged, a list unless it *is_one*
    structure; *page* is the API's greatest page, None where it has no pages.
    *within* is the structure in which the list is, where it is not on top.
    *tokens* are how pages are asked for without botocore's paginator: the
    parameters of size and of place, and the answer's member for the next place.
    *per* is the parameter that the answers are kept by, for an operation that
    is asked per resource, with *also* a second one after a slash; *gone* holds
    AWS's codes for one that has vanished.
    *keep* chooses among the items, where the API cannot filter by VPC.
    *implied* gives what is under *key* where, in a read of VPCs, other answers tell
    it: then nothing is asked; None where they do not.
    *wishes* are parameters that older service models lack.
    *reduced* gives what of an item is kept at all, where it may hold secrets, and
    *wanted* says which items of a page are kept.
    What *shows_secrets* is asked only where the owner wants that.
    What *is_worldwide* is the same in all Regions, and asked in one of them.
    That, and what *is_rare*, is asked one call after the other: AWS takes few.
    """

    name: str
    key: str
    page: int | None = None
    within: str | None = None
    tokens: tuple[str, str, str] = ("MaxResults", "NextToken", "NextToken")
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    requests: Callable[[Responses, Vpcs], Iterable[Parameters]] = once
    per: str | None = None
    also: str | None = None
    gone: frozenset[str] = frozenset()
    keep: Callable[[Mapping[str, Any], Responses, frozenset[str]], bool] | None = None
    implied: Callable[[Responses, frozenset[str]], Any | None] | None = None
    wishes: Parameters | None = None
    reduced: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    wanted: Callable[[dict[str, Any]], bool] | None = None
    is_of_vpcs: bool = True
    is_one: bool = False
    shows_secrets: bool = False
    is_worldwide: bool = False
    is_rare: bool = False

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]

    @property
    def method(self) -> str:
        return self.name.split(".")[1]

    @property
    def nothing(self) -> dict[str, Any]:
        """The merged answer of an account that has none of it."""
        if self.per is not None:
            return {}
        return self.listed({} if self.is_one else [])

    def listed(self, items: Any) -> dict[str, Any]:
        """*items*, or the one structure, in the place where the answer has them."""
        return {self.within: {self.key: items}} if self.within else {self.key: items}

    def items(self, answer: Mapping[str, Any]) -> list[Any]:
        """The answer's list; where it is within a structure AWS omits an empty one."""
        if self.within:
            return answer[self.within].get(self.key) or []
        items: list[Any] = answer[self.key]
        return items

    def without_asking(self, responses: Responses, vpcs: Vpcs) -> dict[str, Any] | None:
        """The answer, where *responses* to others imply it; malformed ones do not."""
        if self.implied is None or vpcs is None:
            return None
        try:
            items = self.implied(responses, vpcs)
        except MalformedError:
            return None
        return None if items is None else self.listed(items)

    def argument(self, asked: Parameters) -> str | None:
        """What the answer to *asked* is kept by, None where all are merged."""
        if self.per is None:
            return None
        first: str = asked[self.per]
        return f"{first}/{asked[self.also]}" if self.also else first

    def merge(
        self,
        answers: Sequence[tuple[Parameters, Any]],
        responses: Responses,
        vpcs: Vpcs,
    ) -> dict[str, Any]:
        """One answer of AWS's shape, or one for each resource."""
        if self.per is not None:
            return {str(self.argument(asked)): answer for asked, answer in answers}
        if self.is_one:
            [(_, answer)] = answers
            return {self.key: answer[self.key]}
        items = [item for _, answer in answers if answer for item in self.items(answer)]
        if self.keep is not None and vpcs is not None:
            items = [item for item in items if self.keep(item, responses, vpcs)]
        return self.listed(items)
