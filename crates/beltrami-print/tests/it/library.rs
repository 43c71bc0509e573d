//! The spellings of PyTorch and JAX.

use crate::printed;
use crate::printed::statements;

const NAMES: &str = "A: matrix(m,n); B: matrix(n,n); C: matrix(n,n); S: spd(n); L: lower(n); x: vector(n); y: vector(m); a: scalar";

fn printed(language: &str, written: &str) -> String {
    printed::printed(language, NAMES, written, false)
}

/// Compares the statements of `derivative` after the inputs are read.
fn check(written: &str, torch: &str, jax: &str) {
    for (language, body) in [("torch", torch), ("jax", jax)] {
        assert_eq!(
            statements(language, &printed(language, written)).join("; "),
            body,
            "{language}: {written}"
        );
    }
}

#[test]
fn products_and_functions_have_the_names_of_the_library() {
    check("2*A'*(A*x - y)", "return 2 * (A.T @ (A @ x - y))", "return 2 * (A.T @ (A @ x - y))");
    check(
        "exp(x)*norm2(x)",
        "return torch.linalg.norm(x) * torch.exp(x)",
        "return jnp.linalg.norm(x) * jnp.exp(x)",
    );
    check("sum(A, 1)", "return torch.sum(A, dim=0)", "return jnp.sum(A, axis=0)");
    check("sigmoid(x)", "return torch.sigmoid(x)", "return expit(x)");
    check(
        "softplus(x)",
        "return torch.logaddexp(torch.zeros_like(x), x)",
        "return jnp.logaddexp(0.0, x)",
    );
    check("2*vec(B)", "return 2 * B.T.reshape(-1)", "return 2 * B.ravel(order=\"F\")");
}

#[test]
fn what_is_made_of_sizes_has_the_dtype_of_an_input() {
    check(
        "B + eye(n)",
        "return B + torch.eye(n, dtype=A.dtype, device=A.device)",
        "return B + jnp.eye(n, dtype=A.dtype)",
    );
    check(
        "3",
        "return torch.as_tensor(3, dtype=A.dtype, device=A.device)",
        "return jnp.asarray(3, dtype=A.dtype)",
    );
    check(
        "sqrt(2)*x",
        "return torch.sqrt(torch.as_tensor(2, dtype=A.dtype, device=A.device)) * x",
        "return jnp.sqrt(2) * x",
    );
}

#[test]
fn nothing_is_inverted() {
    check("inv(B)*x", "return torch.linalg.solve(B, x)", "return jnp.linalg.solve(B, x)");
    check(
        "inv(S)*x",
        "return torch.cholesky_solve(x[:, None], torch.linalg.cholesky(S))[:, 0]",
        "return jax.scipy.linalg.cho_solve((jnp.linalg.cholesky(S), True), x)",
    );
    check(
        "x'*inv(L)",
        "return torch.linalg.solve_triangular(L.T, x[:, None], upper=True)[:, 0]",
        "return jax.scipy.linalg.solve_triangular(L, x, lower=True, trans=1)",
    );
    check(
        "inv(B)*C*inv(B)",
        "t0 = torch.linalg.lu_factor(B); \
         return torch.linalg.lu_solve(*t0, torch.linalg.lu_solve(*t0, C).T, adjoint=True).T",
        "t0 = jax.scipy.linalg.lu_factor(B); \
         return jax.scipy.linalg.lu_solve(t0, jax.scipy.linalg.lu_solve(t0, C).T, trans=1).T",
    );
}
