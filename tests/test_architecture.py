"""The table of rooms in docs/architecture.md, held true by reading the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import networkx as nx

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "valuechain"

# Bottom to top: a module imports from its own room and from rooms before it, never from later ones.
ROOMS = {
    "errors": {"errors"},
    "quantities": {"quantities"},
    "metrics": {"metrics"},
    "model": {"fields", "field_schemas", "refusals", "model", "chain"},
    "changes": {"changes"},
    "rules": {"rules"},
    "schema": {"schema"},
    "network": {"network"},
    "kernels": {"kernels"},
    "draws": {"draws"},
    "today": {"today"},
    "results": {"results"},
    "evaluation": {"evaluation"},
    "analyzers": {"analyzers"},
    "plot": {"plot"},
    "report": {"report"},
    "chains": {"chains"},
    "command line": {"cli", "__main__", "__init__"},
}

# Who opens a later room, late, from inside which function. Four are conveniences for readers; the
# others are there because a chain keeps its rules, and refuses impossible changes, when it is made.
DOORS = {
    ("valuechain.chain", "ValueChain.to_networkx", "valuechain.network"),
    ("valuechain.results", "Result.plot", "valuechain.plot"),
    ("valuechain.results", "Result.explain", "valuechain.report"),
    ("valuechain.metrics.metric", "Metric.explain", "valuechain.report"),
    ("valuechain.chain", "ValueChain._keep_the_rules", "valuechain.rules"),
    ("valuechain.chain", "ValueChain.as_today", "valuechain.rules"),
    ("valuechain.chain", "ValueChain._with", "valuechain.changes"),
    ("valuechain.chain", "ValueChain.in_force", "valuechain.changes"),
    ("valuechain.changes", "_rebuilt", "valuechain.rules"),
    ("valuechain.analyzers.robustness.repeated", "verb_of", "valuechain.analyzers"),
}

# What a room must not touch outside the package.
CLOSED_TO = {
    "errors": {"matplotlib", "networkx", "numpy", "pandas", "pydantic", "scipy", "yaml"},
    "quantities": {"matplotlib", "networkx", "pandas", "yaml"},
    "metrics": {"matplotlib", "networkx", "numpy", "pandas", "pydantic", "scipy", "yaml"},
    "model": {"matplotlib", "numpy", "pandas", "scipy", "yaml"},
    "changes": {"matplotlib", "networkx", "numpy", "pandas", "scipy", "yaml"},
    "rules": {"matplotlib", "pandas", "yaml"},
    "schema": {"matplotlib", "networkx", "pandas", "scipy"},
    "network": {"matplotlib", "pandas", "yaml"},
    "kernels": {"matplotlib", "networkx", "pandas", "pydantic", "yaml"},
    "draws": {"matplotlib", "networkx", "pandas", "yaml"},
    "today": {"matplotlib", "pandas", "yaml"},
    "results": {"matplotlib", "networkx", "yaml"},
    "evaluation": {"matplotlib", "pandas", "yaml"},
    "analyzers": {"matplotlib", "pandas", "yaml"},
    "plot": {"pandas", "pydantic", "scipy", "yaml"},
    "report": {"networkx", "pandas", "pydantic", "scipy", "yaml"},
}

TYPES_ONLY = "TYPE_CHECKING"  # what is imported there is not imported when the program runs


class Import(NamedTuple):
    """One import: by which module, inside which function (empty: at the top), of what."""

    module: str
    inside: str
    imported: str


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    parts = module.split(".")
    first = parts[1] if len(parts) > 1 else "__init__"
    return next(room for room, members in ROOMS.items() if first in members)


def walk(node: ast.AST, inside: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Every node with the dotted name of the function or class it stands in."""
    for child in ast.iter_child_nodes(node):
        yield child, inside
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from walk(child, f"{inside}.{child.name}".lstrip("."))
        elif isinstance(child, ast.If) and ast.unparse(child.test) == TYPES_ONLY:
            yield from walk(child, TYPES_ONLY)
        else:
            yield from walk(child, inside)


@cache
def syntax(module: str) -> tuple[tuple[ast.AST, str], ...]:
    return tuple(walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def imports_of(module: str) -> Iterator[Import]:
    for node, inside in syntax(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, inside, alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide the room"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield Import(module, inside, full if full in MODULES else str(node.module))


IMPORTS = [found for module in MODULES for found in imports_of(module)]
OWN = [found for found in IMPORTS if found.imported.split(".")[0] == "valuechain"]
THROUGH_DOORS = [found for found in OWN if found in DOORS]
ORDINARY = [found for found in OWN if found not in DOORS]


def calls_print(module: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        for node, _ in syntax(module)
    )


def test_the_page_lists_the_rooms_in_this_order() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(`.*`)\n: ", page, re.M)
    listed = [re.findall(r"`([^`]+)`", term) for term in terms]
    assert [{name.rstrip("/").removesuffix(".py") for name in names} for names in listed] == [
        *ROOMS.values()
    ]


def test_every_module_has_a_room() -> None:
    members = set().union(*ROOMS.values())
    first = {module.split(".")[1] for module in MODULES if "." in module}
    assert first <= members


def test_imports_point_to_earlier_rooms() -> None:
    order = list(ROOMS)
    upwards = [
        found
        for found in ORDINARY
        if order.index(room_of(found.imported)) > order.index(room_of(found.module))
    ]
    assert upwards == []


def test_doors_are_late_and_in_use() -> None:
    assert set(THROUGH_DOORS) == DOORS
    assert all(inside not in {"", TYPES_ONLY} for _, inside, _ in DOORS)


def test_no_import_cycles() -> None:
    graph = nx.DiGraph()
    graph.add_edges_from(
        (found.module, found.imported) for found in ORDINARY if found.module != found.imported
    )
    assert list(nx.simple_cycles(graph)) == []


def test_rooms_keep_out_what_is_not_theirs() -> None:
    strangers = [
        found
        for found in IMPORTS
        if found.inside != TYPES_ONLY
        and found.imported.split(".")[0] in CLOSED_TO.get(room_of(found.module), set())
    ]
    assert strangers == []


def test_only_the_command_line_prints() -> None:
    assert [m for m in MODULES if calls_print(m) and room_of(m) != "command line"] == []


def test_no_room_for_everything() -> None:
    everything = {"utils", "util", "common", "helpers", "helper", "misc"}
    assert [m for m in MODULES if everything & set(m.split("."))] == []


def test_import_is_light() -> None:
    script = "import sys, valuechain; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert "valuechain" in loaded
    assert {"matplotlib.pyplot", "pandas", "scipy.stats"}.isdisjoint(loaded)


def test_files_can_be_read_in_one_sitting() -> None:
    lines = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for folder in (PACKAGE, ROOT / "tests")
        for path in folder.rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count >= 500} == {}


def test_no_machine_paths() -> None:
    folders = ["valuechain", "tests", "docs", "notebooks", ".ci"]
    suffixes = {"", ".py", ".md", ".yaml", ".toml", ".ipynb", ".json", ".svg", ".html", ".css"}
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    # A home or a scratch folder of some machine, as the start of a path.
    path_of_a_machine = re.compile(r"(?<![\w.:/>])/(home|root|tmp|work|Users)/\w|[A-Z]:\\Users")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix in suffixes
        and path.name not in {".git", "report.html", Path(__file__).name}  # .git of a worktree
        and "__pycache__" not in path.parts
        and path_of_a_machine.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()
