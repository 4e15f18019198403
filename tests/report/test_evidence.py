"""What times rest on: the nearest word on it counts."""

from valuechain import ValueChain, example
from valuechain.report.evidence import evidence_of


def chain(**service: object) -> ValueChain:
    return ValueChain(
        source="assumed",
        departments={"it": {"source": "observed"}, "hr": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "it", "client": "sales", "takes": "1 h"},
            {"provider": "hr", "client": "sales", "takes": "2 d"},
            {"provider": "sales", "client": "shop", "takes": "1 h", **service},
        ],
    )


def test_a_department_overrides_the_chain() -> None:
    found = evidence_of(chain())
    assert found.assumed == ("hr>sales", "sales>shop")
    assert found.assumed_departments == ("hr", "sales")


def test_a_service_overrides_its_department() -> None:
    assert evidence_of(chain(source="observed")).assumed_departments == ("hr",)


def test_a_figure_overrides_its_service() -> None:
    observed = {"median": {"base": "1 h", "source": "observed"}, "p90": "2 h"}
    assert "sales>shop" in evidence_of(chain(takes=observed)).assumed
    both = {key: {"base": f"{n} h", "source": "observed"} for n, key in ((1, "median"), (2, "p90"))}
    assert "sales>shop" not in evidence_of(chain(takes=both)).assumed


def test_a_promise_with_its_share_on_time_is_a_time() -> None:
    declared = chain(takes=None, sla="4 h", on_time={"base": 0.9, "source": "observed"})
    assert "sales>shop" in evidence_of(declared).timed
    assert "sales>shop" not in evidence_of(chain(takes=None, sla="4 h")).timed


def test_changes_count() -> None:
    changed = chain(takes=None).with_changes({"services.sales>shop.takes": "3 h"})
    assert "sales>shop" in evidence_of(changed).timed


def test_all_times_of_the_example_are_assumed() -> None:
    found = evidence_of(example("enterprise"))
    assert len(found.assumed) == len(found.timed)
