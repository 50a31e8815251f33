"""Spanish phrases about days and hours, and the canonical words they stand for; applied in this order.

They run after the English ones; weekdays (`wd0`), months (`mo1`) and numbers are canonical already.
"""

from frontdoor.booking.when_english import Canon

_THERE_IS = r"(?: (?:hora|cita|fecha))?(?: (?:disponible|posible|libre|que (?:haya|tengan?|se pueda)))"
_UNITS = {"dia": "days", "semana": "weeks", "mes": "months"}
_OF_DAY = r"(?:por|en|a|de|durante) las?"

PHRASES: tuple[tuple[str, Canon], ...] = (
    (r"\bpasado (?:el )?manana\b", "overmorrow"),
    (r"\besta manana\b", "this morning"),
    (r"^(?:cualquiera|(?:me )?da igual)$", "whenever"),
    (r"\b(?:a )?(?:la )?medianoche\b", "midnight"),
    (r"\bfinde\b", "weekend"),
    (r"\besta tarde\b", "this afternoon"),
    (r"\besta noche\b", "tonight"),
    (r"\bmanana (temprano|a primera hora)\b", "tomorrow early morning"),
    (rf"\b{_OF_DAY} mananas?(?: del?)?\b|\bla manana del?\b|\bmananas\b", "morning"),
    (r"\bmas tarde\b", "later"),
    (r"\btemprano (?:morning)\b|\b(?:morning )?(?:a )?(?:temprano|primera hora)\b", "early morning"),
    (r"\b(?:a )?ultima hora(?: de la tarde| del? afternoon| afternoon)?\b", "late afternoon"),
    (rf"\b{_OF_DAY} tardes?(?: del?)?\b|\bla tarde del?\b|\btardes?\b", "afternoon"),
    (rf"\b{_OF_DAY} noches?(?: del?)?\b|\bla noche del?\b|\bnoches?\b", "evening"),
    (r"\bmanana\b", "tomorrow"),
    (r"\bdesde (?:hace )?(?:\d+ \w+|ayer|anoche|(?:el )?wd\d pasado)|\bhace \d+ \w+\b", " "),
    (r"\bayer\b|\banoche\b|\bwd\d pasado\b|\b(?:semana|mes) pasad[oa]\b", "yesterday"),
    (r"\bantes del? noon\b", "morning"),
    (r"\bdespues del? noon\b", "afternoon"),
    (r"\b(?:primero|1o|1ro|1ero) (?:de )?(?=mo\d)", "1 "),
    (r"\bhoy(?: mismo)?\b", "today"),
    (r"\bfin(?:es)? de semana\b", "weekend"),
    (r"\b(?:proximo|siguiente) weekend\b|\bweekend (?:que viene|proximo|siguiente|que entra)\b", "next weekend"),
    (r"\beste weekend\b", "this weekend"),
    (r"\bproxima semana\b|\bsiguiente semana\b|"
     r"\bsemana (?:que viene|proxima|entrante|siguiente|"
     r"que entra)\b", "next week"),
    (r"\besta (?:misma )?semana\b", "this week"),
    (r"\bresto de (?:la|this) (?:semana|week)\b", "rest of this week"),
    (r"\bentre semana\b|\bdias? (?:laborables?|de semana|"
     r"habil(?:es)?)\b|\b(?:lunes|wd0) a (?:viernes|"
     r"wd4)\b", "weekdays"),
    (r"\bsemana (?:despues|siguiente) de la (?:proxima|siguiente|next week)\b", "week_after_next"),
    (r"\b(wd\d) al? (?=wd\d)", r"\1 to "),
    (r"\bdel? (\d{1,2}) al? (\d{1,2}) de (mo\d+)", r"\3 \1 to \3 \2"),
    (r"\b(?:proximo|siguiente) mes\b|\bmes (?:que viene|proximo|entrante|siguiente|que entra)\b", "next month"),
    (r"\beste mes\b", "this month"),
    (r"\b(wd\d) (?:de )?(?:la )?next week\b|\b(wd\d) (?:de )?la semana next\b", r"\1\2 next week"),
    (r"\b(wd\d) (?:que viene|que entra|entrante)\b", r"coming \1"),
    (r"\b(?:proximo|siguiente) (?:dia )?(wd\d)\b|\b(wd\d) (?:proximo|siguiente)\b", r"next \1\2"),
    (r"\beste (?:mismo )?(wd\d)\b", r"this \1"),
    (r"\b(?:todos )?los wds?(\d)\b|\b(?:cualquier|cada) wds?(\d)\b", r"wds\1\2"),
    (r"\b(?:a )?(?:principios?|comienzos?|inicios?)(?: del?)?\b", "early"),
    (r"\b(?:a )?mediados?(?: del?)?\b", "mid"),
    (r"\b(?:a )?(?:finales?|fines?)(?: del?)?\b", "late"),
    (r"\b(early|mid|late) (?:la |this )?(?:semana|week)\b", r"\1 this week"),
    (r"\b(early|mid|late) (?:el |this )?mes\b", r"\1 this month"),
    (r"\b(?:dentro de|de aqui a|de hoy en|en)(?: unos| unas| como)? (\d+) (dia|semana|mes)(?:es|s)?\b",
     lambda m: f"in {m[1]} {_UNITS[m[2]]}"),
    (r"\b(?:en )?(?:los |las )?proxim[oa]s (\d+) (dia|semana)s?\b", lambda m: f"next {m[1]} {_UNITS[m[2]]}"),
    (r"\b(?:en )?(?:los |estos )?proximos dias\b|\b(?:en )?estos dias\b|\ben (?:unos|pocos) dias\b", "next 3 days"),
    (r"\bin 8 days\b", "in 7 days"),
    (r"\bin 15 days\b", "in 14 days"),
    (r"\blo (?:antes|mas pronto|mas rapido) (?:posible|que (?:se )?(?:pueda[ns]?|puedan))\b|\bcuanto antes\b|"
     r"\blo antes\b", "asap"),
    (rf"\b(?:la |el |lo )?primer[ao]?{_THERE_IS}\b|\b(?:la )?hora mas (?:cercana|proxima)\b|\bla mas (?:cercana|"
     rf"proxima)\b", "asap"),
    (r"\bahora(?: mismo)?\b|\bya(?: mismo)?\b|\burgente(?:mente)?\b|\bpronto\b|\bde inmediato\b|\binmediatamente\b|"
     r"\ben cuanto (?:se )?pueda[ns]?\b|\bo antes\b", "asap"),
    (r"\bcualquier (?:dia|momento|hora|horario|fecha)\b|\bcuando (?:sea|pueda[ns]?|quiera[ns]?|haya)\b|"
     r"\bda (?:igual|lo mismo)\b|"
     r"\ba cualquier hora\b|\bno importa\b|\b(?:el|la) que sea\b", "whenever"),
    (r"\bcualquier (?=afternoon|morning|evening)", ""),
    (r"\bdespues (?:de|del)(?: el)? trabajo\b|\b(?:saliendo|al salir) del trabajo\b", "after_work"),
    (r"\bdespues de (?:la |las )?(?:escuela|clases?|colegio)\b", "after_school"),
    (r"\bdespues (?:de|del)(?: el| la)? (?:comer|almorzar|comida|almuerzo)\b", "afternoon"),
    (r"\bantes (?:de|del)(?: el)? trabajo\b", "before_work"),
    (r"\b(?:despues|pasad[ao]s)(?: de)?(?:l)?(?: las?| el)?(?= (?:\d|noon|wd|tomorrow|mo\d))", "after"),
    (r"\b(?:a partir|desde)(?: de)?(?:l)?(?: las?| el)?(?= (?:\d|noon|wd|tomorrow|mo\d))", "from"),
    (r"\b(?:antes)(?: de)?(?:l)?(?: las?| el)?(?= (?:\d|noon|wd|tomorrow|mo\d))", "before"),
    (r"\bhasta(?: las?| el)?(?= (?:\d|noon|wd|tomorrow|mo\d))", "until"),
    (r"\bentre (?:las? |el )?(?=\d|wd)", "between "),
    (r"\b(?:sobre|como|tipo|hacia|alrededor de|a eso de|cerca de)(?: a)?(?: las?)?(?= \d)", "around"),
    (r"\b(?:de|desde)(?: las?| el)? (\d{1,2}(?::\d\d)?(?: [ap]m)?) (?:a|hasta)(?: las?| el)? (?=\d)", r"from \1 to "),
    (r"\b(?:del?|desde el) (wd\d) (?:al?|hasta el) (?=wd\d)", r"from \1 to "),
    (r"\bdel (\d{1,2}) al (?=\d)", r"from \1 to "),
    (r"\b(?:a|(?:la|el) de) las? (?=\d)", "at "),
    (r"(\d{1,2}) y media\b", r"\1:30"),
    (r"(\d{1,2}) y cuarto\b", r"\1:15"),
    (r"\b(\d{1,2}) menos cuarto\b", lambda m: f"{(int(m[1]) - 2) % 12 + 1}:45"),
    (r"\b(?:menos|excepto|salvo|no puedo|no)(?: el| los| este)? (?=wds?\d)", "not "),
    (r"\b(?:el )?dia (\d{1,2})\b", r"the \1"),
    (r"\b(\d{1,2}) del? (?=mo\d)", r"\1 "),
    (r"(mo\d+) del? (?=\d{4})", r"\1 "),
    (r"\bel (?=\d{1,2}(?: |$)(?!pm|am))", "the "),
    (r"\b(?:y|o|u)\b", "or"),
    (r"\b(?:el|la|las|los|lo|al|del|de|para|por|en|a)\b", ""),
)  # fmt: skip
