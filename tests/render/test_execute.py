"""Cells and inline values run in one kernel, in their order, and fail with one clear message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import CallError, RenderError
from helpers.render.execute import (
    ShownCell,
    ShownProse,
    count_steps,
    execute_document,
    prepare_kernel,
)
from helpers.render.subset import parse_document
from tests.render.documents import FIRST_LINE, FRONT, write_document


def run(
    folder: Path, body: str, parameters: dict[str, object] | None = None, **head: str
) -> tuple[list[str], list[str]]:
    """Return the texts, and all that cells showed, of a document with this body."""
    document = parse_document(write_document(folder, body, **head))
    shown = execute_document(document, parameters or {}, ["svg"], lambda label: None)
    texts = [block.text.strip() for block in shown if isinstance(block, ShownProse)]
    outputs = [output for block in shown if isinstance(block, ShownCell)
               for output in block.outputs]  # fmt: skip
    return texts, [next(iter(output.data.values())) for output in outputs]


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```", ""])


def test_inline_values_are_taken_at_their_place(tmp_path: Path) -> None:
    after = "\nThen `{python} n` and `{python} n * 2`.\n"
    texts, _ = run(tmp_path, "First `{python} n`.\n\n" + cell("n = n + 1") + after)
    assert texts == ["First 3.", "Then 4 and 8."]


def test_strings_are_literal_and_markdown_objects_are_not(tmp_path: Path) -> None:
    body = (
        "```{python}\nfrom IPython.display import Markdown\n```\n\n"
        "`{python} 'a_b *c* [d] <e> #1'` `{python} Markdown('**bold**')` `{python} 2.50`\n"
        "`{python} None` `{python} \"it's\"` `{python} '1. --'`\n"
    )
    texts, _ = run(tmp_path, body)
    assert texts == [r"a\_b \*c\* \[d\] \<e\> \#1 **bold** 2.5" + "\n" + r"None it's 1\. -\-"]


def test_values_of_more_than_a_line_do_not_break_the_text(tmp_path: Path) -> None:
    texts, _ = run(tmp_path, "A `{python} 'b\\n\\nc'` d.\n")
    assert texts == ["A b c d."]


def test_an_expression_may_go_over_lines(tmp_path: Path) -> None:
    texts, _ = run(tmp_path, "A `{python} n +\n1` b.\n")
    assert texts == ["A 4 b."]


def test_parameters_are_set_directly_after_their_cell(tmp_path: Path) -> None:
    parameters = "```{python}\n#| tags: [parameters]\nn = 3\nm: float = 1.5\nname = None\n```\n"
    body = "```{python}\nprint([n, m, name])\n```\n"
    given = {"n": 7, "name": 'it\'s "x"\n', "m": float("inf")}
    _, outputs = run(tmp_path, body, given, head=FRONT + parameters)
    assert outputs == [str([7, float("inf"), 'it\'s "x"\n']) + "\n"]


def test_parameters_keep_their_default(tmp_path: Path) -> None:
    assert run(tmp_path, "```{python}\nprint(n)\n```\n")[1] == ["3\n"]


def test_unknown_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="no parameter 'k'; it has: n"):
        run(tmp_path, "", {"k": 1})


def test_parameter_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="parameter 'n' is a set"):
        run(tmp_path, "", {"n": {1}})


def test_failing_cell_is_named_with_its_line(tmp_path: Path) -> None:
    body = cell(
        "#| label: broken", "n = 1", "", "def f():", "    raise ValueError('no\\nsuch')", "", "f()"
    )
    with pytest.raises(RenderError) as failed:
        run(tmp_path, body)
    path = tmp_path / "document.qmd"
    assert str(failed.value) == (
        f"{path}, line {FIRST_LINE + 7}: cell 'broken' failed: ValueError: no such."
    )


def test_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=rf"line {FIRST_LINE + 2}: a cell failed: SyntaxError"):
        run(tmp_path, "```{python}\nn = 1\nif:\n```\n")


def test_failing_expression_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RenderError) as failed:
        run(tmp_path, "Fine `{python} n`.\n\nNot: `{python} missing`.\n")
    assert f"line {FIRST_LINE + 2}: inline `missing` failed: NameError" in str(failed.value)


def test_kernel_that_dies_is_told(tmp_path: Path) -> None:
    body = "```{python}\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n```\n"
    with pytest.raises(RenderError, match="kernel ended by itself"):
        run(tmp_path, body)


def test_code_cannot_wait_for_an_answer(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="StdinNotImplementedError"):
        run(tmp_path, "```{python}\ninput()\n```\n")


def test_kernel_is_this_interpreter_in_the_documents_folder(tmp_path: Path) -> None:
    body = "```{python}\nimport os, sys\nprint(os.getcwd())\nprint(sys.prefix)\n```\n"
    _, outputs = run(tmp_path, body)
    assert outputs == [f"{tmp_path}\n{sys.prefix}\n"]


def test_personal_settings_have_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('from startup'); n = 99\n")
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("lines.linewidth: 77\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MPLBACKEND", "agg")
    body = "```{python}\nimport matplotlib\nprint(matplotlib.rcParams['lines.linewidth'], n)\n```\n"
    assert run(tmp_path, body)[1] == ["1.5 3\n"]


def test_modules_beside_the_document_do_not_break_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text("raise RuntimeError\n")
    (tmp_path / "mine.py").write_text("value = 5\n")
    assert run(tmp_path, "```{python}\nimport mine\nprint(mine.value)\n```\n")[1] == ["5\n"]


def test_streams_are_joined(tmp_path: Path) -> None:
    body = cell("import sys", "print('a')", "print('b')", "print('c', file=sys.stderr)")
    assert run(tmp_path, body)[1] == ["a\nb\n", "c\n"]


def test_steps_are_counted_as_they_are_told(tmp_path: Path) -> None:
    body = "`{python} n`\n\n```{python}\n#| label: one\n```\n\nNothing to run.\n"
    document = parse_document(write_document(tmp_path, body))
    told: list[str] = []
    execute_document(document, {}, ["svg"], told.append)
    assert told == ["line 9", f"text at line {FIRST_LINE}", "one"]
    assert len(told) == count_steps(document)


@pytest.mark.skipif(os.name != "posix", reason="sockets are used on POSIX only")
def test_no_port_is_opened_and_no_kernel_left(tmp_path: Path) -> None:
    body = cell("import os", "print(os.getpid())", "print(os.environ['JUPYTER_RUNTIME_DIR'])",
                "from ipykernel.connect import get_connection_info as get",
                "print(get(unpack=True)['transport'])")  # fmt: skip
    process, scratch, transport = run(tmp_path, body)[1][0].split()
    assert transport == "ipc"
    assert not Path(scratch).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


def test_kernel_says_nothing_on_standard_error(tmp_path: Path) -> None:
    write_document(tmp_path, "`{python} n`\n")
    code = (
        "from pathlib import Path; from helpers.render import render_document as r; "
        f"d = Path({str(tmp_path)!r}); "
        "r(d / 'document.qmd', parameters={}, formats=['html'], out_dir=d)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_kernel_started_early_shows_the_same_and_has_imported_without_a_name(
    tmp_path: Path,
) -> None:
    body = cell("import sys", "print('fractions' in sys.modules, 'fractions' in dir())", "n")
    document = parse_document(write_document(tmp_path, body))
    images = ["svg"]
    late = execute_document(document, {"n": 7}, images, lambda label: None)
    with prepare_kernel(document, images, ["no_such_module", "fractions"]) as kernel:
        early = execute_document(document, {"n": 7}, images, lambda label: None, kernel)
        assert kernel._process.returncode is not None  # it ends with the last cell
    found = [[dict(o.data) for block in shown if isinstance(block, ShownCell)
              for o in block.outputs] for shown in (late, early)]  # fmt: skip
    assert found[1] == [{"stdout": "True False\n"}, {"text/plain": "7"}]
    assert found[0][1:] == found[1][1:]


def test_a_kernel_that_dies_before_it_is_needed_is_told(tmp_path: Path) -> None:
    document = parse_document(write_document(tmp_path, cell("n")))
    with (
        prepare_kernel(document, ["svg"]) as kernel,
        pytest.raises(RenderError, match="the Jupyter kernel ended by itself"),
    ):
        kernel._process.kill()
        execute_document(document, {}, ["svg"], lambda label: None, kernel)
