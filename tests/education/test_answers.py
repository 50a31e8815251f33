"""From a message to an answer, a question back, or nothing."""

from datetime import date

import pytest

from frontdoor.education.answers import Answers, elsewhere
from frontdoor.education.library import Library, load
from frontdoor.education.numbers import region_numbers
from frontdoor.education.search import Search
from tests.education.conftest import LIBRARY, TODAY


@pytest.fixture(scope="module")
def english(library: Library) -> Answers:
    """English answers, by words only."""
    return Answers(library, Search(library, "en"))


def test_a_sure_question_is_answered_with_its_section(english: Answers) -> None:
    """Topic and section, with the clinic's emergency number filled in."""
    outcome = english.to("when is asthma an emergency", TODAY)
    assert outcome.answer is not None
    assert (outcome.answer.article.topic, outcome.answer.section) == ("asthma", "emergency")
    assert "911" in outcome.answer.text
    assert "{" not in outcome.answer.text


def test_a_follow_up_is_about_the_topic_before(english: Answers) -> None:
    """ "And for children?" after the flu is about the flu, although there is an article on fever in children."""
    outcome = english.to("and for children?", TODAY, before="flu")
    assert outcome.answer is not None
    assert (outcome.answer.article.topic, outcome.answer.section) == ("flu", "children")


@pytest.mark.parametrize(
    ("message", "before", "section", "nothing_on"),
    [
        ("and for children?", "stroke", "see", "children"),
        ("and if i am pregnant?", "stroke", "see", "pregnancy"),
        ("and for children?", "flu", "children", None),
        ("what can i take while pregnant?", "pregnancy", "treatment", None),
        ("when is it an emergency?", "stroke", "emergency", None),
    ],
)
def test_what_the_article_says_nothing_on_is_named(
    english: Answers, message: str, before: str, section: str, nothing_on: str | None
) -> None:
    """Instead of children's own section, when to see someone, and that nothing is said on children."""
    answer = english.to(message, TODAY, before=before).answer
    assert answer is not None
    assert (answer.article.topic, answer.section, answer.nothing_on) == (before, section, nothing_on)


def test_a_button_for_a_section_that_is_not_there_says_so(english: Answers) -> None:
    """ "And for children?", answered with titles, is still asked once one is pressed."""
    answer = english.about("stroke", "children", TODAY)
    assert answer is not None
    assert (answer.section, answer.nothing_on) == ("see", "children")


def test_a_follow_up_on_what_was_offered_is_about_that(english: Answers) -> None:
    """The same titles again, now for the section that was asked for."""
    outcome = english.to("and how long does it last?", TODAY, offered=("asthma", "copd"))
    assert [article.topic for article in outcome.offered] == ["asthma", "copd"]
    assert outcome.section == "duration"
    assert outcome.answer is None
    named = english.to("how long does the flu last", TODAY, offered=("asthma", "copd")).answer
    assert named is not None
    assert named.article.topic == "flu"


def test_a_new_question_leaves_the_topic_before(english: Answers) -> None:
    """A topic that is named wins over the one before."""
    outcome = english.to("how long does a migraine last", TODAY, before="flu")
    assert outcome.answer is not None
    assert outcome.answer.article.topic == "migraine"


def test_an_unsure_question_is_asked_back(english: Answers) -> None:
    """Three titles at most, the likeliest first, and what was asked for is kept for the answer."""
    found = [english.to(text, TODAY) for text in ("itchy eyes and sneezing every spring", "does stress make ibs worse")]
    asked = [outcome for outcome in found if outcome.offered]
    assert asked
    for outcome in asked:
        assert outcome.answer is None
        assert len(outcome.offered) <= 3
        assert outcome.offered[0].topic == outcome.found.topics[0]


@pytest.mark.parametrize("message", ["what is lupus", "order me a pizza", "who won the game", "asdfgh"])
def test_what_the_library_lacks_is_not_answered(english: Answers, message: str) -> None:
    """Rather nothing than a wrong article."""
    assert english.to(message, TODAY).answer is None


def test_an_overdue_article_answers_nothing(english: Answers) -> None:
    """Not to a question, not to a follow-up, not to a button."""
    later = date(2030, 1, 1)
    assert english.to("what is asthma", later).answer is None
    assert english.to("how long does it last", later, before="asthma").answer is None
    assert english.about("asthma", "what", later) is None


@pytest.mark.parametrize(
    ("topic", "section", "given"), [("flu", "home", "home"), ("flu", "nonsense", "what"), ("flu", None, "what")]
)
def test_a_button_gives_its_section(english: Answers, topic: str, section: str | None, given: str) -> None:
    """A section that the article has not is replaced by what it is."""
    answer = english.about(topic, section, TODAY)
    assert answer is not None
    assert answer.section == given


def test_a_button_for_no_article_gives_nothing(english: Answers) -> None:
    """A topic that is not in the library."""
    assert english.about("lupus", "what", TODAY) is None


@pytest.mark.parametrize(("region", "number"), [("US", "911"), ("ES", "112"), ("XX", "your local emergency number")])
def test_articles_name_the_numbers_of_the_clinics_country(region: str, number: str) -> None:
    """A country that we do not know gets words, never a guess."""
    article = load(LIBRARY, region_numbers(region)).articles["en", "asthma"]
    assert f"Call {number} if" in article.sections["emergency"]


def test_the_link_outside_holds_only_our_own_words() -> None:
    """What a patient wrote is never in an address."""
    assert elsewhere("sickle cell", "en").endswith("query=sickle%20cell")
    assert elsewhere(None, "es") == "https://medlineplus.gov/spanish/"
