"""`frontdoor encoder build`: make the sentence encoder, once."""

import argparse
import sys


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `encoder build`."""
    parser = commands.add_parser("encoder", help="make the sentence encoder (set-up does it)")
    actions = parser.add_subparsers(required=True)
    actions.add_parser("build", help="fetch and convert it unless it is there").set_defaults(run=build)


def build(_: argparse.Namespace) -> int:
    """Make the encoder under the data directory. 0 also when it cannot be had: the product runs without it."""
    from frontdoor import settings
    from frontdoor.education.ready import ready
    from frontdoor.encoder.build import BuildError
    from frontdoor.encoder.build import build as make
    from frontdoor.safety.screen import load as load_screen

    loaded = settings.load()
    directory = loaded.data_dir / "encoder"
    try:
        made = make(directory)
    except BuildError as error:
        sys.stderr.write(f"No sentence encoder: {error} Intents and search use words only.\n")
        load_screen()
        return 0
    load_screen()  # its learned head is trained now, not while the first patient waits
    ready(loaded)  # the library's vectors are computed now (10 s), not in the first patient's turn
    sys.stdout.write("The sentence encoder is ready.\n" if made else "The sentence encoder was there already.\n")
    return 0
