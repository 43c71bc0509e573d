//! Good expressions and the shape of their result.

use crate::support::{run, shape};

#[track_caller]
fn check(table: &[(&str, &str, &str)]) {
    for (text, declarations, expected) in table {
        assert_eq!(shape(text, declarations), *expected, "{text}  with  {declarations}");
    }
}

#[track_caller]
fn assumes(text: &str, declarations: &str, expected: &[&str]) {
    match run(text, declarations, &[]) {
        Ok(done) => assert_eq!(done.assumed, expected, "{text}"),
        Err(errors) => panic!("{text}: {errors:#?}"),
    }
}

#[test]
fn operators_have_the_shapes_of_algebra() {
    check(&[
        ("A*x", "A: matrix(m,n), x: vector(n)", "m"),
        ("x'*A", "A: matrix(m,n), x: vector(m)", "1×n"),
        ("x'*y", "x, y: vector(n)", "1"),
        ("x*y'", "x: vector(m), y: vector(n)", "m×n"),
        ("a*A*b", "A: matrix(m,n)", "m×n"),
        ("-A'/2", "A: matrix(m,n)", "n×m"),
        ("A^3 + A^-1", "A: matrix(n,n)", "n×n"),
        ("A.^2./B - 2.^A", "A, B: matrix(m,n)", "m×n"),
        ("A.^B", "A, B: matrix(m,n)", "m×n"),
        ("2./x", "x: vector(n)", "n"),
        ("x./2 + x.*a", "x: vector(3)", "3"),
        ("a^b + 2.^a", "", "1"),
        ("sum(A, 1)", "A: matrix(m,n)", "1×n"),
        ("sum(A, 2)", "A: matrix(m,n)", "m"),
        ("kron(A, B)", "A: matrix(m,n), B: matrix(p,q)", "m*p×n*q"),
        ("vec(A)'*vec(B)", "A, B: matrix(m,n)", "1"),
        ("K(m,n)*vec(A)", "A: matrix(m,n)", "m*n"),
        ("diag(x)*diag(A)", "x: vector(n), A: matrix(n,n)", "n"),
        ("unvec(x, 2, 3)", "x: vector(6)", "2×3"),
        ("max(x, 0)", "x: vector(n)", "n"),
        ("einsum(\"ij,ik->ijk\", A, eye(n))", "A: matrix(n,n)", "n×n×n"),
        ("2*einsum(\"ij,ik->ijk\", A, eye(n))", "A: matrix(n,n)", "n×n×n"),
        ("vmax(A)", "A: symmetric(n)", "n"),
    ]);
}

#[test]
fn slices_axes_and_comparisons_have_their_shapes() {
    check(&[
        ("x[1:2]", "x: vector(5)", "2"),
        ("x[2:end]", "x: vector(n)", "n-1"),
        ("x[end] + x[end - 1]", "x: vector(5)", "1"),
        ("x[1:k]", "x: row(n)", "1×k"),
        ("A[:, k]", "A: matrix(m,n)", "m"),
        ("A[2, :]", "A: matrix(m,n)", "1×n"),
        ("A[1:k, 2:end]", "A: matrix(m,n)", "k×(n-1)"),
        ("A[:, :]", "A: matrix(m,n)", "m×n"),
        ("mean(A, 1)", "A: matrix(m,n)", "1×n"),
        ("std(A, 2)", "A: matrix(m,n)", "m"),
        ("softmax(A, 2)", "A: matrix(m,n)", "m×n"),
        ("cumsum(x)", "x: vector(n)", "n"),
        ("max(A)", "A: matrix(m,n)", "1"),
        ("x > 0", "x: vector(n)", "n"),
        ("where(x >= y, x, 0)", "x: vector(n), y: vector(n)", "n"),
    ]);
}

#[test]
fn declared_rows_and_columns_are_repeated_and_said_so() {
    assumes(
        "A*B + x'",
        "A: matrix(m,n), B: matrix(n,k), x: vector(k)",
        &["`x'` was repeated for each row of `A*B`"],
    );
    assumes(
        "max(y, A)",
        "A: matrix(m,n), y: vector(m)",
        &["`y` was repeated for each column of `A`"],
    );
    assumes("A - mean(A, 1)", "A: matrix(m,n)", &["`mean(A, 1)` was repeated for each row of `A`"]);
    for (text, declarations) in [
        ("A + x'", "A: matrix(m,n)"),
        ("A./x", "A: matrix(m,n)"),
        ("A - mean(A, 1)", ""),
        ("x + y'", "x: vector(m), y: vector(n)"),
        ("A + x", "A: matrix(m,n), x: vector(n)"),
    ] {
        assert!(run(text, declarations, &[]).is_err(), "{text}  with  {declarations}");
    }
}

