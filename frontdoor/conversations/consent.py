"""STOP, START and HELP, as patients type them."""

STOP = frozenset({
    "stop", "stopall", "stop all", "unsubscribe", "quit", "end", "opt out", "optout", "baja", "alto", "parar",
    "darme de baja", "detener", "pare", "cancelar suscripción", "cancelar suscripcion",
})  # fmt: skip
START = frozenset({"start", "unstop", "subscribe", "opt in", "alta", "comenzar", "iniciar", "reanudar"})
HELP = frozenset({"help", "info", "ayuda", "información", "informacion"})


def keyword(text: str) -> str | None:
    """Return "stop", "start" or "help" where *text* is that word alone, else None."""
    word = " ".join(text.casefold().split()).strip(" .!¡?¿\"'").removeprefix("/")
    for kind, words in (("stop", STOP), ("start", START), ("help", HELP)):
        if word in words:
            return kind
    return None
