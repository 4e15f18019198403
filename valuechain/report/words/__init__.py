"""`explain_result`: what each result says, in a few sentences; the words of one verb a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from valuechain.analyzers import (
    AttributionResult,
    BottlenecksResult,
    ChangeAttributionResult,
    ComparisonResult,
    DelayResult,
    DemandLimitResult,
    DissatisfactionResult,
    DominoResult,
    InterventionsResult,
    OutcomesResult,
    PromisesResult,
    ReachResult,
    RobustnessResult,
    SimulationResult,
    StaffResult,
    StructureResult,
    TippingDemandResult,
    WorkloadResult,
)
from valuechain.analyzers.dissatisfaction.linear import LinearDissatisfactionResult
from valuechain.errors import Lang, Text
from valuechain.report.voice import Voice
from valuechain.report.words.attribution import attribution_words
from valuechain.report.words.bottlenecks import bottlenecks_words
from valuechain.report.words.capacity import limit_words, staff_words
from valuechain.report.words.change_attribution import change_attribution_words
from valuechain.report.words.comparison import comparison_words
from valuechain.report.words.delay import delay_words
from valuechain.report.words.dissatisfaction import dissatisfaction_words
from valuechain.report.words.domino import domino_words
from valuechain.report.words.interventions import interventions_words
from valuechain.report.words.linear import linear_words
from valuechain.report.words.outcomes import outcomes_words
from valuechain.report.words.promises import promises_words
from valuechain.report.words.reach import reach_words
from valuechain.report.words.robustness import robustness_words
from valuechain.report.words.simulation import simulation_words
from valuechain.report.words.structure import structure_words
from valuechain.report.words.tipping import tipping_words
from valuechain.report.words.workload import workload_words
from valuechain.results import Result

NO_WORDS = Text("{title}: {rows}.", "{title}: {rows}.")
ROWS = Text("{n} {level}", "{n} {level}")

WORDS: Mapping[type[Result], Callable[[Any, Voice], list[str]]] = MappingProxyType(
    {
        AttributionResult: attribution_words,
        BottlenecksResult: bottlenecks_words,
        ChangeAttributionResult: change_attribution_words,
        ComparisonResult: comparison_words,
        DelayResult: delay_words,
        DemandLimitResult: limit_words,
        DissatisfactionResult: dissatisfaction_words,
        InterventionsResult: interventions_words,
        LinearDissatisfactionResult: linear_words,
        DominoResult: domino_words,
        OutcomesResult: outcomes_words,
        PromisesResult: promises_words,
        ReachResult: reach_words,
        RobustnessResult: robustness_words,
        StaffResult: staff_words,
        SimulationResult: simulation_words,
        StructureResult: structure_words,
        TippingDemandResult: tipping_words,
        WorkloadResult: workload_words,
    }
)


def explain_result(result: Result, lang: Lang = "es") -> str:
    """Return what a result says, in words; every number is a field of the result.

    Parameters
    ----------
    result : Result
    lang : {"es", "en"}

    Returns
    -------
    str
        A few sentences. Times are in working hours or in units of the chain's calendar.

    Raises
    ------
    UsageError
        If there are no words in that language.
    """
    voice = Voice(lang, result.calendar, None, result.labels)
    for kind in type(result).__mro__:
        if kind in WORDS:
            return " ".join(sentence for sentence in WORDS[kind](result, voice) if sentence)
    rows = [
        voice.say(ROWS, n=voice.number(len(table.ids)), level=level)
        for level, table in result.tables.items()
    ]
    return voice.say(NO_WORDS, title=voice.say(result.title), rows=voice.listed(rows))
