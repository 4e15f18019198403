"""Part of a chain is that part as it was: the same draws, rows in the same order."""

import dataclasses

import numpy as np

import valuechain as vc
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.network.arrays import Laws
from valuechain.network.selection import only_services, services_behind
from valuechain.today import situation_of


def behind(arrays, customer):
    return services_behind(arrays, arrays.client == arrays.node_ids.index(customer))


def test_what_leads_to_a_customer_arrives_as_in_the_whole_chain():
    arrays = situation_of(vc.example("enterprise")).now
    kept = np.flatnonzero(behind(arrays, "households"))
    assert 0 < len(kept) < len(arrays.need)
    whole = sample_delay(delay_model(arrays, 500, 1))
    part = sample_delay(delay_model(only_services(arrays, kept), 500, 1))
    assert np.array_equal(part.model.arrays.sla, arrays.sla[kept], equal_nan=True)
    np.testing.assert_allclose(part.mean, whole.mean[kept], rtol=1e-5)


def test_everything_by_service_has_a_row_for_each_that_is_kept():
    """Counts are all different, so a field that was forgotten shows by its length."""
    arrays = situation_of(vc.example("enterprise")).now
    m = len(arrays.need)
    others = {len(arrays.department_ids), len(arrays.customer_ids), len(arrays.join_in_sequence)}
    assert m not in others
    part = only_services(arrays, np.arange(m - 1))
    for field in dataclasses.fields(arrays):
        before, after = getattr(arrays, field.name), getattr(part, field.name)
        if isinstance(before, np.ndarray | Laws | tuple):
            assert len(after) == (m - 1 if len(before) == m else len(after)), field.name
            if field.name not in ("join_ptr", "join_inputs", "join_in_sequence"):
                assert len(after) in (len(before), m - 1), field.name


def test_all_services_are_the_whole_chain():
    arrays = situation_of(vc.example("restaurant")).now
    same = only_services(arrays, np.arange(len(arrays.need)))
    assert same.service_ids == arrays.service_ids
    assert np.array_equal(same.join, arrays.join)
    assert np.array_equal(same.join_inputs, arrays.join_inputs)
    assert np.array_equal(same.join_ptr, arrays.join_ptr)


def test_who_goes_on_without_an_input_is_not_delayed_by_it():
    chain = vc.ValueChain(
        departments={"news": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "news", "client": "sales", "takes": "1 h", "if_late": "goes_on"},
            {"provider": "sales", "client": "shop", "takes": "1 h"},
        ],
    )
    arrays = situation_of(chain).now
    roots = arrays.client == arrays.node_ids.index("shop")
    assert services_behind(arrays, roots).tolist() == [True, True]
    assert services_behind(arrays, roots, waiting_only=True).tolist() == [False, True]
