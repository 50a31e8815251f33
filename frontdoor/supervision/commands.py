"""`frontdoor up` runs the whole product, `serve PART` one part of it, `shell` a conversation in the terminal."""

import argparse

from frontdoor.supervision.serve import PARTS, WORKER


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    up = commands.add_parser("up", help="run the whole product until Ctrl-C")
    up.add_argument("--no-train", action="store_true", help="use the model that is there")
    up.add_argument("--database-only", action="store_true", help="run only PostgreSQL, to restore a backup")
    up.set_defaults(run=_up)
    serve = commands.add_parser("serve", help="run one part of the product")
    serve.add_argument("part", choices=[*PARTS, WORKER])
    serve.add_argument("--supervised", action="store_true", help="stop when standard input ends")
    serve.set_defaults(run=_serve)
    shell = commands.add_parser("shell", help="talk to the assistant in this terminal")
    shell.set_defaults(run=_shell)


def _up(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.supervision import up

    if args.database_only:
        return up.run_database(settings.load())
    return up.run(settings.load(), train=not args.no_train)


def _serve(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.supervision import serve

    return serve.serve(args.part, settings.load(), supervised=args.supervised)


def _shell(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.supervision import shell

    return shell.run(settings.load())
