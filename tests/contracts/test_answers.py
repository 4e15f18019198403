"""What every answer of every verb is: frozen, in tables, ready for JSON, in words, and whence."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
import re

import numpy as np
import pytest

import valuechain as vc
from tests.contracts.calls import CALLS, LISTED, MISSING, SAMPLES, SEED, answer, ask, draws
from tests.contracts.chains import chain, fresh, with_hostile_names

EVERY = pytest.mark.parametrize(("verb", "name"), LISTED)
VERBS = sorted(vc.ANALYZERS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_of_calls_knows_every_verb(verb):
    assert verb in CALLS, f"{verb}: {MISSING}"


def columns(result):
    for table in result.tables.values():
        for column in table.columns:
            yield table, column


@EVERY
def test_it_is_a_result_and_frozen(verb, name):
    result = answer(verb, name)
    assert isinstance(result, vc.Result)
    assert type(result).__dataclass_params__.frozen
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.labels = {}
    with pytest.raises(TypeError):
        result.tables["services"] = None
    for table in result.tables.values():
        with pytest.raises(TypeError):
            table.data["mean_hours"] = None


@EVERY
def test_columns_are_typed_and_read_only(verb, name):
    for table, column in columns(answer(verb, name)):
        assert column.unit.strip(), f"{table.level}.{column.name} has no unit"
        assert len(column.description) > 10, f"{table.level}.{column.name} is not described"
        values = table[column.name]
        assert values.shape == (len(table.ids),)
        assert not values.flags.writeable
        if values.dtype.kind == "f":
            assert not np.isinf(values).any(), f"{table.level}.{column.name} is infinite"


@EVERY
def test_shares_are_shares_and_times_are_no_less_than_nothing(verb, name):
    signed = ("added", "fix", "contribution", "gain", "slack", "float", "change", "best")
    for table, column in columns(answer(verb, name)):
        values = table[column.name]
        may_fall = column.name.startswith(signed) or column.name.endswith("_change")
        if values.dtype.kind != "f" or may_fall:
            continue
        given = values[~np.isnan(values)]
        if column.unit in ("share", "working hours"):
            assert (given >= 0).all(), f"{table.level}.{column.name}"
        if column.unit == "share" and column.name not in ("utilization", "roi", "share"):
            assert (given <= 1 + 1e-12).all(), f"{table.level}.{column.name}"


@EVERY
def test_the_first_level_is_the_default(verb, name):
    result = answer(verb, name)
    first = next(iter(result.tables))
    assert result.table() is result.table(first)
    assert result.to_frame().equals(result.to_frame(first))
    assert result.to_records() == result.to_records(first)
    with pytest.raises(vc.UsageError, match="no level"):
        result.table("planets")


@EVERY
def test_frames_and_records_say_the_same(verb, name):
    result = answer(verb, name)
    for level, table in result.tables.items():
        frame, records = result.to_frame(level), result.to_records(level)
        assert list(frame.index) == [record["id"] for record in records] == list(table.ids)
        names = [column.name for column in table.columns]
        assert list(frame.columns) == names == list(dict.fromkeys(names))
        assert frame.attrs["units"] == {column.name: column.unit for column in table.columns}
        for column in names:
            known = [record[column] is not None for record in records]
            assert frame[column].notna().tolist() == known, column


def nothing_unsaid(value, where="result"):
    """Only what JSON has, and no number that is none."""
    if isinstance(value, dict):
        for key, part in value.items():
            assert isinstance(key, str), where
            nothing_unsaid(part, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            nothing_unsaid(part, f"{where}[{place}]")
    else:
        assert value is None or isinstance(value, str | int | float | bool), (where, type(value))
        assert not isinstance(value, float) or math.isfinite(value), where


@EVERY
def test_it_is_ready_for_json(verb, name):
    result = answer(verb, name)
    content = result.to_dict()
    nothing_unsaid(content)
    again = json.loads(json.dumps(content, allow_nan=False))
    assert again["result"] == type(result).__name__
    assert set(again["columns"]) == set(result.tables)
    for level in result.tables:
        assert [row["id"] for row in again[level]] == list(result.table(level).ids)


@EVERY
def test_it_travels(verb, name):
    result = answer(verb, name)
    assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()


@EVERY
def test_it_explains_itself_in_both_languages(verb, name):
    said = {lang: answer(verb, name).explain(lang) for lang in ("es", "en")}
    assert said["es"] != said["en"]
    for lang, words in said.items():
        assert re.fullmatch(r"\S.*[.!?]", words, re.S), (lang, words)
        assert "  " not in words
        wrong = re.search(r"\b(nan|None|NaN|inf|NA|null)\b|[{}<>]|\d\.\d{5,}", words)
        assert not wrong, (lang, words)
    with pytest.raises(vc.UsageError):
        answer(verb, name).explain("de")


def test_every_verb_has_words_of_its_own():
    from valuechain.report.words import WORDS

    without = {verb for verb in VERBS if type(answer(verb, CALLS[verb].on[0])) not in WORDS}
    assert without == set()


@pytest.mark.parametrize("verb", VERBS)
def test_names_are_escaped_for_notebooks(verb):
    result = ask(verb, with_hostile_names(CALLS[verb].on[0]))
    page = result._repr_html_()
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("<table>") == page.count("</table>") == 1


@EVERY
def test_its_repr_is_short(verb, name):
    result = answer(verb, name)
    assert type(result).__name__ in repr(result)
    assert len(repr(result)) < 120
    assert "\n" not in repr(result)


@EVERY
def test_it_says_where_it_comes_from(verb, name):
    origin = answer(verb, name).provenance
    assert origin.verb == verb
    assert origin.version == vc.__version__
    assert re.fullmatch(r"[0-9a-f]{16}", origin.fingerprint)
    assert origin.seed == (SEED if draws(verb) else None)
    assert origin.samples == (SAMPLES if draws(verb) else None)
    services = chain(name).services
    assert origin.hand_offs == len(services)
    assert 0 < origin.measured <= origin.hand_offs
    assert origin.assumptions["weights.late"] == 0.5
    assert set(origin.environment) >= {"python", "numpy", "scipy"}
    again = ask(verb, fresh(name)).provenance
    assert again == origin


@pytest.mark.parametrize("verb", VERBS)
def test_another_chain_has_another_fingerprint(verb):
    name = CALLS[verb].on[0]
    given = fresh(name)
    changed = given.with_changes({f"services.{given.services[0].id}.quality": 0.123})
    asked = [answer(verb, name), ask(verb, changed)]
    assert len({result.provenance.fingerprint for result in asked}) == 2


@EVERY
def test_top_is_a_table_of_the_largest(verb, name):
    result = answer(verb, name)
    numeric = [c.name for t, c in columns(result) if t is result.table() and t[c.name].size]
    numeric = [column for column in numeric if result.table()[column].dtype.kind in "fiub"]
    if "rank" in numeric:
        assert result.top(2).ids == result.table().ids[:2]
    for column in numeric:
        top = result.top(3, by=column)
        assert len(top.ids) == min(3, len(result.table().ids))
        sizes = np.nan_to_num(top[column].astype(float), nan=-np.inf)
        assert (sizes[:-1] >= sizes[1:]).all()
        assert sizes[0] == np.nan_to_num(result.table()[column].astype(float), nan=-np.inf).max()
