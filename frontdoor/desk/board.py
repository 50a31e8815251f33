"""The supervisor's board: figures of the last day, week or four weeks, with plots, and as CSV."""

from dataclasses import asdict, fields
from datetime import timedelta

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text

from frontdoor.desk import store_board
from frontdoor.desk.bodies import number
from frontdoor.desk.context import desk, me
from frontdoor.desk.errors import BadRequest
from frontdoor.desk.forms import page
from frontdoor.desk.guard import allowed
from frontdoor.desk.plots import HEIGHT, WIDTH, plots
from frontdoor.desk.store_board import Board, Line
from frontdoor.privacy import audit
from frontdoor.sheets import as_csv

HOURS = tuple(store_board.PARTS)

board = Blueprint("board")


@board.get("/board")
@allowed("board", page=True)
async def board_page(request: Request) -> HTTPResponse:
    """Show the figures."""
    found = await _figures(request)
    until = found.parts[-1].until
    return page(
        request, "board.html", csrf=me(request).csrf, board=found, spans=HOURS, plots=plots(found.parts),
        size=(WIDTH, HEIGHT), zone=desk(request).clinic.time_zone, until=until,
        since=until - timedelta(hours=found.hours),
    )  # fmt: skip


@board.get("/board.csv")
@allowed("board", page=True, fresh=True, counted="export")
async def board_csv(request: Request) -> HTTPResponse:
    """Return the same as CSV; times in seconds. One audit row."""
    context, found = desk(request), await _figures(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await audit.record(connection, me(request).actor, "board.export", "board", after={"hours": found.hours})
    return csv_file(
        "board.csv", [one.name for one in fields(Line)], [list(asdict(one).values()) for one in found.lines]
    )


def csv_file(name: str, head: list[str], rows: list[list[object]]) -> HTTPResponse:
    """Return a CSV file in which no cell is a formula."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return text(as_csv([head, *rows]), content_type="text/csv; charset=utf-8", headers=headers)


async def _figures(request: Request) -> Board:
    hours = number(request, "hours", HOURS[0])
    if hours not in HOURS:
        raise BadRequest("hours")
    return await store_board.board(desk(request).pool, me(request).scope, desk(request).clock(), hours)
