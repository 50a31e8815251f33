"""`frontdoor ask` and `frontdoor library …`: what patients would read, and the editors' tools."""

import argparse
import sys
from pathlib import Path


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of the education library."""
    ask = commands.add_parser("ask", help="what the library answers to a question, as JSON")
    ask.add_argument("question", nargs="?", help="the question; leave it out with --lines")
    ask.add_argument("--language", choices=("en", "es"), help="instead of finding it from the words")
    ask.add_argument("--lines", action="store_true", help="read questions from standard input, one a line")
    ask.set_defaults(run=_ask)
    library = commands.add_parser("library", help="check, write and import education articles")
    which = library.add_subparsers(required=True)
    check = which.add_parser("check", help="say what is wrong with the articles")
    check.add_argument("--strict", action="store_true", help="sources that nobody has opened count as wrong")
    check.set_defaults(run=_check)
    new = which.add_parser("new", help="write the skeleton of an article in both languages")
    new.add_argument("topic", help="small letters, digits and _")
    new.add_argument("--title", help="in English; the topic's name unless given")
    new.set_defaults(run=_new)
    preview = which.add_parser("preview", help="write the page that patients see to a file")
    preview.add_argument("topic")
    preview.add_argument("--language", choices=("en", "es"), default="en")
    preview.set_defaults(run=_preview)
    imported = which.add_parser("import", help="make drafts from a public source")
    imported.add_argument("source", choices=("medlineplus",))
    imported.add_argument("file", type=Path, help="health-topic XML")
    imported.add_argument("--topic", action="append", help="only this one (may be repeated); all unless given")
    imported.set_defaults(run=_import)
    gaps = which.add_parser("gaps", help="what patients asked and no article answered")
    gaps.add_argument("--language", choices=("en", "es"))
    gaps.set_defaults(run=_gaps)


def _ask(args: argparse.Namespace) -> int:
    import datetime
    import json

    from frontdoor import settings
    from frontdoor.education.ready import ready
    from frontdoor.language import detect

    if args.question is None and not args.lines:
        sys.stderr.write("frontdoor ask: give a question, or --lines\n")
        return 2
    education = ready(settings.load())
    for line in sys.stdin if args.lines else [args.question]:
        question = line.rstrip("\n")
        language = args.language or detect(question)
        outcome = education.answers[language].to(question, datetime.datetime.now(datetime.timezone.utc).date())
        said = {
            "answered": outcome.answer is not None,
            "topic": outcome.answer.article.topic if outcome.answer else None,
            "topics": list(outcome.found.topics),
            "article": f"{outcome.answer.article.path}#{outcome.answer.section}" if outcome.answer else None,
            "score": round(outcome.found.score, 4),
            "language": language,
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    return 0


def _check(args: argparse.Namespace) -> int:
    import datetime

    from frontdoor import settings
    from frontdoor.education.check import check_library, links_to_open
    from frontdoor.education.library import load

    directory = settings.load().library_dir
    problems = check_library(directory, datetime.datetime.now(datetime.timezone.utc).date())
    for name, wrong in sorted(problems.items()):
        sys.stdout.write(f"{name}\n" + "".join(f"  - {sentence}\n" for sentence in wrong))
    articles = load(directory).articles.values()
    if not articles:
        sys.stderr.write(f"There is no article in {directory}; FRONTDOOR_LIBRARY_DIR says where they are.\n")
        return 1
    pending = links_to_open(articles)
    if pending:
        sys.stdout.write(
            f"{len(pending)} source links are “pending” or were read in a stored “copy”: "
            "open each, write the day into “accessed:”, take “copy:” out.\n"
        )
    unread = sum(not article.clinically_reviewed for article in articles)
    sys.stdout.write(f"{len(articles)} articles, {len(problems)} with problems, {unread} await clinical review.\n")
    return 1 if problems or (args.strict and pending) else 0


def _new(args: argparse.Namespace) -> int:
    import datetime

    from frontdoor import settings
    from frontdoor.education.article import LANGUAGES, ArticleError, parse
    from frontdoor.education.drafts import skeleton, write_new

    today = datetime.datetime.now(datetime.timezone.utc).date()
    directory = settings.load().library_dir
    for language in LANGUAGES:
        text = skeleton(args.title or args.topic.replace("_", " ").capitalize(), language, today)
        try:
            parse(text, topic=args.topic, language=language)
        except ArticleError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        path = directory / language / f"{args.topic}.md"
        sys.stdout.write(f"{path}: {'written' if write_new(path, text) else 'is there already, not touched'}\n")
    return 0


def _preview(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.education.article import ArticleError, read
    from frontdoor.education.page import article_html

    loaded = settings.load()
    try:
        article = read(loaded.library_dir / args.language / f"{args.topic}.md")
    except FileNotFoundError:
        sys.stderr.write(f"There is no article {args.language}/{args.topic} in {loaded.library_dir}.\n")
        return 1
    except ArticleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    target = loaded.data_dir / "preview" / f"{article.topic}.{article.language}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(article_html(article), encoding="utf-8")
    sys.stdout.write(f"{target}\n")
    return 0


def _import(args: argparse.Namespace) -> int:
    import datetime

    from frontdoor import settings
    from frontdoor.education import medlineplus
    from frontdoor.education.article import render
    from frontdoor.education.drafts import write_new

    directory = settings.load().library_dir
    written = kept = 0
    try:
        text = args.file.read_text(encoding="utf-8")
        for draft in medlineplus.drafts(text, datetime.datetime.now(datetime.timezone.utc).date()):
            if args.topic and draft.topic not in args.topic:
                continue
            fresh = write_new(directory / f"{draft.path}.md", render(draft))
            written, kept = written + fresh, kept + (not fresh)
    except UnicodeDecodeError:
        sys.stderr.write(f"{args.file} is not UTF-8 text.\n")
        return 1
    except medlineplus.NotHealthTopics as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"{written} drafts written, {kept} were there already and not touched. Next: frontdoor library check\n"
    )
    return 0


def _gaps(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.database import database, pool
    from frontdoor.education.gaps import listed
    from frontdoor.education.store import EducationStore

    with database(settings.load()) as url:
        found = pool.run(url, lambda connected: EducationStore(connected).gaps(args.language))
    sys.stdout.write(f"{listed(found)}\n")
    return 0
