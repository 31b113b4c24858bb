"""``ringfence why``: the path to a port, or the first thing that stops it."""

import argparse
from typing import Any

from ringfence.cli import outcome
from ringfence.cli.exposure import add_format_to, cidr, port, resource_of
from ringfence.cli.outcome import CLEAN, UNREAD
from ringfence.cli.source import add_source_to, head, place_and_time, read_source
from ringfence.reach import exposure_json
from ringfence.reach.obstacles import Obstacle, Question
from ringfence.reach.why import Answer, Verdict, why
from ringfence.render.exposures import answer_lines
from ringfence.render.plain import plain


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "why",
        help="say why a port is reachable from the internet, or what stops it",
        description="For each address of a resource, show every path by which packets "
        "get in, or the first thing that stops them, in the words of AWS's "
        "Reachability Analyzer: straight to it, and through each load balancer. "
        "Exits with 3 where that cannot be told.",
    )
    parser.add_argument(
        "resource", help="an instance, an interface, or a load balancer's ARN or name"
    )
    add_source_to(parser)
    parser.add_argument(
        "--port", type=port, required=True, metavar="N", help="the port"
    )
    parser.add_argument(
        "--protocol", choices=("tcp", "udp"), default="tcp", help="default: tcp"
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=cidr,
        metavar="CIDR",
        help="who sends (default: anybody on the internet)",
    )
    add_format_to(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print an answer for each address, and give the exit status."""
    inventory = read_source(chosen.snapshot, chosen.region)
    question = Question(
        resource=resource_of(inventory, chosen.resource),
        protocol=chosen.protocol,
        port=chosen.port,
        source=chosen.source,
    )
    answers = why(inventory, question)
    if chosen.format == "json":
        told = {
            "resource": question.resource,
            "protocol": question.protocol,
            "port": question.port,
            "from": question.source,
            "answers": [_document(answer) for answer in answers],
        }
        outcome.print_json(head(inventory) | told)
    else:
        who = question.source or "the internet"
        print(plain(f"{question.traffic} to {question.resource} from {who}"))
        for answer in answers:
            for line in answer_lines(answer):
                print(line)
        print(place_and_time(inventory))
    unknown = any(answer.verdict is Verdict.UNKNOWN for answer in answers)
    return UNREAD if unknown else CLEAN


def _document(answer: Answer) -> dict[str, Any]:
    return {
        "interface": answer.interface,
        "address": answer.address,
        "through": answer.through,
        "verdict": answer.verdict.value,
        "exposures": [exposure_json(row) for row in answer.rows],
        "blocked_by": _obstacle(answer.obstacle) if answer.obstacle else None,
        "beyond_blocked_by": _obstacle(answer.beyond) if answer.beyond else None,
        "because": answer.because or None,
    }


def _obstacle(obstacle: Obstacle) -> dict[str, str | None]:
    return {
        "code": obstacle.code.value,
        "component": obstacle.component,
        "rule": obstacle.rule,
        "because": obstacle.because,
    }
