"""What the stages decide by is declared, used, and in docs/matching.md as it is declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from carpenter.explain.matching_page import STAGES, with_tables
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "matching.md"


def calls(stage: str, name: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of a function in the modules of a stage."""
    for path in sorted((ROOT / "carpenter" / stage).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path, node


def test_the_page_says_what_is_declared() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"<!-- features: {stage} -->" in page for stage in STAGES)
    assert page == with_tables(page), "write it anew: python -m carpenter.explain.matching_page docs/matching.md"


@pytest.mark.parametrize("stage", STAGES)
def test_every_declared_feature_is_used_by_its_stage(stage: str) -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "carpenter" / stage).glob("*.py") if path.stem != "features"]
    unused = [key for key in STAGES[stage].FEATURES if not any(f'"{key}"' in source for source in sources)]
    assert not unused


@pytest.mark.parametrize("stage", STAGES)
def test_no_weight_is_a_number_in_a_function(stage: str) -> None:
    """Evidence of weight 0.0 is what stands for none."""
    weights = [(path.name, call.lineno, call.args[2]) for path, call in calls(stage, "Evidence")]
    assert [where for *where, weight in weights if ast.unparse(weight) != "0.0" and is_number(weight)] == []


def is_number(expression: ast.expr) -> bool:
    return not any(isinstance(node, ast.Name) for node in ast.walk(expression))
