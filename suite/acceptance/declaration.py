"""Declarations as the command line takes them, and random data of the declared types."""

import re
from dataclasses import dataclass

import numpy as np


# Sizes of entries and what is added to them.
STYLES = ((1, 0), (0.3, 0), (2, 0), (0.2, 0.5), (1, 4), (0.5, 2), (4, 0), (0.3, 8), (1, -4), (0.2, 25), (0.03, 0.92), (0.03, 3))


@dataclass(frozen=True)
class Variable:
    """A declaration, such as `x: vector(n) > 0`."""

    name: str
    kind: str
    axes: tuple[str, ...]
    condition: str

    def direction(self, convention: str) -> str:
        """The type of what may be added to a value, or is a direction by all entries."""
        kind = "symmetric" if self.kind == "spd" else self.kind
        plain = kind == "orthogonal" or convention == "ambient" and len(self.axes) == 1 and kind not in ("vector", "row")
        axes = self.axes * 2 if plain else self.axes
        return f"{'matrix' if plain else kind}({','.join(axes)})" if axes else kind

    def draw(self, random: np.random.Generator, sizes: dict[str, int], attempt: int) -> np.ndarray:
        """A value with two axes; later attempts are larger, smaller, or shifted, for functions that exist there alone."""
        axes = [product(axis, sizes) for axis in self.axes]
        shape = {"scalar": (1, 1), "vector": (*axes, 1), "row": (1, *axes)}.get(self.kind, (*axes, *axes)[:2])
        # At first all variables of a case alike, then each in its own way.
        scale, shift = STYLES[attempt if attempt < len(STYLES) else random.integers(len(STYLES))]
        if match := re.fullmatch(r"in\s*[(\[](.*),(.*)[)\]]", self.condition):
            low, high = (float(end) for end in match.groups())
            return random.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low), shape)
        value = scale * random.standard_normal(shape)
        match self.kind:
            case "spd":
                return value @ value.T / len(value) + (0.3 + abs(shift)) * np.eye(len(value))
            case "symmetric":
                value = (value + value.T) / 2
            case "skew":
                return (value - value.T) / 2
            case "orthogonal":
                # Determinants of both signs.
                return np.linalg.qr(random.standard_normal(shape))[0]
            case "diagonal":
                value = np.diag(np.diag(value) + np.sign(np.diag(value)) * 0.2)
                shift *= np.eye(len(value))
            case "lower" | "upper":
                part = np.tril if self.kind == "lower" else np.triu
                value = part(value) + np.eye(len(value))
                shift = shift * part(np.ones(shape))
            case "matrix" if shape[0] == shape[1] and attempt % 2 == 0:
                # Far enough from singular for inverses and logarithms.
                value = value + 1.5 * np.eye(len(value))
        value = value + shift
        if self.condition.startswith(">"):
            return np.abs(value) + (value != 0) * 0.2
        if self.condition.startswith("<"):
            return -np.abs(value) - (value != 0) * 0.2
        if self.condition == "+-1":
            return np.where(value > 0, 1.0, -1.0)
        return value


def names_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", text))


def product(axis: str, sizes: dict[str, int]) -> int:
    """A size: a number, a name, or a product or sum of them."""
    total = 0
    for term in axis.split("+"):
        factors = [sizes.get(part.strip()) or int(part) for part in term.split("*")]
        total += int(np.prod(factors))
    return total


def read(declarations: str) -> list[Variable]:
    """The variables of a list of declarations."""
    found = []
    # Commas within brackets belong to sizes and intervals.
    for declaration in re.split(r",(?![^(\[]*[)\]])", declarations):
        if not declaration.strip():
            continue
        match = re.fullmatch(r"\s*(\w+)\s*:\s*([a-z]+)\s*(?:\(([^)]*)\))?\s*(.*?)\s*", declaration)
        name, kind, axes, condition = match.groups()
        found.append(Variable(name, kind, tuple(a.strip() for a in axes.split(",")) if axes else (), condition))
    return found
