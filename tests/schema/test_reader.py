"""YAML -> chain: what is read, and every fault said once, where it stands, with its mend."""

import gc
import os
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.schema.hostile_texts import SMALL
from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, UsageError, ValueChainWarning
from valuechain.quantities import Duration, Estimate
from valuechain.schema import entries, reader
from valuechain.schema.reader import load, parse_yaml, read_yaml

GOOD = """\
valuechain: 1
name: Prueba
currency: EUR
departments:
  design:
    name: Diseño
    staff: 2
    serves:
      sales: {name: piezas, takes: 1 d, sla: 2 d, buffer: sla, on_time: 0.9, need: 1, for: [offer]}
  it:
    serves:
      sales: {takes: 1 h, alternatives: help, need: 50 %}
      design: {takes: 2 h}
  hr:
    serves:
      sales: {takes: 1 h, alternatives: help, need: 50 %}
  sales:
    name: Ventas
    kind: sales_marketing
    serves:
      prospect:
        - {key: offer, takes: 4 h, sla: 1 d, volume: 60}
        - {key: advice, takes: 1 h, sla: 4 h, volume: 30}
customers:
  prospect: {status: potential, revenue: 720000, win_rate: 25 %, wears_on: {sales: medium}}
  paper:
    kind: supplier
    serves: {design: {takes: 1 d}}
scenarios:
  holiday: {delay: {design: 1 w}}
interventions:
  brief: {cost: 4000, scale: {services.design>sales.takes: 0.6}}
"""


def refused(text, name="x.yaml"):
    """The issues of a text."""
    with pytest.raises(SchemaError) as caught:
        load(text, name)
    issues = caught.value.issues
    assert all(issue.line for issue in issues[: entries.MAX_ISSUES])
    return issues


def instead(old, new, text=GOOD):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_a_good_chain_is_read_field_by_field():
    chain = parse_yaml(GOOD)
    assert list(chain.departments) == ["design", "it", "hr", "sales"]
    assert [service.id for service in chain.services] == [
        "design>sales",
        "hr>sales",
        "it>design",
        "it>sales",
        "paper>design",
        "sales>prospect:advice",
        "sales>prospect:offer",
    ]
    service = chain.service("design>sales")
    assert (service.takes, service.need, service.for_) == (Duration(1.0, "d"), 1.0, ("offer",))
    assert service.model_fields_set == {
        *("provider", "client", "name", "takes", "sla", "buffer", "on_time", "need", "for_"),
    }
    assert chain.departments["design"].name == "Diseño"
    assert chain.customers["prospect"].wears_on == {"sales": "medium"}
    assert chain.scenarios["holiday"].delay == {"design": Duration(1.0, "w")}


def test_the_same_chain_built_in_python_is_equal():
    built = ValueChain(
        departments={"it": {"esat": {"base": 0.7, "n": 24}}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "sales", "client": "shop", "takes": {"median": "1 h", "p90": "2 h"}},
            {"provider": "it", "client": "sales", "quality": 0.78},
        ],
    )
    assert built == parse_yaml(
        """
        departments:
          it: {esat: {base: 70 %, n: 24}, serves: {sales: {quality: 78 %}}}
          sales: {serves: {shop: [{takes: {median: 60 min, p90: 2 h}}]}}
        customers: {shop: }
        """.replace("60 min", "1 h")
    )
    assert built.departments["it"].esat == Estimate(0.7, n=24)


def test_what_stands_empty_is_absent():
    chain = parse_yaml(
        "name:\ndepartments:\n  a:\n    staff:\n    serves:\n      c: {takes: 1 h, sla: }\n"
        "      b:\n  b: {serves: }\ncustomers: {c: }\nscenarios:\n"
    )
    assert chain.service("a>c").model_fields_set == {"provider", "client", "takes"}
    assert chain.service("a>b").model_fields_set == {"provider", "client"}
    assert chain.departments["a"].model_fields_set == set()
    assert "scenarios" not in chain.model_fields_set


def test_merge_keys_share_what_services_have_in_common():
    chain = parse_yaml(
        "departments:\n"
        "  a: {serves: {b: &usual {takes: 1 h, sla: 2 h}, c: {<<: *usual, sla: 3 h}}}\n"
        "  b: {serves: {c: *usual}}\n"
        "customers: {c: }\n"
    )
    assert [str(service.sla) for service in chain.services] == ["2 h", "3 h", "2 h"]


