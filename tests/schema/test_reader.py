"""YAML -> chain: what is read, and every fault said once, where it stands, with its mend."""

import gc
import os
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.schema.faulty_chains import CONSEQUENCES, FAULTS, GOOD
from tests.schema.hostile_texts import SMALL
from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, UsageError, ValueChainWarning
from valuechain.quantities import Duration, Estimate
from valuechain.schema import entries, reader
from valuechain.schema.reader import load, parse_yaml, read_yaml


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


@pytest.mark.parametrize("name", CONSEQUENCES)
def test_consequences_of_a_fault_are_not_said(name):
    old, new = CONSEQUENCES[name]
    issues = refused(instead(old, new))
    if name == "a department that a service and a delay name":
        # The id as it was meant is one that nothing declares: that, too, is said once.
        assert [issue.dotted for issue in issues] == [
            "departments.de sign",
            "services.it>design.client",
        ]
    else:
        assert len(issues) == 1, "\n".join(map(str, issues))


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
        ("departments: {a: {serves: {my shop: {}}}}\ncustomers: {my shop: }", "2:13 customers.my"),
        (
            "departments: {a: {staff: x, serves: {c: {}}}}\ncustomers: {c: }\n"
            "scenarios: {s: {scale: {departments.a.staff: 2}}}",
            "departments.a.staff: «x»",
        ),
        ("departments: {a: {serves: {c: {}}}}\ncustomers: {c: {serves: {d: {}}}, d: }", "extern"),
    ],
)
def test_chains_of_little(text, what):
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
from tests.schema.faulty_chains import CONSEQUENCES, FAULTS, GOOD
from tests.schema.hostile_texts import NO_CHAINS
from valuechain.errors import SchemaError
from valuechain.schema.reader import load
wrong = {}
for name, make in NO_CHAINS.items():
    text = make()
    start = time.process_time()  # not what others on the machine take
    try:
        load(text, "large.yaml")
        wrong[name] = "was read"
    except SchemaError as error:
        if len(error.issues) > 1001:
            wrong[name] = "too many issues"
        error.text("es").encode()
    if time.process_time() - start > 20:
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
