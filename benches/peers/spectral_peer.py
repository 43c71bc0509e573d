"""Times the peers' spectral functions on one matrix: spectral_peer.py FILE M N RUNS FUNCTION OUT_FOLDER, JSON lines."""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")


def best(runs: int, call: Callable[[], object]) -> tuple[float, object]:
    result = call()
    seconds = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        result = call()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def newton_schulz(torch: object, g: object, dtype: object) -> object:
    """Five steps as torch.optim.Muon takes them."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(dtype)
    wide = x.size(0) > x.size(1)
    if wide:
        x = x.T
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.T
        update = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.addmm(x, update, x, beta=a)
    return x.T if wide else x


def main() -> None:
    file, m, n, runs, function, folder = sys.argv[1:]
    a = np.fromfile(file).reshape(int(m), int(n))
    runs = int(runs)
    single = a.astype(np.float32)
    calls: dict[str, Callable[[], object]] = {}
    import torch

    torch.set_num_threads(int(__import__("os").environ["OMP_NUM_THREADS"]))
    double, float32 = torch.from_numpy(a), torch.from_numpy(single)
    if function == "polar":
        import jax
        import scipy.linalg

        jax.config.update("jax_enable_x64", True)
        from jax.scipy.linalg import polar as jax_polar

        compiled = jax.jit(lambda x: jax_polar(x, method="qdwh" if a.shape[0] >= a.shape[1] else "svd")[0])
        for name, x, t in (("f32", single, float32), ("f64", a, double)):
            on_device = jax.device_put(x)
            calls[f"scipy.linalg.polar {name}"] = lambda x=x: scipy.linalg.polar(x)[0]
            calls[f"torch.linalg.svd {name}, U@Vh"] = lambda t=t: (lambda f: f[0] @ f[2])(torch.linalg.svd(t, full_matrices=False))
            if hasattr(torch.linalg, "polar"):
                tall = t if t.shape[0] >= t.shape[1] else t.T
                calls[f"torch.linalg.polar {name}"] = lambda tall=tall: torch.linalg.polar(tall)[0]
            calls[f"jax.scipy.linalg.polar {name}"] = lambda x=on_device: compiled(x).block_until_ready()
        calls["torch Newton–Schulz f32, 5 steps"] = lambda: newton_schulz(torch, float32, torch.float32)
        calls["torch Newton–Schulz bf16, 5 steps"] = lambda: newton_schulz(torch, float32, torch.bfloat16)
    elif function == "svd":
        import scipy.linalg

        for name, x, t in (("f32", single, float32), ("f64", a, double)):
            calls[f"numpy.linalg.svd {name}"] = lambda x=x: np.linalg.svd(x, full_matrices=False)
            calls[f"scipy.linalg.svd {name}"] = lambda x=x: scipy.linalg.svd(x, full_matrices=False)
            calls[f"torch.linalg.svd {name}"] = lambda t=t: torch.linalg.svd(t, full_matrices=False)
    elif function == "values":
        import scipy.linalg

        calls["numpy.linalg.svd f64"] = lambda: np.linalg.svd(a, compute_uv=False)
        calls["scipy.linalg.svdvals f64"] = lambda: scipy.linalg.svdvals(a)
        calls["torch.linalg.svdvals f64"] = lambda: torch.linalg.svdvals(double)
    else:
        from sklearn.utils.extmath import randomized_svd

        for iterations in (2, 4, 7):
            name = f"sklearn randomized_svd, n_iter={iterations}"
            calls[name] = lambda i=iterations: randomized_svd(a, 50, n_iter=i, random_state=0)
    for name, call in calls.items():
        try:
            seconds, result = best(runs, call)
        except Exception as error:  # a peer that refuses is a row without a time
            print(json.dumps({"name": name, "refused": str(error)[:80]}))
            continue
        if isinstance(result, tuple):
            u, s, vt = (np.asarray(part, dtype=np.float64) for part in result[:3])
            result = (u * s) @ vt
        result = result.float().numpy() if hasattr(result, "float") and result.dtype == torch.bfloat16 else np.asarray(result)
        result = result if result.shape == a.shape or result.ndim == 1 else result.T
        path = Path(folder) / "peer.bin"
        np.ascontiguousarray(result, dtype=np.float64).tofile(path)
        error = reference_error(Path(folder), result)
        print(json.dumps({"name": name, "seconds": seconds, "error": error}), flush=True)


def reference_error(folder: Path, result: np.ndarray) -> float:
    expected = np.fromfile(folder / "reference.bin").reshape(result.shape)
    scale = float((folder / "scale.txt").read_text())
    return float(np.linalg.norm(np.asarray(result, dtype=np.float64) - expected) / scale)


main()
