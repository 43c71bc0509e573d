"""The part of Julia that printed files are written in, evaluated with NumPy over tree-sitter's syntax tree.

Julia itself comes from no registry that the other tools come from. The grammar of tree-sitter says whether a file is Julia, and
this evaluator, written from the documentation of the language and apart from Beltrami, what it computes: arrays have their
entries by columns, broadcasting adds axes at the end, indices count from 1.
"""

import math
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import runtime
from julia_function import ENTRYWISE, FUNCTIONS, INFIX, Product, adjoint, arranged, broadcast, chosen, copied, listed, size
from library import Inputs, Library, Mismatch


class Returned(Exception):
    """A `return`, on its way to the call."""

    def __init__(self, value: object):
        super().__init__()
        self.value = value


class Continued(Exception):
    """A `continue`, on its way to the loop."""


Scope = dict[str, object]


class Evaluator:
    """Evaluates nodes; a method for each kind."""

    def __init__(self, tree: object):
        self.globals: Scope = {**FUNCTIONS, "I": 1.0, "pi": math.pi, "nothing": None}
        for node in copied(tree.root_node).named_children:
            if node.type in ("function_definition", "assignment"):
                self.of(node, self.globals)
            elif node.type not in ("string_literal", "line_comment", "using_statement"):
                raise Mismatch(f"{node.type} at the top of a file")

    def of(self, node: object, scope: Scope) -> object:
        method = getattr(self, node.type, None)
        if method is None:
            raise Mismatch(f"Julia's {node.type}: {node.text.decode()}")
        return method(node, scope)

    def block(self, nodes: list, scope: Scope) -> object:
        value = None
        for node in nodes:
            value = self.of(node, scope)
        return value

    # Names and literals.

    def identifier(self, node: object, scope: Scope) -> object:
        name = node.text.decode()
        if name in scope:
            return scope[name]
        return self.globals[name]

    def integer_literal(self, node: object, scope: Scope) -> int:
        return int(node.text)

    def float_literal(self, node: object, scope: Scope) -> float:
        return float(node.text)

    def string_literal(self, node: object, scope: Scope) -> str:
        return node.text.decode().strip('"')

    def operator(self, node: object, scope: Scope) -> object:
        if node.text != b":":
            raise Mismatch(f"the operator {node.text.decode()} alone")
        return slice(None)

    # Functions.

    def function(self, parameters: object, body: list, scope: Scope) -> Callable:
        names, rest = [], None
        for node in parameters.named_children:
            if node.type == "splat_expression":
                rest = node.named_children[0].text.decode()
            else:
                names.append((node.named_children[0] if node.type == "typed_expression" else node).text.decode())

        def called(*args: object, **keywords: object) -> object:
            if rest is None and len(args) + len(keywords) != len(names):
                raise TypeError(f"{len(args) + len(keywords)} arguments for {names}")
            if set(keywords) - set(names):
                raise TypeError(f"unexpected keywords among {sorted(keywords)}")
            inner = {**(scope if scope is not self.globals else {}), **dict(zip(names, args)), **keywords}
            if rest is not None:
                inner[rest] = tuple(args[len(names) :])
            try:
                return self.block(body, inner)
            except Returned as returned:
                return returned.value

        return called

    def function_definition(self, node: object, scope: Scope) -> None:
        signature, *body = node.named_children
        name, parameters = signature.named_children[0].named_children
        scope[name.text.decode()] = self.function(parameters, body, scope)

    def arrow_function_expression(self, node: object, scope: Scope) -> Callable:
        parameters, body = node.named_children
        if parameters.type == "identifier":
            # One parameter needs no parentheses.
            parameters = SimpleNamespace(named_children=[parameters])
        return self.function(parameters, [body], scope)

    def call_expression(self, node: object, scope: Scope) -> object:
        name, *rest = node.named_children
        args, keywords = self.arguments(rest[0], scope)
        if name.type == "operator" and name.text == b"-" and len(args) == 1:
            # `-(x)` is a call.
            return -args[0]
        if len(rest) > 1:
            parameters, *body = rest[1].named_children
            args.insert(0, self.function(parameters, body, scope))
        return self.of(name, scope)(*args, **keywords)

    def broadcast_call_expression(self, node: object, scope: Scope) -> object:
        name, rest = node.named_children
        args, _ = self.arguments(rest, scope)
        return broadcast(self.of(name, scope), *args)

    def arguments(self, node: object, scope: Scope) -> tuple[list, dict]:
        args, keywords = [], {}
        children = node.named_children
        if len(children) == 2 and children[1].type == "for_clause":
            return [self.generated(children, scope)], {}
        for child in children:
            if child.type == "named_argument":
                name, value = child.named_children[0], child.named_children[-1]
                keywords[name.text.decode()] = self.of(value, scope)
            elif child.type == "splat_expression":
                args.extend(listed(self.of(child.named_children[0], scope)))
            else:
                args.append(self.of(child, scope))
        return args, keywords

    # Operators.

    def binary_expression(self, node: object, scope: Scope) -> object:
        left, sign, right = node.named_children
        sign = sign.text.decode()
        if sign in ("&&", "||"):
            value = self.of(left, scope)
            return value if bool(value) == (sign == "||") else self.of(right, scope)
        a, b = self.of(left, scope), self.of(right, scope)
        if sign.startswith("."):
            if sign == ".!=":
                return a != b
            return broadcast(ENTRYWISE.get(sign[1:], INFIX[sign[1:]]), a, b)
        return INFIX[sign](a, b)

    def unary_expression(self, node: object, scope: Scope) -> object:
        sign, value = node.named_children
        if sign.text != b"-":
            raise Mismatch(f"the sign {sign.text.decode()}")
        return -self.of(value, scope)

    def juxtaposition_expression(self, node: object, scope: Scope) -> object:
        a, b = node.named_children
        return self.of(a, scope) * self.of(b, scope)

    def adjoint_expression(self, node: object, scope: Scope) -> object:
        return adjoint(self.of(node.named_children[0], scope))

    def parenthesized_expression(self, node: object, scope: Scope) -> object:
        return self.of(node.named_children[0], scope)

    def ternary_expression(self, node: object, scope: Scope) -> object:
        condition, yes, no = node.named_children
        return self.of(yes if self.of(condition, scope) else no, scope)

    def field_expression(self, node: object, scope: Scope) -> object:
        value, field = node.named_children
        return getattr(self.of(value, scope), field.text.decode())

    def range_expression(self, node: object, scope: Scope) -> np.ndarray:
        first, last = node.named_children[0], node.named_children[-1]
        start, stop, step = self.of(first, scope), self.of(last, scope), 1
        if first.type == "range_expression":
            start, step = (self.of(part, scope) for part in first.named_children)
        count = max(int((stop - start) // step) + 1, 0)
        return [start + k * step for k in range(count)]

    def open_tuple(self, node: object, scope: Scope) -> tuple:
        return tuple(self.of(child, scope) for child in node.named_children)

    tuple_expression = open_tuple

    # Arrays.

    def vector_expression(self, node: object, scope: Scope) -> list:
        entries, _ = self.arguments(node, scope)
        return entries

    def places(self, node: object, array: object, scope: Scope) -> tuple:
        sizes = np.shape(array) if isinstance(array, np.ndarray) else (len(array),)
        found = []
        for length, child in zip(sizes, node.named_children, strict=True):
            place = self.of(child, {**scope, "end": length})
            if isinstance(place, (int, np.integer)) and not isinstance(place, (bool, np.bool_)):
                if not 1 <= place <= length:
                    raise IndexError(f"index {place} of {length}")
                place -= 1
            elif isinstance(place, list):
                place = chosen(place) if place and isinstance(place[0], int) else place
            found.append(place)
        return tuple(found)

    def index_expression(self, node: object, scope: Scope) -> object:
        base, places = node.named_children
        array = self.of(base, scope)
        if isinstance(array, tuple):
            return array[self.of(places.named_children[0], scope) - 1]
        at = self.places(places, array, scope)
        if isinstance(array, list):
            (place,) = at
            return [entry for entry, kept in zip(array, place) if kept] if isinstance(place, np.ndarray) else array[place]
        mask = [part for part in at if isinstance(part, list)]
        if any(isinstance(part, np.ndarray) for part in at):
            at = np.ix_(*(np.arange(length)[part] for length, part in zip(array.shape, at)))
        return array[np.array(mask[0], dtype=bool)] if mask else array[at]

    def generated(self, children: list, scope: Scope) -> list:
        entry, clause = children
        bindings = [binding.named_children for binding in clause.named_children]
        ranges = [self.of(binding[-1], scope) for binding in bindings]
        inner, found = dict(scope), []
        for at in product(*ranges):
            for binding, value in zip(bindings, at):
                self.bind(binding[0], value, inner)
            found.append(self.of(entry, inner))
        return found

    def comprehension_expression(self, node: object, scope: Scope) -> np.ndarray:
        clause = node.named_children[1]
        ranges = [self.of(binding.named_children[-1], scope) for binding in clause.named_children]
        sizes = [size for values in ranges for size in (values.sizes if isinstance(values, Product) else [len(values)])]
        return arranged(self.generated(node.named_children, scope), sizes)

    # Statements.

    def assignment(self, node: object, scope: Scope) -> None:
        target, _, value = node.named_children
        if target.type == "call_expression":
            name, parameters = target.named_children
            scope[name.text.decode()] = self.function(parameters, [value], scope)
            return
        self.bind(target, self.of(value, scope), scope)

    def bind(self, target: object, value: object, scope: Scope) -> None:
        if target.type in ("open_tuple", "tuple_expression"):
            scope.update(zip([child.text.decode() for child in target.named_children], value, strict=True))
        elif target.type == "index_expression":
            base, places = target.named_children
            array = self.of(base, scope)
            array[self.places(places, array, scope)] = value
        else:
            scope[target.text.decode()] = value

    def compound_assignment_expression(self, node: object, scope: Scope) -> None:
        target, sign, value = node.named_children
        value = INFIX[sign.text.decode()[:-1]](self.of(target, scope), self.of(value, scope))
        self.bind(target, value, scope)

    def return_statement(self, node: object, scope: Scope) -> None:
        raise Returned(self.of(node.named_children[0], scope) if node.named_children else None)

    def continue_statement(self, node: object, scope: Scope) -> None:
        raise Continued

    def for_statement(self, node: object, scope: Scope) -> None:
        binding, *body = node.named_children
        name, values = binding.named_children[0].text.decode(), binding.named_children[-1]
        for value in self.of(values, scope):
            scope[name] = value
            try:
                self.block(body, scope)
            except Continued:
                continue

    def while_statement(self, node: object, scope: Scope) -> None:
        condition, *body = node.named_children
        while self.of(condition, scope):
            self.block(body, scope)

    def line_comment(self, node: object, scope: Scope) -> None:
        return None


class Julia(Library):
    """Printed Julia, read by tree-sitter and evaluated here."""

    name = "julia"
    draws = 1
    python = False

    def prepare(self, folder: Path, rows: list[dict]) -> None:
        import tree_sitter
        import tree_sitter_julia

        self.parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_julia.language()))
        for path in runtime.files("julia", ".jl"):
            if self.parser.parse(path.read_bytes()).root_node.has_error:
                raise Mismatch(f"{path.name} is not Julia, says its grammar")

    def path(self, folder: Path, row: dict) -> Path:
        return folder / self.name / f"{row['id']}.jl"

    def load(self, path: Path, row: dict) -> SimpleNamespace:
        tree = self.parser.parse(path.read_bytes())
        if tree.root_node.has_error:
            raise Mismatch("not Julia, says its grammar")
        functions = Evaluator(tree).globals
        # Names that Julia keeps for itself have an underscore after them.
        spelled = lambda inputs: {name if not name in KEYWORDS else f"{name}_": value for name, value in inputs.items()}
        return SimpleNamespace(
            value=lambda **inputs: functions["value"](**spelled(inputs)),
            derivative=lambda **inputs: functions["derivative"](**spelled(inputs)),
        )

    def run(self, module: SimpleNamespace, inputs: Inputs, shapes: tuple) -> tuple:
        return module.value(**inputs), module.derivative(**inputs)

    def check_refusals(self, module: SimpleNamespace, row: dict, inputs: Inputs, shapes: tuple) -> None:
        for function in (module.value, module.derivative):
            for name in inputs:
                others = {other: value for other, value in inputs.items() if other != name}
                try:
                    function(**others)
                except TypeError:
                    continue
                raise Mismatch(f"without {name}: no error")


KEYWORDS = ("I", "end", "let", "in", "type")
