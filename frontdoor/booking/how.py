"""Whether a message asks how a visit by video works: what it takes, on which device, video or telephone. Pure."""

import re

from frontdoor.booking.fold import fold

MOST_CHARS = 120  # a longer message says more than that
_DEVICE = (
    r"(?:an? |my |your |the |mi |el |la |un |una |su )?(?:android|iphone|ipad|phone|"
    r"cell ?phone|smart ?phone|tablet|laptop|computer|pc|mac|chromebook|"
    r"celular|telefono|movil|tableta|computadora|ordenador|compu)"
)
_HOW = re.compile(
    r"\b(?:(?:what|which|need|any|special|install|download) (?:an? |the |any |special )*(?:apps?|software|program)\b|"
    r"(?:do|must|will|should) (?:i|we) (?:have to |need to )?(?:download|install)\b|"
    rf"(?:does|will|can) (?:it|this|that|the visit) (?:work|run) (?:on|with|in) {_DEVICE}|"
    rf"can i (?:use|do it (?:on|with|from)|join (?:on|with|from)) {_DEVICE}|"
    r"(?:video|zoom|facetime)s? or (?:by |on |over )?(?:phone|audio|call|telephone)|"
    r"(?:phone|telephone|audio) or (?:by |on |over )?video|"
    r"is (?:it|this|the visit|that) (?:by|on|over|via|through|a) (?:video|zoom|facetime|phone|teams|google meet)|"
    r"how (?:do|does) (?:it|this|the|a|an|these|your)?\s*(?:video|virtual|online|telehealth)?\s*(?:visits?|"
    r"appointments?|consults?|telehealth) works?|"
    r"(?:que|cual|alguna|una|la|necesito|bajar|descargar|instalar) (?:app|aplicacion|programa)\b|"
    r"(?:hay que|tengo que|debo|necesito) (?:bajar|descargar|instalar)\b|"
    rf"(?:funciona|sirve|se puede|puedo (?:usar|entrar)) (?:en|con|desde|por) {_DEVICE}|"
    r"(?:por|es) (?:video(?:llamada)?|zoom) o (?:por |es )?(?:telefono|llamada)|"
    r"(?:por|es) (?:telefono|llamada) o (?:por |es )?video(?:llamada)?|"
    r"(?:es|son|seria) por (?:video|zoom|videollamada|telefono|whatsapp)\s*\?|"
    r"como (?:funcionan?|son|es|seria) (?:la |las |una )?(?:cita|visita|consulta|videollamada)s?\b)"
)


def asks_how(text: str) -> bool:
    """Tell whether *text*, a short message, asks how visits work and not for one's own visit or link."""
    plain = fold(text)
    return len(plain) <= MOST_CHARS and _HOW.search(plain) is not None
