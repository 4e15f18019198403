"""Columns of fields, beside each entry's own words."""

import numpy as np
from hypothesis import given

from tests.strategies import chains
from valuechain.network import to_arrays
from valuechain.network.columns import Columns
from valuechain.network.sources import source_of
from valuechain.quantities import Estimate, base_of
from valuechain.quantities.laws import to_law


@given(chains())
def test_every_field_is_where_the_entry_has_it(chain):
    columns = Columns(chain.services, ("quality", "sla", "key"))
    assert len(columns) == len(chain.services)
    for row, service in enumerate(chain.services):
        assert columns["key"][row] == service.key
        assert columns.given("quality")[row] == (service.quality is not None)
        number, hours = columns.numbers("quality")[row], columns.hours("sla", chain.calendar)[row]
        if service.quality is None:
            assert np.isnan(number)
        else:
            assert number == base_of(service.quality)
        if service.sla is None:
            assert np.isnan(hours)
        else:
            assert hours == base_of(service.sla).hours(chain.calendar)


@given(chains())
def test_work_and_answers_are_those_of_each_entry(chain):
    chain = chain.in_force()
    arrays = to_arrays(chain)
    for row, service in enumerate(chain.services):
        if service.work is not None:
            law = to_law(service.work, chain.calendar)
            assert arrays.work.loc[row] == law.loc
            assert arrays.work.scale[row] == law.scale
        answers, csat = arrays.answers["csat"][row], service.csat
        if csat is None:
            assert np.isnan(answers)
        elif source_of(chain, service, csat) == "assumed":
            assert answers == np.inf
        elif isinstance(csat, Estimate) and csat.n is not None:
            assert answers == csat.n
        else:
            assert np.isnan(answers)


def test_nothing_has_no_columns_filled():
    columns = Columns([], ("quality", "csat"))
    assert columns.absent("csat")
    assert columns.numbers("csat").shape == (0,)
