"""`check_promises` against hand-made chains, networkx and every combination of needs."""

import json
import random

import networkx as nx
import pytest

import valuechain as vc
from tests.reference.chain import read_chain
from tests.reference.delay import Plan
from tests.reference.promises import let_down_share, verdict
from tests.reference.random_chains import document, text
from valuechain.errors import UnknownIdError, UsageError
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.plan.basis import plan_basis
from valuechain.today import situation_of

COLUMNS = [
    *("sla_hours", "planned_hours", "slack_hours", "float_hours", "let_down_share", "verdict"),
    *("blocked_by", "keepable_hours"),
]


def chain_of(*services, customers=("shop",), **departments):
    names = {end for s in services for end in (s["provider"], s["client"])} - set(customers)
    return vc.ValueChain(
        departments={name: departments.get(name, {}) for name in names},
        customers={name: {} for name in customers},
        services=list(services),
    )


def gives(provider, client, **fields):
    return {"provider": provider, "client": client, **fields}


def row(chain, service, **options):
    records = vc.check_promises(chain, samples=200, **options).to_records("services")
    return next(record for record in records if record["id"] == service)


def test_the_columns_are_those_of_the_contract():
    promises = vc.check_promises(vc.example("design_delay"), samples=100)
    frame = promises.to_frame()
    assert set(COLUMNS) <= set(frame.columns)
    json.dumps(promises.to_dict(), allow_nan=False)


def test_design_delay_by_hand():
    # Material is promised at 16 h and takes offers to 20 of their 24; prices have 12 h of float.
    # If Design slips by 12 h, material comes at 20 and the offer at 24: the last hour that is kept.
    promises = vc.check_promises(vc.example("design_delay"))
    table = promises.table()
    assert table.value("sales>prospect:offer", "planned_hours") == 20
    assert table.value("sales>prospect:offer", "slack_hours") == 4
    assert table.value("finance>sales", "float_hours") == 12
    assert table.value("marketing>sales", "float_hours") == 0
    assert table.value("design>marketing", "float_hours") is None
    assert table.value("design>marketing", "may_slip_hours") == 12
    assert table.value("marketing>sales", "may_slip_hours") == 4
    # three in four designs take 16 h, the offer then 12; nine in ten within 28
    assert table.value("sales>prospect:offer", "keepable_hours") == 28
    assert set(table["verdict"]) == {"kept"}
    assert promises.critical_path("prospect") == ["marketing>sales", "sales>prospect:offer"]


@pytest.mark.parametrize(
    ("need", "expected"), [(1, "impossible"), (0.5, "impossible"), (0.49, "tight"), (0, "kept")]
)
def test_verdicts_turn_at_half_of_the_jobs(need, expected):
    chain = chain_of(
        gives("a", "b", takes="1 h", sla="4 h", need=need),
        gives("b", "shop", takes="2 h", sla="5 h"),
    )
    found = row(chain, "b>shop")
    assert (found["verdict"], found["let_down_share"]) == (expected, need)
    assert found["blocked_by"] == (None if expected == "kept" else "a>b")


def test_no_promise_is_no_verdict():
    found = row(chain_of(gives("a", "shop", takes="1 h")), "a>shop")
    assert found["verdict"] == "no promise"
    assert found["sla_hours"] is None
    assert found["slack_hours"] is None
    assert found["let_down_share"] is None
    assert found["blocked_by"] is None


def test_a_promise_shorter_than_its_own_time_blocks_itself():
    chain = chain_of(
        gives("a", "b", takes="1 h", sla="9 h"), gives("b", "shop", takes="6 h", sla="5 h")
    )
    assert row(chain, "b>shop")["blocked_by"] == "b>shop"


def test_blame_goes_up_to_the_first_promise():
    # c promises nothing: its client waits because of what it waits for
    chain = chain_of(
        gives("a", "b", takes="1 h", sla="9 h"),
        gives("b", "c", takes="1 h"),
        gives("d", "c", takes="1 h", sla="2 h"),
        gives("c", "shop", takes="1 h", sla="5 h"),
    )
    assert row(chain, "c>shop")["blocked_by"] == "a>b"


def test_of_two_the_one_that_more_jobs_need_blocks():
    chain = chain_of(
        gives("rare", "b", takes="1 h", sla="90 h", need=0.05),
        gives("often", "b", takes="1 h", sla="9 h", need=0.9),
        gives("b", "shop", takes="1 h", sla="5 h"),
    )
    assert row(chain, "b>shop")["blocked_by"] == "often>b"


