"""C and Rust: the printed programs are compiled, and called with NumPy's arrays."""

import ctypes
import json
import os
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import runtime
from library import Inputs, Library, Mismatch
from table import SIZES

ROOT = Path(__file__).resolve().parents[2]

# What lies behind a result, to be found as it was.
CANARY = 123.5


def built(command: list[str], **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Mismatch(f"{' '.join(command[:2])} failed:\n{done.stderr[-4000:]}")
    return done.stdout


class Compiled(Library):
    """What both have in common: sizes are arguments or checked, and a status tells what went wrong."""

    draws = 1
    python = False
    extension = ""

    def path(self, folder: Path, row: dict) -> Path:
        return folder / self.name / f"{row['id']}{self.extension}"

    def run(self, module, inputs: Inputs, shapes: tuple) -> tuple[np.ndarray, np.ndarray]:
        return module.value(shapes[0], **inputs), module.derivative(shapes[1], **inputs)


class C(Compiled):
    name = "c"
    extension = ".c"

    def prepare(self, folder: Path, rows: list[dict]) -> None:
        # The wheel has CBLAS, LAPACK and the headers; its symbols have a prefix.
        import scipy_openblas32 as blas

        library = Path(blas.get_lib_dir())
        self.flags = [
            *("-std=c99", "-O0", "-Wall", "-Wextra", "-Werror", "-pedantic", "-shared", "-fPIC"),
            *(f"-I{blas.get_include_dir()}", "-DBLAS_SYMBOL_PREFIX=scipy_", "-include", str(folder / "prefix.h")),
            *(f"-L{library}", f"-Wl,-rpath,{library}"),
        ]
        names = set()
        paths = [path for row in rows if (path := self.path(folder, row)).exists()]
        brought = runtime.files("c", ".c")
        for path in paths + brought:
            names.update(re.findall(r"\b(?:LAPACKE|cblas)_\w+", path.read_text()))
        folder.joinpath("prefix.h").write_text("".join(f"#define {name} scipy_{name}\n" for name in sorted(names)))

        every = runtime.joined(brought, '#include "{}"', folder / "c" / "runtime.c")
        # No program uses all of them.
        built(["cc", "-fsyntax-only", str(every), *self.flags, "-Wno-unused-function"])

        def compiled(path: Path) -> str | None:
            command = ["cc", str(path), "-o", str(path.with_suffix(".so")), *self.flags, "-lscipy_openblas", "-lm"]
            try:
                built(command)
            except Mismatch as mismatch:
                return str(mismatch)
            return None

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            self.errors = dict(zip(paths, pool.map(compiled, paths)))

    def load(self, path: Path, row: dict):
        if self.errors[path]:
            raise Mismatch(self.errors[path])
        library = ctypes.CDLL(str(path.with_suffix(".so")))
        library.message.restype = ctypes.c_char_p
        head = re.search(r"^int value\((.*?)\);", path.read_text(), re.DOTALL | re.MULTILINE)
        parameters = [" ".join(parameter.split()) for parameter in head[1].split(",")][:-1]
        return SimpleNamespace(
            value=self.function(library, library.value, parameters, row),
            derivative=self.function(library, library.derivative, parameters, row),
        )

    def function(self, library, function, parameters: list[str], row: dict) -> Callable:
        sizes = [parameter.removeprefix("size_t ") for parameter in parameters if parameter.startswith("size_t ")]
        kinds = [parameter for parameter in parameters if not parameter.startswith("size_t ")]

        def called(shape: tuple[int, ...], given: dict[str, int] = SIZES, **inputs) -> np.ndarray:
            result = np.full(int(np.prod(shape)) + 1, CANARY)
            arguments = [ctypes.c_size_t(row.get("sizes", given)[name.rstrip("_")]) for name in sizes]
            arrays = [np.ascontiguousarray(inputs[name], dtype=float) for name in row["inputs"]]
            for kind, array in zip(kinds, arrays, strict=True):
                pointer = array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
                arguments.append(pointer if kind.startswith("const double *") else ctypes.c_double(array.item()))
            status = function(*arguments, result.ctypes.data_as(ctypes.POINTER(ctypes.c_double)))
            if status:
                raise ValueError(library.message(status).decode())
            if result[-1] != CANARY:
                raise Mismatch("written beyond the result")
            return result[:-1].reshape(shape)

        called.sizes = sizes
        return called

    def check_refusals(self, module, row: dict, inputs: Inputs, shapes: tuple) -> None:
        for function, shape in zip((module.value, module.derivative), shapes):
            for name in function.sizes:
                try:
                    function(shape, {**SIZES, name: 0}, **inputs)
                except ValueError as error:
                    if "size" not in str(error):
                        raise Mismatch(f"size {name} = 0: {error}") from None
                else:
                    raise Mismatch(f"size {name} = 0: no error")


class Rust(Compiled):
    name = "rust"
    extension = ".rs"

    def prepare(self, folder: Path, rows: list[dict]) -> None:
        paths = {row["id"]: path for row in rows if (path := self.path(folder, row)).exists()}
        main = folder / "rust" / "main.rs"
        modules = "".join(f'#[path = "{path.name}"]\nmod {name.lower()};\n' for name, path in paths.items())
        arms = []
        for name, path in paths.items():
            for function in ("value", "derivative"):
                head = re.search(rf"^pub fn {function}\((.*?)\) -> ", path.read_text(), re.DOTALL | re.MULTILINE)
                kinds = re.findall(r": (MatRef<'_, f64>|ColRef<'_, f64>|f64|usize)", head[1])
                reads = {"MatRef<'_, f64>": "matrix({}).as_ref()", "ColRef<'_, f64>": "column({}).as_ref()", "f64": "given[{}].1[0]"}
                arguments = ", ".join(reads[kind].format(place if kind == "f64" else f"&given[{place}]") for place, kind in enumerate(kinds))
                arms.append(
                    f'        "{name} {function}" => {name.lower()}::{function}({arguments}).map(Shown::shown).map_err(|e| e.to_string()),'
                )
        tensors = "".join(
            f"impl<const K: usize> Shown for {name.lower()}::Tensor<K> {{\n"
            "    fn shown(self) -> (Vec<usize>, Vec<f64>) {\n        (self.sizes.to_vec(), self.entries)\n    }\n}\n"
            for name, path in paths.items()
            if "pub struct Tensor" in path.read_text()
        )
        main.write_text(MAIN.replace("MODULES", modules).replace("ARMS", "\n".join(arms)).replace("TENSORS", tensors))
        # What wrote the programs was built with the same faer.
        profile = os.environ.get("BELTRAMI_PROFILE", "release")
        build = ["cargo", "build", "--quiet", "--profile", profile, "--package", "beltrami", "--example", "emit"]
        artifacts = built([*build, "--message-format=json"], cwd=ROOT)
        messages = [json.loads(line) for line in artifacts.splitlines() if line.startswith("{")]
        faer = next(m for m in messages if m.get("reason") == "compiler-artifact" and m["target"]["name"] == "faer")
        rlib = next(name for name in faer["filenames"] if name.endswith(".rlib"))
        program = folder / "rust" / "main"
        rustc = ["rustc", "--edition=2024", "-Dwarnings", "-Copt-level=0", "-Cdebuginfo=0", "--extern", f"faer={rlib}"]
        rustc += ["-L", f"dependency={Path(rlib).parent}"]
        every = runtime.joined(runtime.files("rust", ".rs"), 'include!("{}");', folder / "rust" / "runtime.rs")
        # No module uses all of them.
        built([*rustc, "-Adead_code", "--crate-type=lib", "--emit=metadata", "-o", str(every.with_suffix(".rmeta")), str(every)])
        built([*rustc, "-o", str(program), str(main)])
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def load(self, path: Path, row: dict):
        return SimpleNamespace(value=self.function("value", row), derivative=self.function("derivative", row))

    def function(self, name: str, row: dict) -> Callable:
        def called(shape: tuple[int, ...], **inputs) -> np.ndarray:
            words = [row["id"], name]
            for array in (np.asarray(inputs[key], dtype=float) for key in row["inputs"]):
                words += [str(array.ndim), *map(str, array.shape), *(repr(float(x)) for x in array.ravel())]
            print(*words, file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline().split()
            if not answer:
                raise Mismatch("the program ended")
            if answer[0] == "error":
                raise ValueError(" ".join(answer[1:]))
            axes = int(answer[1])
            sizes = tuple(map(int, answer[2 : 2 + axes]))
            return np.array([float(word) for word in answer[2 + axes :]]).reshape(sizes)

        return called

    def check_refusals(self, module, row: dict, inputs: Inputs, shapes: tuple) -> None:
        for function, shape in zip((module.value, module.derivative), shapes):
            for name, array in inputs.items():
                for axis in range(np.ndim(array)):
                    empty = np.take(array, [], axis=axis)
                    try:
                        function(shape, **{**inputs, name: empty})
                    except ValueError as error:
                        if "expected" not in str(error):
                            raise Mismatch(f"{name} of shape {empty.shape}: {error}") from None
                    else:
                        raise Mismatch(f"{name} of shape {empty.shape}: no error")


MAIN = """\
//! Calls the printed modules: a line of a row, a function and arrays gives a line of an array, or of an error.

use faer::{Col, Mat};

MODULES
type Array = (Vec<usize>, Vec<f64>);

trait Shown {
    fn shown(self) -> Array;
}

impl Shown for f64 {
    fn shown(self) -> Array {
        (vec![], vec![self])
    }
}

impl Shown for Col<f64> {
    fn shown(self) -> Array {
        (vec![self.nrows()], self.iter().copied().collect())
    }
}

impl Shown for Mat<f64> {
    fn shown(self) -> Array {
        let entries = (0..self.nrows()).flat_map(|i| (0..self.ncols()).map(move |j| (i, j)));
        (vec![self.nrows(), self.ncols()], entries.map(|at| self[at]).collect())
    }
}

TENSORS
fn matrix(array: &Array) -> Mat<f64> {
    Mat::from_fn(array.0[0], array.0[1], |i, j| array.1[i * array.0[1] + j])
}

fn column(array: &Array) -> Col<f64> {
    Col::from_fn(array.0[0], |i| array.1[i])
}

fn answer(line: &str) -> Result<Array, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut numbers = words[2..].iter();
    let mut given: Vec<Array> = Vec::new();
    while let Some(axes) = numbers.next() {
        let sizes: Vec<usize> = numbers.by_ref().take(axes.parse().unwrap()).map(|n| n.parse().unwrap()).collect();
        let count = sizes.iter().product();
        given.push((sizes, numbers.by_ref().take(count).map(|x| x.parse().unwrap()).collect()));
    }
    match format!("{} {}", words[0], words[1]).as_str() {
ARMS
        other => panic!("no function {other}"),
    }
}

fn main() {
    for line in std::io::stdin().lines() {
        match answer(&line.unwrap()) {
            Ok((sizes, entries)) => {
                let sizes: Vec<String> = sizes.iter().map(|n| n.to_string()).collect();
                let entries: Vec<String> = entries.iter().map(|x| format!("{x:?}")).collect();
                println!("ok {} {} {}", sizes.len(), sizes.join(" "), entries.join(" "));
            }
            Err(reason) => println!("error {reason}"),
        }
    }
}
"""
