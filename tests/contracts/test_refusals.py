"""What no verb accepts: ids that are not there, with what was probably meant; impossible draws."""

from __future__ import annotations

import pytest

import valuechain as vc
from tests.contracts.calls import CALLS, ask, draws, takes
from tests.contracts.chains import chain

VERBS = sorted(vc.ANALYZERS)
# arguments that name something, with an id that is nearly one: what is meant comes last
NEARLY = {
    "customer": ("kiosko", "kiosk"),
    "department": ("alfaa", "alfa"),
    "source": ("alfaa", "alfa"),
    "shocks": ({"dleta": "1 d"}, "delta"),
}
NAMING = [(verb, argument) for verb in VERBS for argument in NEARLY if takes(verb, argument)]


@pytest.mark.parametrize(("verb", "argument"), NAMING)
def test_unknown_ids_are_refused_with_near_misses(verb, argument):
    wrong, meant = NEARLY[argument]
    with pytest.raises(vc.UnknownIdError) as caught:
        ask(verb, chain("loop"), **{argument: wrong})
    given = next(iter(wrong)) if isinstance(wrong, dict) else wrong
    assert caught.value.given == given
    for lang, question in (("en", "did you mean"), ("es", "¿quizá")):
        said = caught.value.text(lang)
        assert given in said
        assert f"{question} {meant}?" in said, said


@pytest.mark.parametrize("verb", [verb for verb in VERBS if takes(verb, "shocks")])
def test_unknown_scenarios_and_services_are_refused(verb):
    with pytest.raises(vc.UnknownIdError, match="storm"):
        ask(verb, chain("loop"), shocks="strom")
    with pytest.raises(vc.UnknownIdError, match="alfa>beta"):
        ask(verb, chain("loop"), shocks={"alfa>beat": "1 h"})
    for impossible in ({"alfa": "-1 h"}, {"alfa": 3}, {"services.alfa>beta.quality": 1.2}):
        with pytest.raises(vc.SchemaError):
            ask(verb, chain("loop"), shocks=impossible)
    with pytest.raises(vc.UsageError):
        ask(verb, chain("loop"), shocks=["alfa"])


DRAWS = [("samples", value) for value in (0, -1, 1.5, True, "many")]
DRAWS += [("seed", value) for value in (-1, 0.5, None, "7")]


DRAWN = [(verb, *draw) for verb in VERBS for draw in DRAWS if takes(verb, draw[0])]


@pytest.mark.parametrize(("verb", "argument", "value"), DRAWN)
def test_impossible_draws_are_refused(verb, argument, value):
    with pytest.raises(vc.UsageError, match=argument) as caught:
        ask(verb, chain(CALLS[verb].on[0]), **{argument: value})
    assert caught.value.text("es") != caught.value.text("en")


@pytest.mark.parametrize("verb", [verb for verb in VERBS if draws(verb)])
def test_one_sample_is_enough(verb):
    content = ask(verb, chain(CALLS[verb].on[-1]), samples=1).to_dict()
    assert content["provenance"]["samples"] == 1