# One fault, one line: what is changed in GOOD (§ marks the place the line points at), the path
# and what was found, and how to mend it.
FAULTS = {
    "unknown key": ("name: Prueba", "§nam: Prueba", "nam", "(did you mean name?)"),
    "Spanish key": ("name: Prueba", "§nombre: Prueba", "nombre", "(did you mean name?)"),
    "Spanish departments": (
        "departments:",
        "§departamentos:",
        "departamentos: unknown key «departamentos»",
        "(did you mean departments?)",
    ),
    "Spanish customers": ("customers:", "§clientes:", "clientes", "(did you mean customers?)"),
    "capitals": (
        "sla: 1 d",
        "§SLA: 1 d",
        "services.sales>prospect:offer.SLA",
        "(did you mean sla?)",
    ),
    "Spanish sla": (
        "sla: 2 d",
        "§plazo: 2 d",
        "services.design>sales.plazo",
        "(did you mean sla?)",
    ),
    "Spanish currency": ("currency: EUR", "§moneda: EUR", "moneda", "(did you mean currency?)"),
    "no currency": (
        "currency: EUR",
        "",
        "customers.prospect.revenue: money without a currency",
        "currency: EUR at the top",
    ),
    "Spanish serves": (
        "    serves:\n      sales: {name",
        "    §sirve_a:\n      sales: {name",
        "departments.design.sirve_a",
        "(did you mean serves?)",
    ),
    "unknown client": (
        "      design: {takes: 2 h}",
        "      §desing: {takes: 2 h, sla: 1 h, for: [x]}",
        "services.it>desing.client: unknown department or customer «desing»",
        "(did you mean design?)",
    ),
    "self-service": (
        "      design: {takes: 2 h}",
        "      §it: {takes: 2 h}",
        "services.it>it: it serves itself",
        "another client",
    ),
    "one key twice": (
        GOOD[GOOD.index("prospect:") : GOOD.index(", takes: 1 h, sla: 4 h")],
        "§prospect:\n        - {key: offer, takes: 1 d, volume: 1}\n        - {key: offer",
        "services.sales>prospect: 2 services with keys offer, offer",
        "a different key for each",
    ),
    "Spanish key of a service": (
        "- {key: advice",
        "- {§clave: advice",
        "services.sales>prospect.clave",
        "(did you mean key?)",
    ),
    "duplicate key": (
        "    staff: 2",
        "    staff: 2\n    §staff: 3",
        "departments.design.staff: the key «staff» again, first in line 7",
        "(delete or rename one of the two)",
    ),
    "no unit": ("design: {takes: 2 h", "design: {takes: §2", "services.it>design.takes", "2 h)"),
    "unknown unit": (
        "design: {takes: 2 h",
        "design: {takes: §2 hx",
        "services.it>design.takes",
        "(did you mean h?)",
    ),
    "negative": (
        "design: {takes: 2 h",
        "design: {takes: §-2 h",
        "services.it>design.takes: «-2 h»",
        "from 0 up",
    ),
    "NaN": ("on_time: 0.9", "on_time: §.nan", "services.design>sales.on_time: «.nan»", "a number"),
    "infinite": (
        "on_time: 0.9",
        "on_time: §1e999",
        "services.design>sales.on_time: «1e999»",
        "(it must be finite)",
    ),
    "share above 1": (
        "on_time: 0.9",
        "on_time: §1.5",
        "services.design>sales.on_time: «1.5»",
        "a share from 0 to 1",
    ),
    "decimal comma": (
        "on_time: 0.9",
        "on_time: §0,9",
        "services.design>sales.on_time: «0,9»",
        "(write 0.9)",
    ),
    "decimal comma of a time": (
        "design: {takes: 2 h",
        "design: {takes: §2,5 h",
        "services.it>design.takes: «2,5 h»",
        "(write 2.5 h)",
    ),
    "decimal comma in a distribution": (
        "design: {takes: 2 h",
        "design: {takes: {median: §1,5 h, p90: 3 h}",
        "services.it>design.takes.median: «1,5 h»",
        "(write 1.5 h)",
    ),
    "decimal comma in an estimate": (
        "on_time: 0.9",
        "on_time: {base: §0,9, low: 0.8, high: 1}",
        "services.design>sales.on_time.base: «0,9»",
        "(write 0.9)",
    ),
    "decimal comma in a block": (
        "    staff: 2",
        "    staff: §2,5",
        "departments.design.staff: «2,5»",
        "(write 2.5",
    ),
    "thousands point": (
        "volume: 60",
        "volume: §1.060",
        "services.sales>prospect:offer.volume: «1.060»",
        "(write 1060",
    ),
    "clock": (
        "design: {takes: 2 h",
        "design: {takes: §1:30",
        "services.it>design.takes: «1:30»",
        "90 min",
    ),
    "unknown word": (
        "kind: sales_marketing",
        "kind: §sales",
        "departments.sales.kind: «sales»",
        "employees, managers, hr, it, sales_marketing",
    ),
    "unequal need in a group": (
        "hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}",
        "hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: §40 %}",
        "services.hr>sales.need: members of help differ",
        "one need for all members",
    ),
    "buffer: sla without sla": (
        "sla: 2 d, buffer: sla, on_time: 0.9",
        "buffer: §sla",
        "services.design>sales.buffer: buffer: sla without an sla",
        "an sla beside it, or a time",
    ),
    "volume on some": (
        "- {key: advice, takes: 1 h, sla: 4 h, volume: 30}",
        "- §{key: advice, takes: 1 h, sla: 4 h}",
        "services.sales>prospect:advice.volume: volume on some services",
        "on all of them or on none",
    ),
    "unknown for": (
        "for: [offer]",
        "for: §[ofer]",
        "services.design>sales.for: «ofer»",
        "(did you mean offer?)",
    ),
    "service as text": (
        "design: {takes: 2 h}",
        "design: §2 h",
        "services.it>design: «2 h»",
        "keys with values",
    ),
    "department as text": (
        "  hr:\n    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}",
        "  hr: §nothing",
        "departments.hr: «nothing»",
        "keys with values",
    ),
    "serves as a list": (
        "    serves:\n      sales: {takes: 1 h, alternatives: help, need: 50 %}\n"
        "      design: {takes: 2 h}",
        "    serves: §[sales, design]",
        "departments.it.serves: a list",
        "(write serves: {sales: {}, design: {}})",
    ),
    "service without a client": (
        "    serves: {design: {takes: 1 d}}",
        "    §serves: {takes: 1 d, sla: 2 d}",
        "customers.paper.serves: a service without a client (takes, sla)",
        "(indent it under who receives it)",
    ),
    "service one level too high": (
        "    serves: {design: {takes: 1 d}}",
        "    §design: {takes: 1 d}",
        "customers.paper.design: unknown key «design»",
        "(a service to design? serves: {design: ...})",
    ),
    "field one level too high": (
        "    staff: 2",
        "    §sla: 2 d",
        "departments.design.sla: unknown key «sla»",
        "(sla belongs to a service: serves: {CLIENT: {sla: ...}})",
    ),
    "field one level too low": (
        "design: {takes: 2 h",
        "design: {takes: 2 h, §staff: 2",
        "services.it>design.staff: unknown key «staff»",
        "(staff belongs to a department: departments: {ID: {staff: ...}})",
    ),
    "department at the top": (
        "customers:",
        "§extra: {serves: {sales: {takes: 1 h}}}\ncustomers:",
        "extra: unknown key «extra»",
        "(put it under departments)",
    ),
    "services at the top": (
        "customers:",
        "§services: []\ncustomers:",
        "services: unknown key «services»",
        "(serves belongs to a department",
    ),
    "bad id": ("  hr:\n", "  §2hr:\n", "departments.2hr: «2hr»", "a letter first"),
    "bad id, served by others": (
        "  paper:\n    kind: supplier\n    serves: {design: {takes: 1 d}}",
        "  §my shop:\n    serves: {design: {takes: 1 d}}",
        "customers.my shop: «my shop»",
        "(put words into name)",
    ),
    "department and customer": (
        "  paper:",
        "  §it:",
        "customers.it: «it» is a department, too",
        "an id of its own",
    ),
    "departments as a list": (
        GOOD[GOOD.index("departments:") : GOOD.index("customers:")],
        "departments: §[design, it, sales]\n",
        "departments: a list",
        "(write ID: {name: ...})",
    ),
    "win rate of an active customer": (
        "status: potential, revenue: 720000, win_rate: 25 %",
        "revenue: 720000, win_rate: §25 %",
        "customers.prospect.win_rate",
        "win_rate with status: potential",
    ),
    "anger at nobody": (
        "{sales: medium}",
        "{§sals: medium}",
        "customers.prospect.wears_on.sals",
        "(did you mean sales?)",
    ),
    "delay of nobody": (
        "delay: {design",
        "delay: {§desing",
        "scenarios.holiday.delay.desing",
        "(did you mean design?)",
    ),
    "scale of nothing": (
        "services.design>sales.takes",
        "§services.design>sales.take",
        "interventions.brief.scale.services.design>sales.take",
        "(did you mean takes?)",
    ),
    "calendar": (
        "customers:",
        "calendar: {hours_per_day: §25}\ncustomers:",
        "calendar.hours_per_day: «25»",
        "up to 24",
    ),
    "period": (
        "customers:",
        "period: §moth\ncustomers:",
        "period: «moth»",
        "(did you mean month?)",
    ),
    "version": ("valuechain: 1", "valuechain: §2", "valuechain: «2»", "version 1"),
    "assumption": (
        "customers:",
        "assumptions: {weights: {late: §2}}\ncustomers:",
        "assumptions.weights.late: «2»",
        "a share from 0 to 1",
    ),
    "assumption misspelt": (
        "customers:",
        "assumptions: {weights: {§lates: 1}}\ncustomers:",
        "assumptions.weights.lates: unknown key «lates»",
        "(did you mean late?)",
    ),
    "assumption at the top": (
        "customers:",
        "§recovery: 0.4\ncustomers:",
        "recovery: unknown key «recovery»",
        "(recovery belongs to assumptions: {recovery: ...})",
    ),
    "changes as a mapping": (
        "customers:",
        "changes: §{delay: {it: 1 h}}\ncustomers:",
        "changes: a mapping",
        "a list",
    ),
    "a wrong change": (
        "customers:",
        "changes: [{§dely: {it: 1 h}}]\ncustomers:",
        "changes[0].dely: unknown key «dely»",
        "(did you mean delay?)",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_gives_one_line(name):
    old, new, where, what = FAULTS[name]
    before, mark, _ = text.partition("§") if "§" in (text := instead(old, new)) else (text, "", "")
    issues = refused(text.replace("§", ""))
    assert len(issues) == 1, "\n".join(map(str, issues))
    line = str(issues[0])
    if mark:
        place = f"x.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))} "
        assert line.startswith(place)
    assert f" {where}" in line
    assert what in line
    assert "permitido:" in issues[0].text("es")


def test_faults_are_said_all_at_once_in_the_order_of_the_text():
    independent = [
        *("Spanish key", "Spanish currency", "NaN", "unequal need in a group", "negative"),
        *("thousands point", "unknown word", "anger at nobody", "scale of nothing", "period"),
    ]
    text = GOOD
    for name in independent:
        old, new, _, _ = FAULTS[name]
        text = instead(old, new.replace("§", ""), text)
    issues = refused(text)
    assert len(issues) == len(independent)
    assert [issue.line for issue in issues] == sorted(issue.line for issue in issues)
    for name in independent:
        assert any(FAULTS[name][2] in str(issue) for issue in issues)


def test_a_client_that_nobody_declares_is_said_once():
    lines = [f"  d{number}: {{serves: {{slaes: {{}}}}}}" for number in range(5)]
    issues = refused("\n".join(["departments:", "  sales:", *lines]))
    assert [str(issue) for issue in issues] == [
        "x.yaml:3:17 services.d0>slaes.client: unknown department or customer «slaes»; allowed: "
        "an id under departments or customers (did you mean sales?)"
    ]


def test_faults_in_what_was_read_under_another_key_are_said_too():
    issues = refused("departamentos:\n  a: {sirve: {b: {takes: x}}}\n  b: {staff: -1}\n")
    assert [(issue.line, issue.column, issue.dotted) for issue in issues] == [
        (1, 1, "departamentos"),
        (2, 7, "departments.a.sirve"),
        (2, 26, "services.a>b.takes"),
        (3, 14, "departments.b.staff"),
    ]


def test_two_services_of_one_pair_are_both_checked():
    issues = refused(
        "departments:\n  a:\n  b: {serves: {a: [{key: x, takes: 1 z}, {key: x, takes: -1 h}]}}\n"
    )
    assert [(issue.column, issue.dotted) for issue in issues] == [
        (16, "services.b>a"),
        (36, "services.b>a:x.takes"),
        (58, "services.b>a:x.takes"),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("valuechain: 1", "no departments"),
        ("departments: {a: }", "nobody serves anybody"),
        ("departments: {a: {serves: {c: [3]}}}\ncustomers: {c: }", "«3»"),
        ("departments: {a: {serves: {c: {}}}}\ncustomers: text", "«text»"),
        ("departments: {a: {serves: text}}", "«text»"),
        ("departments: {a: {serves: {c: {}}}}\ncustomers: {c: {serves: {d: {}}}, d: }", "extern"),
    ],
)
def test_chains_of_nothing(text, what):
    (issue,) = refused(text)
    assert what in str(issue)


# --- doubts -------------------------------------------------------------------------------------


def test_doubts_are_warnings_with_their_place():
    text = instead("design: {takes: 2 h}", "design: {takes: 24 h, sla: 48 h}")
    with pytest.warns(ValueChainWarning) as caught:
        chain = parse_yaml(text)
    assert str(chain.service("it>design").takes) == "24 h"
    assert [str(warning.message)[:6] for warning in caught] == ["13:23 ", "13:34 "]
    assert caught[0].filename == __file__  # the line that called, not one of this library
    _, doubts = load(text, "x.yaml")
    assert str(doubts[0]) == (
        "x.yaml:13:23 services.it>design.takes: 24 h of working time are 3 days; allowed: working "
        "time (write 1 d if you mean 1 d)"
    )


def test_many_doubts_are_cut_short_and_stop_nothing():
    clients = "".join(f"      c{number}: {{sla: 24 h}}\n" for number in range(2_000))
    customers = "".join(f"  c{number}:\n" for number in range(2_000))
    text = f"departments:\n  a:\n    serves:\n{clients}customers:\n{customers}"
    chain, doubts = load(text, None)
    assert len(chain.services) == 2_000
    assert len(doubts) == reader.MAX_DOUBTS


def test_errors_come_without_the_doubts():
    assert len(refused(instead("design: {takes: 2 h}", "design: {takes: 24 h, sla: x}"))) == 1


# --- files --------------------------------------------------------------------------------------


def test_read_yaml(tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.yaml"
        path.write_text(GOOD, encoding)
        assert read_yaml(path) == read_yaml(str(path)) == parse_yaml(GOOD)


def test_a_fault_in_a_file_names_the_file(tmp_path):
    path = tmp_path / "chain.yaml"
    path.write_text(GOOD.replace("staff: 2", "staff: -2"), "utf-8")
    with pytest.raises(SchemaError) as caught:
        read_yaml(path)
    assert str(caught.value).startswith(f"{path}:7:12 departments.design.staff: «-2»")


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "shop.yaml").write_text(GOOD, "utf-8")
    for path, what in [
        (tmp_path / "shp.yaml", "shp.yaml: no such file; allowed: a file in YAML (did you mean sh"),
        (tmp_path / "no" / "shop.yaml", "no such file"),
        (tmp_path, "a folder; allowed: a file in YAML"),
        (tmp_path / ("x" * 300), "too long"),
        ("a\0b", "null"),
        (
            GOOD,
            "a text instead of a path; allowed: a file in YAML (to read a text, call parse_yaml)",
        ),
        ("", "no such file"),
    ]:
        with pytest.raises(SchemaError) as caught:
            read_yaml(path)
        (issue,) = caught.value.issues
        assert what in issue.text("en")
        assert "\n" not in issue.text("es")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(SchemaError, match="it may not be read"):
        read_yaml(tmp_path / "chain.yaml")


def test_text_and_path_are_never_mistaken_for_each_other(tmp_path):
    with pytest.raises(SchemaError, match="to read a file, call read_yaml"):
        parse_yaml("chain.yaml")
    with pytest.raises(UsageError, match="call read_yaml"):
        parse_yaml(tmp_path / "chain.yaml")
    with pytest.raises(UsageError, match="a path is a text, not int"):
        read_yaml(3)


# --- hostile ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_hostile_texts_are_refused(name):
    assert refused(SMALL[name])


def test_yaml_that_is_no_chain_is_refused_in_bounded_time_and_memory():
    """In a process of its own, so that its peak of memory is theirs alone."""
    program = """
import sys, time
from tests.schema.hostile_texts import NO_CHAINS
from valuechain.errors import SchemaError
from valuechain.schema.reader import load
wrong = {}
for name, make in NO_CHAINS.items():
    text = make()
    start = time.perf_counter()
    try:
        load(text, "large.yaml")
        wrong[name] = "was read"
    except SchemaError as error:
        if len(error.issues) > 1001:
            wrong[name] = "too many issues"
        error.text("es").encode()
    if time.perf_counter() - start > 20:
        wrong[name] = "took more than 20 s"
    del text
try:
    import resource
except ImportError:  # Windows
    peak = 0
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 2**20 if sys.platform == "darwin" else 2**10
print(wrong or ("too much memory" if peak > 1000 else "fine"))
"""
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=path, check=False
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_the_list_of_faults_is_cut_short():
    issues = refused("".join(f"k{number}: v\n" for number in range(2_000)))
    assert len(issues) == entries.MAX_ISSUES + 1
    assert "more than 1,000 faults" in str(issues[-1])


def test_the_collector_is_left_as_it_was():
    before = gc.isenabled()
    try:
        for text in (GOOD, "a: b", instead("2 h", "2 x")):
            for switch in (gc.enable, gc.disable):
                switch()
                with suppress(SchemaError):
                    load(text, None)
                assert gc.isenabled() is (switch is gc.enable)
    finally:
        (gc.enable if before else gc.disable)()