@pytest.mark.parametrize("seed", range(16))
def test_verdicts_on_random_chains_are_those_of_all_combinations_of_needs(seed):
    tree = document(seed, "acyclic")
    chain, reference = vc.parse_yaml(text(tree)), read_chain(tree)
    medians = plan_basis(sample_delay(delay_model(situation_of(chain).now, 2_000))).median
    ids = situation_of(chain).now.service_ids
    plan = Plan(dict(zip(ids, medians.tolist(), strict=True)))
    for record in vc.check_promises(chain, samples=2_000).to_records():
        service = reference.services[record["id"]]
        assert record["verdict"] == verdict(reference, plan, service)
        if service.sla is not None:
            share = let_down_share(reference, plan, service)
            assert record["let_down_share"] == pytest.approx(share, abs=1e-12)
            assert (record["blocked_by"] is None) == (record["verdict"] == "kept")


@pytest.mark.parametrize("seed", range(8))
def test_without_promises_inside_plan_and_path_are_the_longest_of_networkx(seed):
    rng = random.Random(seed)
    n = 9
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if rng.random() < 0.45]
    pairs += [(i, i + 1) for i in range(n - 1) if (i, i + 1) not in pairs]
    hours = {pair: rng.randint(1, 23) for pair in [*pairs, (n - 1, n)]}
    names = [*(f"d{i}" for i in range(n)), "shop"]
    chain = chain_of(
        *(gives(names[i], names[j], takes=f"{h} h", need=1) for (i, j), h in hours.items())
    )
    promises = vc.check_promises(chain, samples=10)
    services = nx.DiGraph()
    for (i, j), h in hours.items():
        for (k, end), more in hours.items():
            if k == j:
                services.add_edge((i, j), (j, end), weight=more)
        services.add_edge("start", (i, j), weight=h)
    longest = nx.dag_longest_path_length(services)
    path = nx.dag_longest_path(services)[1:]
    assert promises.table().value("d8>shop", "planned_hours") == longest
    found = promises.critical_path("shop")
    ends = [tuple(names.index(end) for end in key.split(">")) for key in found]
    assert sum(hours[pair] for pair in ends) == longest
    assert ends[-1] == path[-1]
    assert all(promises.table().value(key, "float_hours") == 0 for key in found)


def test_the_path_goes_on_through_promises_where_asked():
    chain = chain_of(
        gives("a", "b", takes="5 h", sla="6 h"),
        gives("b", "c", takes="5 h", sla="12 h"),
        gives("c", "shop", takes="1 h", sla="20 h"),
    )
    promises = vc.check_promises(chain, samples=10)
    assert promises.critical_path("shop") == ["b>c", "c>shop"]
    assert promises.critical_path("shop", through_promises=True) == ["a>b", "b>c", "c>shop"]


def test_a_customer_nobody_serves_has_no_path_and_one_nobody_knows_is_refused():
    chain = chain_of(gives("a", "shop", takes="1 h"), customers=("shop", "idle"))
    promises = vc.check_promises(chain, samples=10)
    assert promises.critical_path("idle") == []
    with pytest.raises(UnknownIdError, match="did you mean shop"):
        promises.critical_path("shap")


@pytest.mark.parametrize("samples", [0, -1, 1.5])
def test_samples_are_whole_numbers_from_one(samples):
    with pytest.raises(UsageError, match="samples"):
        vc.check_promises(vc.example("design_delay"), samples=samples)


def test_a_promise_within_what_may_slip_keeps_customers_promises_and_one_beyond_does_not():
    chain = vc.example("design_delay")
    for longer, kept in ((12, True), (13, False)):
        changed = chain.with_changes(
            {"services.design>marketing.sla": f"{16 + longer} h",
             "services.design>marketing.buffer": "16 h",
             "services.marketing>sales.sla": f"{16 + longer - 8} h"}
        )  # fmt: skip
        found = row(changed, "sales>prospect:offer")
        assert (found["slack_hours"] >= 0) == kept


def test_a_quicker_department_makes_a_promise_keepable():
    chain = chain_of(
        gives("a", "b", takes="6 h", need=1), gives("b", "shop", takes="2 h", sla="5 h")
    )
    assert row(chain, "b>shop")["verdict"] == "impossible"
    quicker = chain.with_changes(scale={"services.a>b.takes": 0.5})
    assert row(quicker, "b>shop")["verdict"] == "kept"


def test_words_name_what_stands_in_the_way():
    chain = chain_of(
        gives("a", "b", takes="1 h", sla="4 h"), gives("b", "shop", takes="2 h", sla="5 h")
    )
    said = " ".join(vc.check_promises(chain, samples=10).explain("es").split())
    assert "«b → shop» se promete en 5 h; si todos entregan justo en su plazo, tarda 6 h" in said
    assert "por lo que promete «a → b»" in said
    assert "Tal como va hoy, 9 de cada 10 llegan antes de 3 h." in said


def test_what_is_not_measured_is_not_said_to_be_kept():
    chain = chain_of(gives("a", "b", sla="1 h"), gives("b", "shop", sla="2 h"))
    said = vc.check_promises(chain, samples=10).explain("en")
    assert said.startswith("Times are promised, but none is measured")
