"""`frontdoor screen` and `frontdoor safety report`."""

import argparse


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of the emergency screen."""
    screen = commands.add_parser("screen", help="what the emergency screen says about a text, as JSON")
    screen.add_argument("text", nargs="?", help="the text; leave it out with --lines")
    screen.add_argument("--language", choices=("en", "es"), help="instead of finding it from the words")
    screen.add_argument("--lines", action="store_true", help="read texts from standard input, one a line")
    screen.set_defaults(run=_screen)
    safety = commands.add_parser("safety", help="the emergency screen's own figures")
    which = safety.add_subparsers(dest="what", required=True)
    report = which.add_parser("report", help="recall and false alarms on the evaluation set")
    report.add_argument("--part", choices=("developed", "held_out", "blind", "all"), default="all", help="of the set")
    report.add_argument("--misses", action="store_true", help="also list what is judged wrongly")
    report.set_defaults(run=_report)
    train = which.add_parser("train", help="train the learned head, if its sentences or rules changed")
    train.set_defaults(run=_train)


def _screen(args: argparse.Namespace) -> int:
    import json
    import sys

    from frontdoor.safety.screen import load

    if args.text is None and not args.lines:
        print("frontdoor screen: give a text, or --lines", file=sys.stderr)  # noqa: T201 (a command's work)
        return 2
    screen = load()
    for text in sys.stdin if args.lines else [args.text]:
        verdict = screen(text.rstrip("\n"), args.language)
        print(  # noqa: T201 (a command's work)
            json.dumps(
                {
                    "level": verdict.level,
                    "category": verdict.category,
                    "rule": verdict.rule,
                    "language": verdict.language,
                }
            ),
            flush=True,
        )
    return 0


def _report(args: argparse.Namespace) -> int:
    from frontdoor.safety.evaluation import report

    print(report(part=args.part, misses=args.misses))  # noqa: T201 (a command's work)
    return 0


def _train(_: argparse.Namespace) -> int:
    from frontdoor.safety.screen import load

    return 0 if load().head is not None else 1
