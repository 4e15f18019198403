"""How the documentation is built: ``make docs`` leaves it in build/docs."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

# Sphinx reads only what lies beside this file; the notebooks lie where readers look for them.
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks", dirs_exist_ok=True)

project = "valuechain"
author = copyright = "valuechain contributors"
release = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "field_table",
]
exclude_patterns = ["_ext", "**/.ipynb_checkpoints"]

autodoc_default_options = {"exclude-members": "model_config"}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the sections of a docstring say it for people
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True  # attributes of results share names: no targets to confuse

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "auto"
nb_execution_raise_on_error = True

html_theme = "furo"
html_title = "valuechain"
html_show_sphinx = False


def _number_references(app, what, name, obj, options, lines):
    """Turn numpydoc's ``.. [1]``, whose names would clash on one page, into numbered lists."""
    lines[:] = [re.sub(r"^\.\. \[(\d+)\] ", r"\1. ", line) for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", _number_references)
