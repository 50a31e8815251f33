"""What a message does to a form beside answering it: stops it, corrects it, says yes or no, asks something. Pure."""

import re

from frontdoor.booking.contact import read_contact
from frontdoor.booking.fold import fold
from frontdoor.booking.people import read_who
from frontdoor.booking.states import read_state

_STOP = re.compile(
    r"^(?:(?:please|ok|okay|no|actually|sorry|wait|por favor|perdon|mejor)[ ,]+)*"
    r"(?:cancel(?: (?:it|this|that|everything|all|the booking|booking|please))?|stop(?: (?:it|this|booking|"
    r"please))?|never ?mind|nvm|forget (?:it|about it|that)|"
    r"quit|exit|abort|i (?:don'?t|do not) want (?:to book|this|it|a visit|an appointment)(?: anymore| any more)?|"
    r"i changed my mind|not anymore|"
    r"cancelar?(?: (?:todo|esto|la reserva|por favor))?|cancela(?:lo|la)?|olvidalo|olvidelo|dejalo|dejelo|parar?|"
    r"detener|salir|"
    r"ya no (?:quiero|la quiero|lo quiero|quiero (?:reservar|cita|la cita))|no quiero (?:reservar|la cita|nada)|"
    r"cambie de (?:opinion|idea))"
    r"(?:[ ,]+(?:please|thanks|thank you|por favor|gracias))*$"
)
_PERSON = re.compile(
    r"\b(?:human|real person|a person|someone real|agent|representative|operator|receptionist|somebody real|"
    r"live person|"
    r"persona real|una persona|un humano|ser humano|agente|operador|operadora|recepcionista|representante)\b"
)
_QUESTION_WORD = re.compile(
    r"^(?:(?:and|but|so|wait|ok|okay|sorry|hey|y|pero|espera|perdon)[ ,]+)*(?:what|what's|whats|how|how's|why|when|"
    r"where|who|which|is|are|do|does|did|can|could|"
    r"should|will|would|que|como|cuanto|cuanta|cuantos|cuando|donde|por que|porque no|quien|cual|puedo|puede|"
    r"tienen|hay|aceptan|toman|es|son)\b"
)
_YES = re.compile(
    r"^(?:(?:yes|yep|yeah|yup|ya|y|ok|okay|k|sure|correct|right|confirm(?:ed)?|perfect|great|absolutely|definitely|"
    r"agreed?|fine|good|please|do it|"
    r"book it|book|go ahead|looks (?:good|right|great|correct)|sounds good|that'?s (?:right|correct|fine|me|it)|"
    r"all (?:good|correct|right)|i (?:agree|do|confirm|consent)|"
    r"it is|of course|go for it|let'?s (?:do it|go)|works for me|si|claro|por supuesto|correcto|correcta|confirmo|"
    r"confirmar|de acuerdo|acepto|"
    r"esta bien|todo bien|perfecto|adelante|dale|vale|asi es|reservela?|reservalo?|reservar|exacto|bueno|thanks|"
    r"thank you|gracias|por favor|everything|is|it|todo|esta)[ ,.!]*)+$"
)
_NO = re.compile(
    r"^(?:no|nope|nah|not (?:really|now|yet|that|correct|right)|wrong|incorrect|don'?t|i (?:don'?t|"
    r"do not)(?: agree| consent)?|disagree|decline|"
    r"no (?:thanks|thank you|gracias|acepto|quiero|estoy de acuerdo)|keep it|para nada|negativo|incorrecto|"
    r"tampoco)\b[ ,.!]*(?:thanks|thank you|gracias|it(?:'s| is)? (?:wrong|not right))?$"
)
_CUE = re.compile(
    r"^(?:no\b|actually|change|wait|sorry|correction|i meant|oops|my bad|not |wrong|fix|let me|can (?:we|i|"
    r"you) change|could (?:we|i|you) change|i (?:want|need|would like) to change|"
    r"i'd like to change|instead|make (?:it|that)|it'?s wrong|mejor|en realidad|cambiar?|perdon|espera|correccion|"
    r"quise decir|me equivoque|quiero cambiar|quisiera cambiar|puedo cambiar|"
    r"podemos cambiar|corregir|corrige|en vez)"
)
_ABOUT = (  # what a correction is about, the surest first
    ("birth_date", r"\b(?:birthday|birth ?date|date of birth|d\.?o\.?b\b|born|nacimiento|naci|nacio|cumpleanos)"),
    ("guardian", r"\b(?:my name|guardian'?s? name|mi nombre|nombre del (?:padre|tutor)|nombre de la (?:madre|"
                 r"tutora))\b"),
    ("name", r"\b(?:name|spelled|spelling|nombre|se llama|me llamo|apellido)\b"),
    ("contact", r"\b(?:phone|number|e-?mail|mail|contact|cell|mobile|telefono|celular|correo|contacto|movil)\b"),
    ("reason", r"\b(?:reason|motivo|razon)\b"),
    ("state", r"\b(?:state|estado|i'?ll be in|i will be in|i'?m in|i am in|estare en|estoy en)\b"),
    ("opening", r"\b(?:other|another|different|change|new) (?:doctor|clinician|provider)\b|\botr[oa] (?:doctor|"
                r"doctora|medico|profesional)\b"),
    ("when", r"\b(?:time|day|date|hour|slot|appointment time|earlier|later|hora|dia|fecha|horario|mas tarde|"
             r"mas temprano|antes|despues)\b"),
    ("kind", r"\b(?:kind|type|service|specialty|speciality|doctor|tipo|servicio|especialidad)\b"),
    ("who", r"\b(?:for (?:me|myself|someone|my \w+)|para (?:mi|otra|alguien|mi \w+)|who it'?s for)\b"),
)  # fmt: skip
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|misspelled|mispelled|not (?:right|correct)|esta[n]? mal|mal escrit[oa]|incorrect[oa]|"
    r"equivocad[oa]|no es correct[oa])\b|^(?:where|how|donde|como)\b.{0,12} (?:change|fix|correct|edit|update|cambi\w+|"
    r"corrij\w+|corregir)\b"
)
_WRONG_MAX_CHARS = 60  # a longer line tells of something else that is wrong
_WHY = re.compile(
    r"^(?:(?:and|but|wait|ok|okay|sorry|hey|y|pero|espera|perdon)[ ,]+)*(?:"
    r"why(?: (?:do|would|are|does|should) (?:you|u|they|i|the clinic)\b.*| (?:is )?(?:that|this|it)\b.{0,30})?|"
    r"what(?:'?s| is)? (?:this|that|it)(?: for| about)?|what(?: do you need (?:this|that|it))? for|"
    r"what (?:does|do) (?:that|this|it|you) mean|(?:do|must) (?:i|you) (?:really )?(?:have to|need)\b.{0,60}|"
    r"is (?:that|this|it) (?:really )?(?:necessary|needed|required)|"
    r"i (?:do not|don'?t) (?:get|understand)(?: (?:it|that|this|the question|you))?|"
    r"(?:i (?:do not|don'?t) want|i(?:'d| would) rather not|i (?:would )?prefer not) to "
    r"(?:give|say|tell|share|answer)\b.*|"
    r"por que(?: (?:lo |me |te |la )?(?:necesit|pregunt|pid|quier)\w*.*)?|"
    r"para que(?: (?:es|son|sirve|lo|la|quier\w+|necesit\w+)\b.*)?|que (?:significa|quiere decir|es)(?: (?:eso|esto))?|"
    r"a que se refiere|(?:es|son) (?:realmente )?(?:necesari|obligatori)[oa]s?|no (?:lo )?entiendo|"
    r"(?:no quiero|prefiero no) (?:dar|decir|compartir|responder)\w*\b.*"
    r")$"
)
_MOVE = re.compile(
    r"\b(?:move|reschedule|postpone|push) (?:it|this|that|the)\b|\b(?:mover|cambiar|aplazar|posponer|reprogramar)"
    r"l[ao]s?\b|"
    r"\breschedule instead\b|\b(?:mejor|prefiero) (?:mover|cambiar|aplazar|posponer|reprogramar)"
)
_RESTART = re.compile(
    r"^(?:(?:please|ok|okay|no|wait|let'?s|can we|i want to|por favor|quiero)[ ,]+)*(?:re-?start|start (?:over|again|"
    r"from (?:the beginning|scratch))|begin again|from the (?:beginning|start)|"
    r"empezar (?:de nuevo|otra vez|desde cero)|"
    r"empecemos (?:de nuevo|otra vez)|comenzar de nuevo|volver a empezar|desde el principio|de nuevo desde el "
    r"principio|reiniciar)(?:[ ,]+(?:please|por favor))?$"
)
_MOVED = re.compile(
    r"^(?:i (?:can'?t|cannot) (?:make|do) (?:it|that)|that (?:time )?(?:doesn'?t|does not|won'?t) work|"
    r"no puedo a esa hora|esa hora no)|"
    r"^(?:(?:no|an?|algun|alguna|quiero|i want|i need|is there)[ ,]+)*(?:an?other (?:time|day|hour|slot)|"
    r"(?:a )?different "
    r"(?:time|day|hour|slot)|otra hora|otro (?:dia|horario|momento)|(?:a )?(?:later|earlier) (?:time|day)|"
    r"mas (?:tarde|temprano))(?: please| por favor)?$"
)


