"""`frontdoor train` and `frontdoor understand`."""

import argparse
import json
import sys


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this concern's commands."""
    train = commands.add_parser("train", help="train the assistant, if its training data changed")
    train.set_defaults(run=_train)
    understand = commands.add_parser("understand", help="print what the trained model makes of a text, as JSON")
    understand.add_argument("text", nargs="?", help="what a patient wrote")
    understand.add_argument("--language", choices=("en", "es"), help="its language, instead of finding it")
    understand.add_argument("--lines", action="store_true", help="read texts from standard input, one a line")
    understand.set_defaults(run=_understand)


def _train(args: argparse.Namespace) -> int:
    from frontdoor.assistant.training import TrainingFailed, ensure_model
    from frontdoor.settings import load

    try:
        ensure_model(load(), say=_say)
    except TrainingFailed as error:
        _say_wrong(str(error))
        return 1
    return 0


def _understand(args: argparse.Namespace) -> int:
    from frontdoor.assistant.training import newest_model
    from frontdoor.assistant.understanding import Understanding
    from frontdoor.settings import load

    if (args.text is None) != args.lines:
        _say_wrong("Give either a text or --lines.")
        return 2
    model = newest_model(load())
    if model is None:
        _say_wrong("There is no trained model yet: run `frontdoor train`.")
        return 1
    understanding = Understanding(model)
    for text in sys.stdin if args.lines else [args.text]:
        _say(json.dumps(understanding.understand(text.rstrip("\n"), args.language).as_dict(), ensure_ascii=False))
    return 0


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201  # a command speaks


def _say_wrong(words: str) -> None:
    print(words, file=sys.stderr)  # noqa: T201