#[test]
fn blocks_and_entries_have_their_shapes() {
    check(&[
        ("[a, b, c]", "", "1×3"),
        ("[a; b; 2]", "", "3"),
        ("[x; 1]", "x: vector(n)", "n+1"),
        ("[A, x; y', a]", "A: matrix(m,n), x: vector(m), y: vector(n)", "(m+1)×(n+1)"),
        ("[A, eye]", "A: matrix(m,n)", "m×(m+n)"),
        ("[[a, b]; [c, d]]", "", "2×2"),
        ("x[2] + A[1,n] + x[i]", "x: vector(3), A: matrix(m,n)", "1"),
        ("k = 2\nx[k]*eye(k)", "x: vector(3)", "2×2"),
    ]);
    let done = run("A[i,j]*x[i]", "A: matrix(m,n), x: vector(m)", &["A"]).unwrap();
    let indices: Vec<String> =
        done.indices.iter().map(|index| format!("{}<={}", index.name, index.size)).collect();
    assert_eq!(indices, ["i<=m", "j<=n"]);
}

#[test]
fn sizes_are_sizes_and_numbers() {
    check(&[
        ("tr(A) - n", "A: matrix(n,n)", "1"),
        ("ones(m*n, 2*m)", "", "m*n×2*m"),
        ("eye(n)*x/n", "", "n"),
        ("norm2(x)^2/(m*n)", "x: vector(m*n)", "1"),
        ("n*A", "A: matrix(n,n), n: vector(n)", "E0203 1-3"),
    ]);
}

#[test]
fn constants_take_their_shape_from_the_context() {
    check(&[
        ("exp(x) + vector(1)", "x: vector(n)", "n"),
        ("3*vector(1) - A*x", "A: matrix(m,n), x: vector(n)", "m"),
        ("x' - vector(1)'", "x: vector(n)", "1×n"),
        ("exp(X*W)*vector(1)", "X: matrix(p,n), W: matrix(n,q)", "p"),
        ("vector(1)'*A*vector(1)", "A: matrix(m,n)", "1"),
        ("X'*X - eye", "X: matrix(m,n)", "n×n"),
        ("A*eye + eye*2*A", "A: matrix(m,n)", "m×n"),
        ("inv(A + a*eye)", "A: matrix(n,n)", "n×n"),
        ("(2*eye - eye/3)*x", "x: vector(n)", "n"),
        ("(y + matrix(c^2)).^0.5", "y: vector(m)", "m"),
        ("A + matrix(1)", "A: matrix(m,n)", "m×n"),
        ("vector(1)./x + (vector(1) + 2).*x", "x: vector(n)", "n"),
        ("A.*eye", "A: matrix(n,n)", "n×n"),
        ("o = vector(1)\nA*o + x.*o", "A: matrix(m,n), x: vector(m)", "m"),
        ("softmax(x).*(vector(1) - softmax(x)).^2", "x: vector(n)", "n"),
        ("eye*vector(2)*a + x", "x: vector(n)", "n"),
    ]);
}

#[test]
fn defaults_and_inferred_sizes_are_told() {
    assumes("norm2(A*x - y)^2", "", &["A: matrix(m,n)", "x: vector(n)", "y: vector(m)"]);
    assumes("exp(x) + 1", "", &["x: vector(n)", "`1` was widened to the shape of `exp(x)`"]);
    assumes("lambda*tr(A) + Σ[1,1]", "", &["lambda: scalar", "A: matrix(m,m)", "Σ: matrix(n,p)"]);
    assumes("A*x", "A: matrix(m,n)", &["x: vector(n)"]);
    assumes("A*x", "A: matrix", &["A: matrix(m,n)", "x: vector(n)"]);
    assumes("kron(A, B)*x", "x: vector(p*q), A: matrix(m,p)", &["B: matrix(n,q)"]);
    assumes("vec(X)'*vec(Y)", "", &["X: matrix(m,n)", "Y: matrix(m,n)"]);
    assumes("[x; y] - z", "x: vector(p)", &["y: vector(n)", "z: vector(n+p)"]);
    assumes("x'*n*y", "", &["x: vector(m)", "n: vector(m)", "y: vector(p)"]);
}

#[test]
fn matrices_that_are_symmetric_up_to_factors_are_recognised() {
    for text in [
        "lmax(A'*B + B'*A)",
        "lmax(a*(a*A./B)'*(A./B))",
        "lmax((x./y)*(-x./y)')",
        "lmax((A./(a*B))'*(A./B))",
        "lmax(C./(2*C + C'*1) + C'./(2*C' + C))",
    ] {
        let declared = "A, B: matrix(m,n), C: matrix(n,n), x, y: vector(n), a: scalar";
        assert_eq!(shape(text, declared), "1", "{text}");
    }
    for text in ["lmax((A./B)'*(B./A))", "lmax(C./(C + C'))", "lmax(a*(A./B)'*(A./(a + B)))"] {
        let declared = "A, B: matrix(m,n), C: matrix(n,n), a: scalar";
        assert!(shape(text, declared).starts_with("E0208"), "{text}");
    }
}
