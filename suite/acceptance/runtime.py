"""The functions that printed programs bring with them, as the files of their languages that they are: every one of them compiles."""

import builtins
import dis
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

FOLDER = Path(__file__).resolve().parents[2] / "crates/beltrami-print/runtime"


def files(language: str, extension: str) -> list[Path]:
    """Those of a language, what the others use first."""
    found = sorted((FOLDER / language).glob(f"*{extension}"), key=lambda path: (path.stem != "base", path.stem))
    if not found:
        raise RuntimeError(f"{FOLDER / language} has no file *{extension}")
    return found


def python(library: str) -> None:
    """All names are known that functions of the shared files and of those of a library use, however rarely they are called."""
    folder = FOLDER / "python"
    own = "\n".join(path.read_text() for path in sorted(folder.glob(f"{library}*.py")))
    shared = "\n".join((folder / f"{name}.py").read_text() for name in ("shared", "singular"))
    code = compile(f"{shared}\n{own}", f"{library}.py", "exec")
    known = {"xp", "__name__", *dir(builtins)} | {i.argval for i in dis.get_instructions(code) if i.opname in ("STORE_NAME", "IMPORT_NAME")}
    if unknown := sorted(set(used(code)) - known):
        raise RuntimeError(f"functions of {library} use {', '.join(unknown)}, which nothing defines")


def used(code: CodeType) -> Iterator[str]:
    """Names of a module that its functions use."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from (i.argval for i in dis.get_instructions(constant) if i.opname == "LOAD_GLOBAL")
            yield from used(constant)


def joined(paths: list[Path], line: str, out: Path) -> Path:
    """One file that takes in all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(line.format(path.as_posix()) + "\n" for path in paths))
    return out
