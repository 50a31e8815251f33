"""What is left when the rules and the head disagree."""

from frontdoor.safety.verdict import Finding, Level

# Probabilities at which the head is believed. Beside quiet rules it asks, and blocks when it is sure. Where it finds an
# emergency improbable the rules ask instead of blocking; a weak sign alone is then let go, a strong one never.
HEAD_EMERGENCY, HEAD_CHECK, HEAD_DOUBTS, HEAD_DENIES = 0.95, 0.6, 0.35, 0.3


def weighed(findings: list[Finding], category: str, probability: float) -> list[Finding]:
    """Return the one finding that is left after the rules and the head were heard, or none.

    The head chooses the category, for it has heard the rules; a rule of that category is the one that is named.
    """
    level = _level(findings[0].level if findings else "none", probability)
    if level == "none":
        return []
    rule = next((found.rule for found in findings if found.category == category), None)
    return [Finding(level, category, rule or f"head.{category}")]


def _level(ruled: Level, probability: float) -> Level:
    """Return the level between what the rules say and how probable an emergency is to the head."""
    if ruled == "emergency":
        return "emergency" if probability >= HEAD_DOUBTS else "check"
    if probability >= HEAD_EMERGENCY:
        return "emergency"
    return "check" if probability >= (HEAD_CHECK if ruled == "none" else HEAD_DENIES) else "none"