_AFTER_ALL = re.compile(  # "nueva york entonces": a place, three words at the most
    r"^(?:(?:no|ok|okay|sorry|wait|perdon|espera|bueno|en|in)[ ,]+)*((?:[^\W\d]+ ){0,2}[^\W\d]+),? "
    r"(?:then|instead|rather|after all|entonces|mejor)$"
)
_OTHER_CLINICIAN = re.compile(
    r"^(?:(?:no|quiero|i want|i need|can i have|with|con)[ ,]+)*"
    r"(?:an?other|a different|different|otr[oa]) (?:doctor|clinician|"
    r"provider|doctora|medic[oa]|profesional)(?: please| por favor)?$"
)


def wants_stop(text: str) -> bool:
    """Tell whether the whole message ends what is going on."""
    return bool(_STOP.match(re.sub(r"[.!]+$", "", fold(text)).strip()))


def wants_restart(text: str) -> bool:
    """Tell whether the whole message asks to begin again from the first question."""
    return bool(_RESTART.match(fold(text).strip("¡!. ")))


def wants_move(text: str) -> bool:
    """Tell whether the message would rather move a visit than cancel it: "no, mejor moverla"."""
    return bool(_MOVE.search(fold(text)))


def asks_why(text: str) -> bool:
    """Tell whether the whole message asks what a question is for or what it means, or would rather not answer it."""
    return bool(_WHY.match(fold(text).strip("¿?¡!. ")))


