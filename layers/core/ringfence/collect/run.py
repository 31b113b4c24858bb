"""Ask AWS for several operations at once, each as soon as it can be."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ringfence.clients import CONNECTIONS
from ringfence.collect.operation import Operation, Parameters, Vpcs
from ringfence.inventory.answers import MalformedError, crash
from ringfence.snapshot import MALFORMED, Gap

DEPENDS_ON = "DependsOn"


def run(
    operations: Sequence[Operation], clients: Mapping[str, Any], vpcs: Vpcs
) -> tuple[dict[str, Any], tuple[Gap, ...]]:
    """
    The answer of each of *operations*, or the gap that it left.

    An operation is answered whole or not at all: its first failure is its gap,
    and its calls that have not begun are not made.
    One that needs what failed is a gap too, so that nothing looks empty.
    So is one whose answer makes no sense to us.
    """
    with ThreadPoolExecutor(CONNECTIONS) as pool, ThreadPoolExecutor(1) as single:
        running = _Running(operations, clients, vpcs, pool, single)
        while running.start() or running.calls:
            if running.calls:
                running.settle()
    gaps = (running.gaps.get(operation.name) for operation in operations)
    return running.responses, tuple(gap for gap in gaps if gap)


@dataclass(slots=True)
class _Asked:
    """An operation under way: its answers so far, by number of the call."""

    operation: Operation
    requests: list[Parameters]
    calls: list["Future[Any]"] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    left: int = 0


class _Running:
    """What is asked, answered and missed; touched by the calling thread alone."""

    def __init__(
        self,
        operations: Sequence[Operation],
        clients: Mapping[str, Any],
        vpcs: Vpcs,
        pool: ThreadPoolExecutor,
        single: ThreadPoolExecutor,
    ) -> None:
        self.waiting = list(operations)
        self.clients = clients
        self.vpcs = vpcs
        self.pool = pool
        self.single = single
        self.responses: dict[str, Any] = {}
        self.gaps: dict[str, Gap] = {}
        self.calls: dict[Future[Any], tuple[_Asked, int]] = {}
        self.done: SimpleQueue[Future[Any]] = SimpleQueue()
        self.asked = frozenset(operation.name for operation in operations)

    def start(self) -> bool:
        """Begin whatever waits for nothing more; say whether something did."""
        ready = [
            operation
            for operation in self.waiting
            if all(
                name in self.responses or name in self.gaps
                for name in (
                    *operation.needs,
                    *self.asked.intersection(operation.after),
                )
            )
        ]
        for operation in ready:
            self.waiting.remove(operation)
            failed = [name for name in operation.needs if name in self.gaps]
            if failed:
                because = f"needs {', '.join(failed)}"
                self.gaps[operation.name] = Gap(operation.name, DEPENDS_ON, because)
            else:
                self._ask(operation)
        return bool(ready)

    def settle(self) -> None:
        """Wait for the next call to end and note what it brought."""
        call = self.done.get()
        asked, number = self.calls.pop(call)
        asked.left -= 1
        if not call.cancelled():
            answer = call.result()
            if isinstance(answer, Gap):
                self.gaps.setdefault(asked.operation.name, answer)
                for other in asked.calls:
                    other.cancel()
            asked.answers[number] = answer
        if not asked.left:
            self._finish(asked)

    def _ask(self, operation: Operation) -> None:
        answer = operation.without_asking(self.responses, self.vpcs)
        if answer is not None:
            self.responses[operation.name] = answer
            return
        client = self.clients[operation.service]
        try:
            with _made_sense_of(*operation.needs, *operation.after):
                requests = list(operation.requests(self.responses, self.vpcs))
        except MalformedError as error:
            self.gaps[operation.name] = Gap(operation.name, MALFORMED, str(error))
            return
        asked = _Asked(operation, requests)
        asked.left = len(asked.requests)
        is_single = operation.is_worldwide or operation.is_rare
        pool = self.single if is_single else self.pool
        for number, parameters in enumerate(asked.requests):
            call = pool.submit(_call, client, operation, parameters)
            asked.calls.append(call)
            self.calls[call] = asked, number
            call.add_done_callback(self.done.put)
        if not asked.left:
            self._finish(asked)

    def _finish(self, asked: _Asked) -> None:
        operation = asked.operation
        if operation.name in self.gaps:
            return
        answers = [
            (parameters, asked.answers[number])
            for number, parameters in enumerate(asked.requests)
        ]
        try:
            with _made_sense_of():
                merged = operation.merge(answers, self.responses, self.vpcs)
        except MalformedError as error:
            self.gaps[operation.name] = Gap(operation.name, MALFORMED, str(error))
        else:
            self.responses[operation.name] = merged


def _call(client: Any, operation: Operation, parameters: Parameters) -> Any:
    """All pages of one call; None for a resource that is gone; or a gap."""
    argument = operation.argument(parameters)
    try:
        answer = _pages(client, operation, parameters)
        if operation.reduced is None:
            return answer
        with _made_sense_of():
            return _reduced(answer, operation, operation.reduced)
    except ClientError as error:
        told = error.response["Error"]
        code = told.get("Code", type(error).__name__)
        if code in operation.gone:
            return None
        return Gap(operation.name, code, told.get("Message", ""), argument)
    except (BotoCoreError, ResponseParserError) as error:
        return Gap(operation.name, type(error).__name__, str(error), argument)
    except MalformedError as error:
        return Gap(operation.name, MALFORMED, str(error), argument)


@contextmanager
def _made_sense_of(*operations: str) -> Iterator[None]:
    """
    Take our crash on what AWS answered (to *operations*) for a malformed answer.

    Only what looks at answers goes under it: a bug in asking is to be seen.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        where = f"what {', '.join(operations)} answered: " if operations else ""
        raise MalformedError(f"{where}{crash(error)}") from error


