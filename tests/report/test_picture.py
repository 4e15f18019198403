"""The map with its message, and the part of it that can be read on paper."""

from __future__ import annotations

import valuechain as vc
from tests.report.corner_chains import CHAINS, ranking_result
from valuechain.plot import MapData
from valuechain.report.picture import (
    MOST_CUSTOMERS,
    MOST_DEPARTMENTS,
    bottleneck_map,
    first_to_fix,
    for_paper,
    map_alt,
    map_title,
)
from valuechain.report.voice import Voice, voice_of


def maps(name: str) -> tuple[MapData, MapData, vc.BottlenecksResult]:
    chain = vc.example(name)
    delay = vc.propagate_delay(chain, samples=2000)
    ranking = vc.rank_bottlenecks(chain, "breach", samples=2000)
    voice = voice_of(chain, "es")
    data = bottleneck_map(ranking, delay, voice)
    return data, for_paper(data, delay, voice), ranking


def test_paper_keeps_who_matters_and_nobody_stands_alone() -> None:
    whole, part, ranking = maps("enterprise")
    assert len(whole.nodes) == 43
    assert len(part.nodes) <= MOST_DEPARTMENTS + MOST_CUSTOMERS
    kept = {node.id for node in part.nodes}
    assert {node.id for node in whole.nodes if node.rank is not None} <= kept
    assert "retailers" in kept  # served worst
    assert kept == {end for edge in part.edges for end in edge.pair}
    assert "de 43" in part.caption
    assert first_to_fix(ranking)[0] == "design"


def test_a_small_map_stays_whole() -> None:
    whole, part, _ = maps("design_delay")
    assert part == whole


def test_customers_say_how_much_is_late() -> None:
    whole, _, _ = maps("design_delay")
    (customer,) = [node for node in whole.nodes if node.kind == "customer"]
    assert customer.note == "4\N{NO-BREAK SPACE}% tarde"


def test_titles() -> None:
    voice = Voice("en", labels={"a": "Design"})
    services = {"a>x": ("a", "x", 0.5, 0.3)}
    first = ranking_result({"a": (0.2, 0.1, 0.5, 0.2, "bottleneck")}, services, 0.3, None)
    assert map_title(first, voice) == (
        "Design first: on time, it takes late deliveries from 30% to 10%"
    )
    assert map_alt(first, voice).endswith("To fix first: Design.")
    nobody = ranking_result({"a": (0.0, 0.3, 0.5, 0.2, "healthy")}, services, 0.3, None)
    assert map_title(nobody, voice) == "No department, by itself, keeps customers waiting"


def test_without_promises_the_title_speaks_of_time() -> None:
    chain = CHAINS["no promise inside"].with_changes({"services.sales>shop.sla": "100 w"})
    ranking = vc.rank_bottlenecks(chain, "mean_hours", samples=500)
    assert map_title(ranking, Voice("en", labels=ranking.labels)) == (
        "Diseño first: nothing shortens what customers wait for more"
    )
