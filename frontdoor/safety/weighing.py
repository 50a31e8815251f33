"""What is left when the rules and the head disagree."""

from frontdoor.safety.verdict import OR, Finding, Level, Opinion

# Probabilities at which the head is believed. Beside quiet rules it asks, and blocks when it is sure. Where it finds an
# emergency improbable the rules ask instead of blocking; a weak sign alone is then let go, and so is a strong one that
# is pieced together. A strong sign that was said in one breath is never let go.
HEAD_EMERGENCY, HEAD_CHECK, HEAD_DOUBTS, HEAD_DENIES = 0.95, 0.7, 0.35, 0.3


def weighed(findings: list[Finding], heard: Opinion) -> list[Finding]:
    """Return the one finding that is left after the rules and the head were heard, or none.

    The head chooses the category, for it has heard the rules; a rule of that category is the one that is named.
    """
    level = _level(findings, heard.probability)
    if level == "none":
        return []
    rule = next((found.rule for found in findings if found.category == heard.category), f"head.{heard.category}")
    return [Finding(level, heard.category, f"{rule}{OR}{heard.second}" if heard.second else rule)]


def _level(findings: list[Finding], probability: float) -> Level:
    """Return the level between what the rules say and how probable an emergency is to the head."""
    strong = [found for found in findings if found.level == "emergency"]
    if probability >= (HEAD_DOUBTS if strong else HEAD_EMERGENCY):
        return "emergency"
    if any(not found.loose for found in strong):
        return "check"
    return "check" if probability >= (HEAD_DENIES if findings else HEAD_CHECK) else "none"
