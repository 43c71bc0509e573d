//! Programs in Julia, Rust and C.

use crate::printed;
const NAMES: &str = "A: matrix(m,n); B: matrix(n,n); C: matrix(n,n); S: spd(n); L: lower(n); x: vector(n); y: vector(m); a: scalar; \
                     fn: vector(n); end: vector(n); int: vector(n); λ: scalar; i: vector(n)";

fn check(language: &str, written: &str, body: &[&str]) {
    let code = printed::printed(language, NAMES, written, false);
    assert_eq!(printed::statements(language, &code), body, "{language}: {written}");
}

#[test]
fn products_are_operators_of_faer_and_calls_of_blas() {
    check("julia", "2*A'*(A*x - y)", &["return 2 .* (A' * (A * x .- y))"]);
    check("rust", "2*A'*(A*x - y)", &["Ok(2.0 * (A.transpose() * (A * x - y)))"]);
    check(
        "c",
        "2*A'*(A*x - y)",
        &[
            "double *const room = allocated(2.0 * m + (double)n);",
            "if (!room) return OUT_OF_MEMORY;",
            "double *const t0 = room;",
            "double *const t1 = t0 + m;",
            "double *const t2 = t1 + m;",
            "cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1.0, A, n, x, 1, 0.0, t0, 1);",
            "for (size_t j = 0; j < m; j++)",
            "t1[j] = t0[j] - y[j];",
            "cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1.0, A, n, t1, 1, 0.0, t2, 1);",
            "for (size_t j = 0; j < n; j++)",
            "result[j] = 2.0 * t2[j];",
            "free(room);",
            "return OK;",
        ],
    );
}

#[test]
fn what_is_computed_entry_by_entry_is_one_loop() {
    check("julia", "x.*exp(-a*x)", &["return x .* exp.(-a .* x)"]);
    check("rust", "x.*exp(-a*x)", &["Ok(Col::from_fn(n, |j| x[j] * (-a * x[j]).exp()))"]);
    check(
        "c",
        "x.*exp(-a*x)",
        &["for (size_t j = 0; j < n; j++)", "result[j] = x[j] * exp(-a * x[j]);", "return OK;"],
    );
    check("rust", "sum(exp(x))", &["Ok(sum(n, |j| x[j].exp()))"]);
    check("julia", "sum(exp(x))", &["return sum(exp.(x))"]);
    check(
        "rust",
        "B + eye(n)",
        &["Ok(Mat::from_fn(n, n, |j, k| B[(j, k)] + (if j == k { 1.0 } else { 0.0 })))"],
    );
    check(
        "rust",
        "exp(x)*x'",
        &[
            "let t0 = Col::from_fn(n, |j| x[j].exp());",
            "Ok(Mat::from_fn(n, n, |j, k| t0[j] * x[k]))",
        ],
    );
}

#[test]
fn the_largest_entries_are_found_in_one_computed_array() {
    for language in ["julia", "rust", "c"] {
        let code = printed::printed(language, NAMES, "argmax(abs(sin(x)))", false);
        let body = printed::statements(language, &code).join("\n");
        assert_eq!(body.matches("sin").count(), 1, "{language}:\n{body}");
    }
    check("julia", "above(x, fn)", &["return _above.(x, fn)"]);
    check("rust", "above(x, fn)", &["Ok(Col::from_fn(n, |j| exceeds(x[j], fn_[j])))"]);
}

#[test]
fn nothing_is_inverted_and_factors_are_shared() {
    check("julia", "inv(S)*x", &["return cholesky(Symmetric(S)) \\ x"]);
    check("rust", "inv(S)*x", &["Ok(cholesky(S)?.solve(x))"]);
    check("julia", "x'*inv(L)", &["return LowerTriangular(L)' \\ x"]);
    check("rust", "x'*inv(L)", &["Ok(solve_upper(L.transpose(), x.to_owned())?)"]);
    check(
        "julia",
        "x'*inv(B)*x + logdet(B)",
        &["t0 = lu(B)", "return dot(x, t0 \\ x) + logabsdet(t0)[1]"],
    );
    check(
        "rust",
        "x'*inv(B)*x + logdet(B)",
        &["let t0 = lu(B)?;", "Ok(x.transpose() * t0.solve(x) + log_abs_det(&t0))"],
    );
    check(
        "c",
        "inv(S)*x",
        &[
            "double *const room = allocated((double)n * n);",
            "if (!room) return OUT_OF_MEMORY;",
            "double *const t0 = room;",
            "memcpy(t0, S, n * n * sizeof(double));",
            "if ((status = cholesky(n, t0)) != OK) goto done;",
            "memcpy(result, x, n * sizeof(double));",
            "if ((status = cholesky_solve(n, t0, 1, result)) != OK) goto done;",
            "done:",
            "free(room);",
            "return status;",
        ],
    );
}

