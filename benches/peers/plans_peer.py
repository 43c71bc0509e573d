"""The peers of plans.py, in one process, with Beltrami and tensorgrad beside them in others: a line of JSON for each row."""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from plans_problem import JAX, TORCH, Problem, problems

if JAX:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
if TORCH:
    import torch

ROUNDS = 3
# One call says enough of what takes so many seconds,
SLOW = 2.0
# and a call that a smaller problem lets expect so many is left out.
PATIENCE = 20.0
# Bytes that PyTorch may take for a call.
MEMORY = 8 << 30
# A wrong formula is wrong by far more than rounding.
TOLERANCE = {True: 1e-3, False: 1e-8}


class Other:
    """A program that answers a line of JSON with a line of JSON."""

    def __init__(self, *command: object):
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer(self, request: dict) -> dict:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the program ended with {self.process.wait()}")
        return json.loads(line)


class Seen:
    """How long a peer took for the last problem of a family, from which follows how long it will take for the next one."""

    def __init__(self) -> None:
        self.last: dict[tuple, tuple[float, float]] = {}

    def expected(self, peer: str, problem: Problem) -> float:
        work, seconds = self.last.get(self.key(peer, problem), (1.0, 0.0))
        return seconds * problem.work / work

    def measured(self, peer: str, problem: Problem) -> float | None:
        """The seconds of the same call."""
        work, seconds = self.last.get(self.key(peer, problem), (0.0, 0.0))
        return seconds if work == problem.work else None

    def add(self, peer: str, problem: Problem, seconds: float) -> None:
        self.last[self.key(peer, problem)] = (problem.work, seconds)

    def key(self, peer: str, problem: Problem) -> tuple:
        return (peer, problem.family, problem.what, problem.single)


def best(call: Callable[[], object], seconds: float) -> float:
    times: list[float] = []
    began = time.perf_counter()
    spent = 0.0
    while not times or spent < (1.0 if len(times) < 3 else seconds) and len(times) < 500:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
        spent = time.perf_counter() - began
    return min(times)


@contextmanager
def limited(memory: int) -> Iterator[None]:
    """Refuses more memory than that; what does not fit raises an error and does not take the machine down."""
    lines = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData"))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + memory, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def roof(bytes_moved: float, flops: float, single: bool, threads: int, seconds: float) -> float:
    """Seconds below which nothing of this size can stay: a copy of as many bytes, or a matrix product of as many flops."""
    dtype = np.dtype(np.float32 if single else np.float64)
    source = np.ones(max(int(bytes_moved / dtype.itemsize / 2), 1), dtype)
    target = np.empty_like(source)
    copy = best(lambda: np.copyto(target, source), seconds)
    if threads > 1:
        # NumPy copies with one thread.
        pieces = list(zip(np.array_split(target, threads), np.array_split(source, threads)))
        with ThreadPoolExecutor(threads) as pool:
            copy = min(copy, best(lambda: list(pool.map(lambda piece: np.copyto(*piece), pieces)), seconds))
    square = np.ones((768, 768), dtype)
    product = np.empty_like(square)
    rate = 2 * 768**3 / best(lambda: np.matmul(square, square, out=product), seconds)
    return max(copy, flops / rate)


def calls(problem: Problem, values: dict[str, np.ndarray]) -> dict[str, Callable[[], object]]:
    """A call for each peer of this process."""

    def itself(function: Callable, argnums: int) -> Callable:
        return function

    place = list(values).index(problem.by)
    found: dict[str, Callable[[], object]] = {"numpy": lambda: (problem.parts or problem.hand)(**values)}
    if JAX:
        derive = {"gradient": jax.grad, "Hessian": jax.hessian, "Jacobian": jax.jacfwd, "Newton step": itself}[problem.what]
        inputs = [jnp.asarray(value) for value in values.values()]
        own = jax.jit(derive(problem.function(jnp), argnums=place))
        if problem.formula is not None:
            formula = jax.jit(problem.formula)
            found["jax formula"] = lambda: jax.block_until_ready(formula(*inputs))
        found["jax"] = lambda: jax.block_until_ready(own(*inputs))
    if TORCH:
        func = torch.func

        # Forwards over backwards, as in `torch.func.hessian`, takes up to 30 times as long for products with a column.
        def twice(function: Callable, argnums: int) -> Callable:
            return func.jacrev(func.grad(function, argnums), argnums)

        derive = {"gradient": func.grad, "Hessian": twice, "Jacobian": func.jacrev, "Newton step": itself}[problem.what]
        tensors = [torch.from_numpy(value) for value in values.values()]
        differentiated = derive(problem.function(torch), argnums=place)
        found["torch"] = lambda: differentiated(*tensors)
    return found


