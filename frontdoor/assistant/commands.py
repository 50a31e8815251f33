"""`frontdoor train` and `frontdoor understand`."""

import argparse
import sys


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this concern's commands."""
    train = commands.add_parser("train", help="train the assistant, if its training data changed")
    train.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    from frontdoor.assistant.training import TrainingFailed, ensure_model
    from frontdoor.settings import load

    try:
        ensure_model(load(), say=lambda words: print(words, flush=True))  # noqa: T201  # a command speaks
    except TrainingFailed as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0