def _reduced(
    answer: Mapping[str, Any],
    operation: Operation,
    reduced: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> dict[str, Any]:
    if operation.is_one:
        return {operation.key: reduced(answer.get(operation.key, {}))}
    return {operation.key: [reduced(item) for item in answer[operation.key]]}


def _pages(client: Any, operation: Operation, parameters: Parameters) -> dict[str, Any]:
    asked = dict(parameters)
    if operation.wishes:
        known = _parameters(client, operation)
        asked |= {key: v for key, v in operation.wishes.items() if key in known}
    if operation.page is None:
        answer = getattr(client, operation.method)(**asked)
        return {key: v for key, v in answer.items() if key != "ResponseMetadata"}
    pages: Iterable[Any]
    if client.can_paginate(operation.method):
        pages = client.get_paginator(operation.method).paginate(
            **asked, PaginationConfig={"PageSize": operation.page}
        )
    else:
        pages = _by_token(client, operation, asked)
    kept: list[Any] = []
    for page in pages:
        with _made_sense_of():
            items = operation.items(page)
            kept += filter(operation.wanted, items) if operation.wanted else items
    return operation.listed(kept)


def _by_token(
    client: Any, operation: Operation, asked: Mapping[str, Any]
) -> Iterator[Any]:
    """Each page of a paged operation for which botocore has no paginator."""
    size, place, following = operation.tokens
    kind = _parameters(client, operation)[size].type_name
    limit = str(operation.page) if kind == "string" else operation.page
    token: Parameters = {}
    while True:
        page = getattr(client, operation.method)(**asked, **token, **{size: limit})
        yield page
        with _made_sense_of():
            inside = page[operation.within] if operation.within else page
            if not inside.get(following):
                return
            token = {place: inside[following]}


def _parameters(client: Any, operation: Operation) -> Mapping[str, Any]:
    name = client.meta.method_to_api_mapping[operation.method]
    members: Mapping[str, Any] = client.meta.service_model.operation_model(
        name
    ).input_shape.members
    return members