class Peers:
    """The peers of this process on one problem: a call for each that gives the right result, and its best time."""

    def __init__(self, problem: Problem, values: dict[str, np.ndarray], expected: np.ndarray, seen: Seen, seconds: float):
        self.seen, self.problem, self.seconds = seen, problem, seconds
        self.first: dict[str, float] = {}
        self.best: dict[str, float] = {}
        self.marks: dict[str, str] = {}
        self.calls = calls(problem, values)
        for name, call in self.calls.items():
            mark = self.begin(name, call, expected)
            if mark:
                self.marks[name] = mark
        self.calls = {name: call for name, call in self.calls.items() if name not in self.marks and name not in self.best}

    def begin(self, name: str, call: Callable[[], object], expected: np.ndarray) -> str:
        """The first call, with what is to be said of a peer that has no time; one that takes long has its time here."""
        if name in ("jax", "torch"):
            # Compressed or not, what they do is the same.
            known = self.seen.measured(name, self.problem)
            if known is not None and known > self.seconds:
                self.best[name] = known
                return ""
            if self.seen.expected(name, self.problem) > PATIENCE:
                return "left out"
        try:
            with limited(MEMORY if name == "torch" else 1 << 40):
                start = time.perf_counter()
                result = call()
                self.first[name] = time.perf_counter() - start
                if self.first[name] > SLOW:
                    # The first call of JAX compiles.
                    start = time.perf_counter()
                    result = call()
                    spent = time.perf_counter() - start
                    if spent > SLOW:
                        self.best[name] = spent
        except (RuntimeError, MemoryError) as error:
            print(f"{self.problem.name} {self.problem.what}, {name}: {error}"[:300], file=sys.stderr, flush=True)
            return "out of memory" if "memory" in str(error) else "fails"
        # Parts are no dense result; the dense one by hand is made of them.
        parts = name == "numpy" and self.problem.parts is not None
        return "wrong" if not parts and wrong(np.asarray(result), expected, self.problem.single) else ""

    def again(self) -> None:
        for name, call in self.calls.items():
            self.best[name] = min(self.best.get(name, float("inf")), best(call, self.seconds))

    def done(self) -> dict[str, float]:
        """The best times, of those with a right result."""
        found = {name: seconds for name, seconds in self.best.items() if name not in self.marks}
        for name in ("jax", "torch"):
            if name in found:
                self.seen.add(name, self.problem, found[name])
        return found


def wrong(result: np.ndarray, expected: np.ndarray, single: bool) -> bool:
    return not distance(result, expected) <= TOLERANCE[single]