#[test]
fn einsums_are_comprehensions_and_loops() {
    let written = "einsum(\"ij,ik->jki\", A, A)";
    check("julia", written, &["return [A[l, j] * A[l, k] for j in 1:n, k in 1:n, l in 1:m]"]);
    check("rust", written, &["Ok(Tensor::from_fn([n, n, m], |[j, k, l]| A[(l, j)] * A[(l, k)]))"]);
    check(
        "c",
        "einsum(\"ij,ij->j\", A, A)",
        &[
            "for (size_t j = 0; j < n; j++) {",
            "double total = 0.0;",
            "for (size_t k = 0; k < m; k++)",
            "total += A[k * n + j] * A[k * n + j];",
            "result[j] = total;",
            "}",
            "return OK;",
        ],
    );
}

#[test]
fn einsums_are_products_two_arrays_at_a_time() {
    check("julia", "einsum(\"ij,jk->ik\", A, B)", &["return A * B"]);
    check(
        "rust",
        "einsum(\"ij,kj->ki\", A, B)",
        &["Ok((A * B.transpose()).transpose().to_owned())"],
    );
    check("julia", "einsum(\"ij,jk,kl,l->i\", A, B, C, x)", &["return A * (B * (C * x))"]);
    check(
        "julia",
        "einsum(\"ab,bc,bd,de->ace\", A, B, C, B)",
        &[
            "t0 = C * B",
            "return [sum(A[j, p] * B[p, k] * t0[p, l] for p in 1:n) for j in 1:m, k in 1:n, l in 1:n]",
        ],
    );
}

#[test]
fn comparisons_that_always_hold_are_not_written() {
    check("rust", "tril(x)", &["Ok(Col::from_fn(n, |j| x[j]))"]);
    check("rust", "tr(diag(x))", &["Ok(sum(n, |j| x[j]))"]);
}

#[test]
fn loops_over_numbers_have_a_type() {
    check("rust", "ones(n)", &["Ok(Col::<f64>::from_fn(n, |_| 1.0))"]);
}

#[test]
fn a_power_of_a_power_has_parentheses() {
    check("julia", "x.^(x.^3)", &["return x .^ (x .^ 3)"]);
}

#[test]
fn words_of_the_language_are_no_names() {
    check("rust", "λ*fn", &["Ok(λ * fn_)"]);
    check("julia", "λ*end", &["return λ .* end_"]);
    check(
        "c",
        "λ*int",
        &["for (size_t j = 0; j < n; j++)", "result[j] = lambda * int_[j];", "return OK;"],
    );
}

#[test]
fn functions_of_singular_values_are_calls_on_matrices() {
    check("julia", "mclip(A, 1, 2)", &["return _clip_singular(A, 1, 2)"]);
    check("rust", "mclip(A, a, 2)", &["Ok(clip_singular(A, a, 2.0)?)"]);
    check(
        "c",
        "mclip(A, a, 2)",
        &[
            "if ((status = clip_singular(m, n, A, a, 2.0, result)) != OK) goto done;",
            "done:",
            "return status;",
        ],
    );
    check("julia", "lowrank(x, 1)", &["return vec(_low_rank(reshape(x, :, 1), 1))"]);
    check(
        "rust",
        "lowrank(x, 1)",
        &[
            "let t0 = Mat::from_fn(n, 1, |j, _| x[j]);",
            "let t1 = low_rank(t0.as_ref(), 1)?;",
            "Ok(Col::from_fn(n, |j| t1[(j, 0)]))",
        ],
    );
    check("rust", "dinvroot(S, 3, S)", &["Ok(dinvroot(S, 3.0, &[S])?)"]);
    check("julia", "dexpm(B, S, S)", &["return _dexpm(B, S, S)"]);
    check(
        "c",
        "dexpm(B, S)",
        &[
            "if ((status = dexpm(n, B, 1, (const double *const []){S}, (const size_t []){0}, result)) != OK) goto done;",
            "done:",
            "return status;",
        ],
    );
}

#[test]
fn the_same_expression_prints_the_same_bytes() {
    for language in ["julia", "rust", "c"] {
        let printed = || printed::printed(language, NAMES, "tr(expm(B)*S) + x'*inv(S)*x", true);
        assert_eq!(printed(), printed());
    }
}
