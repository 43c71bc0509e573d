//! The functions of printed Python modules.

use crate::printed;
use crate::printed::statements;
use crate::reader;
use beltrami_print::{Module, target};

const NAMES: &str = "A: matrix(m,n); B: matrix(n,n); C: matrix(n,n); S: spd(n); L: lower(n); x: vector(n); y: vector(m); \
                     r: row(n); a: scalar; lambda: scalar";

fn printed(names: &str, written: &str, two_dimensional: bool) -> String {
    printed::printed("numpy", names, written, two_dimensional)
}

/// Compares the statements of `derivative` after the inputs are read.
fn check(written: &str, body: &str) {
    assert_eq!(statements("numpy", &printed(NAMES, written, false)).join("; "), body, "{written}");
}

#[test]
fn the_largest_entries_are_compared_with_the_largest_of_their_own_array() {
    check(
        "argmax(x)",
        "t0 = np.max(x); t1 = 0.5 * (x > t0) + 0.5 * (x >= t0); return t1 / np.sum(t1)",
    );
}

#[test]
fn vectors_come_first_in_products() {
    check("2*A'*(A*x - y)", "return 2 * (A.T @ (A @ x - y))");
    check("A*B*C*x", "return A @ (B @ (C @ x))");
    check("x'*B*x", "return float(x @ (B @ x))");
    check("y*x'", "return np.outer(y, x)");
    check("A*x*x'*B", "return np.outer(A @ x, x @ B)");
    check("A'*diag(y)*A*x", "return A.T @ (y * (A @ x))");
    check("diag(y)*A", "return y[:, None] * A");
    check("A*diag(x)", "return A * x");
    check("tr(B*C)", "return float(np.sum(B * C.T))");
}

#[test]
fn nothing_is_inverted() {
    check("inv(B)*x", "return np.linalg.solve(B, x)");
    check("r*inv(B)", "return np.linalg.solve(B.T, r)");
    check(
        "inv(B)^2*x",
        "t0 = _lu(B); return scipy.linalg.lu_solve(t0, scipy.linalg.lu_solve(t0, x))",
    );
    check("inv(B)*C*x", "return np.linalg.solve(B, C @ x)");
    check("x'*inv(B)*C", "return np.linalg.solve(B.T, x) @ C");
    check(
        "-inv(B)*C*inv(B)",
        "t0 = _lu(B); return -scipy.linalg.lu_solve(t0, scipy.linalg.lu_solve(t0, C).T, trans=1).T",
    );
    check(
        "x'*inv(B)*x + logdet(B)",
        "t0 = _lu(B); \
         return float(x @ scipy.linalg.lu_solve(t0, x) + np.sum(np.log(np.abs(np.diag(t0[0])))))",
    );
    check(
        "x'*inv(S)*x + logdet(S)",
        "t0 = scipy.linalg.cho_factor(S); \
         return float(x @ scipy.linalg.cho_solve(t0, x) + 2 * np.sum(np.log(np.diag(t0[0]))))",
    );
    check("inv(B)'", "return np.linalg.solve(B.T, np.eye(n))");
    check("inv(S)*x", "return scipy.linalg.cho_solve(scipy.linalg.cho_factor(S), x)");
    check("inv(L)*x", "return scipy.linalg.solve_triangular(L, x, lower=True)");
    check("x'*inv(L)", "return scipy.linalg.solve_triangular(L, x, lower=True, trans=\"T\")");
    check("B^(-2)*x", "return np.linalg.solve(np.linalg.matrix_power(B, 2), x)");
    check(
        "inv(S)*B*inv(S)",
        "t0 = scipy.linalg.cho_factor(S); return scipy.linalg.cho_solve(t0, scipy.linalg.cho_solve(t0, B).T).T",
    );
}

#[test]
fn what_is_used_twice_has_a_name() {
    check(
        "exp(x)/sum(exp(x)) - exp(x).*exp(x)/sum(exp(x))^2",
        "t0 = np.exp(x); t1 = np.sum(t0); return t0 / t1 - t0 * t0 / t1 ** 2",
    );
    check("A'*A", "return A.T @ A");
}

#[test]
fn einsums_and_shapes() {
    check("einsum(\"ij,jk->ik\", A, B)", "return np.einsum(\"ij,jk->ik\", A, B)");
    check(
        "einsum(\"ab,ij->(ai)(bj)\", A, B)",
        "return np.reshape(np.einsum(\"ij,kl->ikjl\", A, B), (m * n, n * n))",
    );
    check("einsum(\"i->ii\", x)", "return np.einsum(\"i,ij->ij\", x, np.eye(n))");
    check("kron(x, r)", "return np.kron(x[:, None], r[None, :])");
    check("x", "return np.array(x)");
    check("lambda*x", "return lambda_ * x");
}

#[test]
fn a_module_reads_its_inputs_and_checks_them() {
    let code = printed("A: matrix(m,n); x: vector(n)", "A*x", true);
    let expected = r#""""A*x and its derivative.

derivative by x: A*x
Vectors and rows are arrays of one axis, scalars are floats; all inputs are keywords.
"""

import numpy as np

__all__ = ["value", "derivative"]


def value(**inputs):
    """A*x"""
    A, x, m = _read(inputs)
    return A @ x


def derivative(**inputs):
    """A*x"""
    A, x, m = _read(inputs)
    return np.reshape(A @ x, (m, 1))


def _read(inputs):
    """The inputs as arrays and their sizes, checked."""
    names = ("A", "x")
    for name in inputs:
        if name not in names:
            raise TypeError(f"unexpected input {name}; the inputs are A, x")
    for name in names:
        if name not in inputs:
            raise TypeError(f"missing input {name}; the inputs are A, x")
    A = _array("A", inputs["A"], 2, "matrix(m, n)")
    x = _array("x", inputs["x"], 1, "vector(n)")
    m = A.shape[0]
    n = A.shape[1]
    _expect("x", x, (n,), "vector(n)")
    return (A, x, m)


def _expect(name, array, sizes, shape):
    if array.shape != sizes:
        raise ValueError(f"{name}: expected {shape}, here of shape {sizes}, got an array of shape {tuple(array.shape)}")


def _array(name, value, axes, shape):
    array = np.asarray(value, dtype=float)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got an array of shape {array.shape}")
    return array if axes else array[()]
"#;
    assert_eq!(code, expected);
}

#[test]
fn sizes_are_found_in_polynomials_or_asked_for() {
    let code = printed("u: vector(2*n+1)", "u*n", false);
    assert!(code.contains("    n = (u.shape[0] - 1) // 2\n    _expect(\"u\", u, (2 * n + 1,), \"vector(2*n+1)\")\n"), "{code}");
    let code = printed("x: vector(n)", "x*k", false);
    assert!(code.contains("    k = _size(\"k\", inputs[\"k\"])\n"), "{code}");
}

#[test]
fn a_name_that_is_no_input_is_refused() {
    let read = reader::read("x: vector(n); a: scalar", "a*x");
    let module = Module {
        graph: &read.graph,
        value: read.root,
        derivative: read.root,
        inputs: read.inputs[..1].to_vec(),
        order: 2,
        by: Vec::new(),
        two_dimensional: false,
        value_text: String::new(),
        derivative_text: String::new(),
        notes: Vec::new(),
    };
    let refused = (target("numpy").unwrap().print)(&module).unwrap_err();
    assert_eq!(refused.to_string(), "cannot be printed: `a`, which is not among the inputs");
}