def distance(result: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, relative to the largest entry; NaN where an entry is."""
    if result.size != expected.size:
        return float("inf")
    return float(np.abs(np.asarray(result, np.float64).ravel() - expected.ravel()).max() / np.abs(expected).max())


class Tensorgrad:
    """tensorgrad on one problem. Its derivative is compiled as it is and simplified before; the faster that is right counts."""

    def __init__(self, program: Other, request: dict, expected: np.ndarray):
        self.program, self.request, self.expected = program, request, expected
        # By whether it was simplified: the answer with the best time, or what is to be said instead.
        self.answers: dict[bool, dict] = {}
        self.failures: dict[bool, str] = {}
        for simplified in (False, True):
            self.begin(simplified)

    def begin(self, simplified: bool) -> None:
        answer = self.ask(simplified)
        if "failed" in answer:
            reason = answer["failed"]
            print(f"tensorgrad, {simplified=}: {reason}", file=sys.stderr, flush=True)
            kinds = {"memory": "out of memory", "Timeout": "over the limit"}
            self.failures[simplified] = next((mark for word, mark in kinds.items() if word in reason), "fails")
        elif wrong(np.fromfile(self.request["out"]), self.expected, self.request["single"]):
            self.failures[simplified] = "wrong"
        else:
            self.answers[simplified] = answer

    def ask(self, simplified: bool) -> dict:
        return self.program.answer({**self.request, "simplified": simplified})

    def again(self) -> None:
        for simplified, answer in self.answers.items():
            if answer["best"] < SLOW:
                answer["best"] = min(answer["best"], self.ask(simplified).get("best", SLOW))

    def fastest(self) -> dict | None:
        return min(self.answers.values(), key=lambda answer: answer["best"], default=None)

    def mark(self) -> str:
        if not self.answers:
            return "wrong" if "wrong" in self.failures.values() else self.failures[True]
        if "wrong" not in self.failures.values():
            return ""
        return "wrong if simplified" if True in self.failures else "wrong unless simplified"


def dense(problem: Problem, found: np.ndarray) -> np.ndarray:
    """Rows and columns of a Kronecker form stack columns."""
    if problem.what != "Hessian" or problem.values[problem.by].ndim != 2:
        return found
    m, n = problem.values[problem.by].shape
    return found.reshape(n, m, n, m).transpose(1, 0, 3, 2)


def row(problem: Problem, ours: Other, tensorgrad: Other | None, seen: Seen, asked: argparse.Namespace, seconds: float) -> dict:
    dtype = np.float32 if problem.single else np.float64
    values = {name: value.astype(dtype) for name, value in problem.values.items()}
    files = {name: str(asked.folder / f"{name}.bin") for name in values}
    for name, value in values.items():
        value.astype(np.float64).tofile(files[name])
    request = {
        "expression": problem.expression,
        "declarations": problem.declarations,
        "sizes": problem.sizes,
        "by": [problem.by],
        "order": {"Hessian": 2, "Newton step": 0}.get(problem.what, 1),
        "kron": problem.what in ("Hessian", "Jacobian"),
        "value": False,
        "data": files,
        "constant": [],
        "single": problem.single,
        "threads": asked.threads,
        "seconds": seconds,
        "out": str(asked.folder / "ours.bin"),
        "compressed": problem.parts is not None,
    }
    expected = np.asarray(problem.hand(**values), dtype=np.float64)
    others = Peers(problem, values, expected, seen, seconds)
    own: dict = {}
    rival: Tensorgrad | None = None
    for _ in range(ROUNDS):
        answer = ours.answer(request)
        own = {**answer, "best": min(answer["best"], own.get("best", float("inf")))}
        if rival is not None:
            rival.again()
        elif tensorgrad is not None and problem.parts is None:
            out = str(asked.folder / "tensorgrad.bin")
            rival = Tensorgrad(tensorgrad, {**request, "family": problem.family, "out": out}, expected)
        others.again()
    peers, marks = others.done(), others.marks
    fastest = rival.fastest() if rival is not None else None
    if fastest is not None:
        peers["tensorgrad"] = fastest["best"]
    if rival is not None and rival.mark():
        marks["tensorgrad"] = rival.mark()
    difference = distance(dense(problem, np.fromfile(request["out"])), expected)
    if not difference <= TOLERANCE[problem.single]:
        sys.exit(f"{problem.name} {problem.what}: Beltrami differs from NumPy by {difference:.0e}")
    print(f"{problem.name} {problem.what}: {own['text'][:200]}\n{own['plan']}", file=sys.stderr, flush=True)
    steps = ("deriving", "compiling", "first")
    return {
        "problem": problem.name,
        "family": problem.family,
        "what": problem.what,
        "compressed": problem.parts is not None,
        "precision": "f32" if problem.single else "f64",
        "threads": asked.threads,
        "ours": own,
        "peers": peers,
        "marks": marks,
        "first": {"jax": others.first.get("jax"), "tensorgrad": {name: fastest[name] for name in steps} if fastest else {}},
        "roof": roof(own["bytes"], own["flops"], problem.single, asked.threads, seconds) if "bytes" in own else None,
        "difference": difference,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("ours")
    parser.add_argument("folder", type=Path)
    parser.add_argument("threads", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--tensorgrad", help="an interpreter that has it")
    asked = parser.parse_args()
    if TORCH:
        torch.set_num_threads(asked.threads)
        # The first derivative of all loads modules.
        torch.func.jacrev(torch.func.grad(lambda x: (x**3).sum()))(torch.ones(2))
    # Exponentials that overflow to infinity have the right reciprocal.
    np.seterr(over="ignore")
    ours = Other(asked.ours)
    script = Path(__file__).with_name("plans_tensorgrad.py")
    tensorgrad = Other(asked.tensorgrad, script) if asked.tensorgrad else None
    seen = Seen()
    for problem in problems(asked.quick):
        if asked.only in f"{problem.name} {problem.what}":
            found = row(problem, ours, tensorgrad, seen, asked, 0.1 if asked.quick else 0.2)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