def says_wrong(text: str) -> bool:
    """Tell whether the message says that an answer is wrong or asks how to change it: "está mal el nombre"."""
    plain = fold(text).strip("¿?¡!. ")
    return len(plain) <= _WRONG_MAX_CHARS and bool(_WRONG.search(plain))


def names_person(text: str) -> bool:
    """Tell whether a human being of the clinic is asked for by word."""
    return bool(_PERSON.search(fold(text)))


def is_question(text: str) -> bool:
    """Tell whether the message has the form of a question."""
    plain = fold(text)
    return plain.endswith("?") or bool(_QUESTION_WORD.match(plain))


def says_yes(text: str) -> bool:
    """Tell whether the whole message is a yes, nothing else."""
    return bool(_YES.match(fold(text).strip("¡!. ")))


def says_no(text: str) -> bool:
    """Tell whether the whole message is a no, nothing else."""
    return bool(_NO.match(fold(text).strip("¡!. ")))


def correction(text: str) -> str | None:
    """Return which answer the message corrects: a step's name, or None when it corrects nothing.

    "no my birthday is 3 may 1990" → birth_date; "change the time" → when; "actually it's for my son" → who.
    """
    plain = fold(text).strip("¡!. ")
    cue = bool(_CUE.match(plain)) or says_wrong(text)
    if _MOVED.match(plain):
        return "when"
    if _OTHER_CLINICIAN.match(plain):
        return "opening"
    if (place := _AFTER_ALL.match(plain)) and read_state(place[1]):
        return "state"
    if not cue and not re.match(r"^(?:my|the|his|her|mi|su|el|la)\b.*\b(?:is|was|es|should be|are)\b", plain):
        return None
    if (
        cue
        and read_who(text) == "child"
        and re.search(r"\b(?:for|para)\b", plain)
        and not re.search(r"name|birth|nombre|naci", plain)
    ):
        return "who"
    if cue and read_contact(text):
        return "contact"
    return next((step for step, pattern in _ABOUT if re.search(pattern, plain)), None)


def without_cue(text: str) -> str:
    """Return the message without the words that say that it corrects: "no my birthday is …" → "my birthday is …"."""
    return re.sub(
        r"^(?:no|actually|wait|sorry|oops|mejor|perd[oó]n|espera|en realidad|change|cambiar)\b[\s,.:;!]*",
        "",
        text.strip(),
        flags=re.I,
    )
