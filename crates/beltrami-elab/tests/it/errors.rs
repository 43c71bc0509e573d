//! Bad expressions: the code and the columns that are marked.

use crate::support;
use crate::support::{marks, run, shape};

#[track_caller]
fn check(table: &[(&str, &str, &str)]) {
    for (text, declarations, expected) in table {
        assert_eq!(shape(text, declarations), *expected, "{text}  with  {declarations}");
    }
}

/// The message, the label and the hint of the first error.
fn told(text: &str, declarations: &str) -> [String; 3] {
    let errors = run(text, declarations, &[]).expect_err(text);
    let first = &errors[0];
    let label = first.primary.as_ref().map(|label| label.text.clone()).unwrap_or_default();
    [first.message.clone(), label, first.hint.as_ref().map(ToString::to_string).unwrap_or_default()]
}

#[test]
fn shapes_that_do_not_fit_are_marked() {
    check(&[
        ("A*x", "A: matrix(m,n), x: vector(m)", "E0203 1-3"),
        ("1 + norm2(A*x)", "A: matrix(m,n), x: vector(m)", "E0203 11-13"),
        ("x*y", "", "E0203 1-3"),
        ("A + B", "A: matrix(m,n), B: matrix(n,m)", "E0202 1-5"),
        ("x - y'", "x, y: vector(n)", "E0202 1-6"),
        ("A.*x", "A: matrix(m,n), x: vector(p)", "E0202 1-4"),
        ("A + vector(1)", "A: matrix(m,n)", "E0202 1-13"),
        ("x' + vector(1)", "x: vector(n)", "E0202 1-14"),
        ("A + eye", "A: matrix(m,n)", "E0202 1-7"),
        ("tr(A)", "A: matrix(m,n)", "E0201 4-4"),
        ("inv(A)*b", "A: matrix(m,n), b: vector(m)", "E0201 5-5"),
        ("logdet(X)", "X: matrix(m,n)", "E0201 8-8"),
        ("1 + x^2", "", "E0201 5-5"),
        ("A^0.5", "A: matrix(n,n)", "E0204 3-5"),
        ("2^A", "A: matrix(n,n)", "E0204 3-3"),
        ("X^T", "", "E0204 3-3"),
        ("x/y", "", "E0210 3-3"),
        ("a/A", "A: matrix(n,n)", "E0210 3-3"),
        ("[A; B]", "A: matrix(m,n), B: matrix(m,p)", "E0202 5-5"),
        ("einsum(\"ij,jk->ik\", A, B)", "A: matrix(m,n), B: matrix(m,n)", "E0204 8-18"),
        ("\"abc\" + 1", "", "E0204 1-5"),
        ("\"abc\"", "", "E0204 1-5"),
        ("matrix(x)", "", "E0204 8-8"),
    ]);
}

#[test]
fn sizes_and_indices_that_do_not_fit_are_marked() {
    check(&[
        ("sum(vector(1))", "", "E0205 5-13"),
        ("eye", "", "E0205 1-3"),
        ("eye + tr(A)", "", "E0205 1-11"),
        ("x[4]", "x: vector(3)", "E0207 3-3"),
        ("x[0]", "x: vector(n)", "E0207 3-3"),
        ("x[n+1]", "x: vector(n)", "E0207 3-5"),
        ("A[1,5]", "A: matrix(n,4)", "E0207 5-5"),
        ("A[1]", "A: matrix(m,n)", "E0206 1-4"),
        ("x[a]", "x: vector(n), a: scalar", "E0207 3-3"),
        ("eye(0)", "", "E0207 5-5"),
        ("eye(2.5)", "", "E0207 5-7"),
        ("eye(sin(x))", "", "E0207 5-10"),
        ("sum(eye(2)*x) + sum(eye(3)*x)", "", "E0209 21-28"),
        ("lmax(X)", "X: matrix(n,n)", "E0208 6-6"),
        ("lmax(X)", "", "E0208 6-6"),
        ("lmax(X*Y)", "X, Y: matrix(n,n)", "E0208 6-8"),
        ("eye(n^16)*eye(m)", "", "E0203 1-16"),
        ("eye((m+n)^16)", "", "E0207 5-12"),
    ]);
}

#[test]
fn names_that_are_wrong_are_marked() {
    check(&[
        ("trace(A)", "", "E0301 1-5"),
        ("1 + a(x + 1)", "", "E0301 5-5"),
        ("exp + 1", "", "E0302 1-3"),
        ("tr(A, B)", "", "E0206 1-8"),
        ("tr()", "", "E0206 1-4"),
        ("cosine(x)", "", "E0206 1-9"),
        ("sum(A, 3)", "", "E0206 8-8"),
        ("eye(1, 2, 3)", "", "E0206 1-12"),
        ("vector(1, 2)", "", "E0206 1-12"),
        ("unvec(x)", "", "E0206 1-8"),
        ("x", "x: vector(n), x: scalar", "E0303 15-15"),
        ("r = x\nr = y", "", "E0303 7-7"),
        ("det: scalar\ndet", "", "E0304 1-3, E0302 13-15"),
        ("eye = 3\neye", "", "E0304 1-3"),
        ("f = 2*r\nr = 3", "", "E0302 7-7"),
        ("", "", "E0102 1-0"),
        ("# nothing", "", "E0102 1-0"),
        ("x: vector(n)", "", "E0102 13-12"),
        ("x: vector(0)\nx", "", "E0207 11-11"),
    ]);
}

#[test]
fn every_independent_error_is_reported_once() {
    check(&[
        (
            "trace(A) + sine(x)*(A*y + tr(B))",
            "B: matrix(m,n)",
            "E0301 1-5, E0301 12-15, E0201 30-30",
        ),
        ("(x*y)*(x + tr(x*y))", "x, y: vector(n)", "E0203 2-4, E0203 15-17"),
    ]);
}

#[test]
fn derivatives_are_asked_by_known_names() {
    let by = |text: &str, name: &str| {
        run(text, "q: vector(n)", &[name]).map_or_else(|e| marks(&e), |_| "ok".into())
    };
    assert_eq!(by("A*x", "A"), "ok");
    assert_eq!(by("A*x", "q"), "ok");
    assert_eq!(by("A*x", "y"), "E0302");
    assert_eq!(by("r = A*x", "r"), "E0302");
    assert_eq!(by("tr(eye(n))", "n"), "E0302");
    let errors = run("A*x + weights", "", &["wieghts"]).unwrap_err();
    assert_eq!(errors[0].hint, Some("did you mean `weights`?".into()));
}

#[test]
fn messages_name_shapes_and_a_way_out() {
    let [message, label, hint] = told("A*x", "A: matrix(m,n), x: vector(m)");
    assert_eq!(message, "cannot multiply `A` (m×n) by `x` (m): n and m differ");
    assert_eq!(label, "columns of A are n, rows of x are m");
    assert_eq!(hint, "did you mean `A'*x`?");

    assert_eq!(told("x*y", "")[2], "did you mean `x.*y` or `x'*y`?");
    assert_eq!(told("A*B", "A, B: matrix(m,n)")[2], "did you mean `A'*B`, `A*B'` or `A.*B`?");
    assert_eq!(told("A*B*x", "A, B: matrix(n,n), x: vector(m)")[2], "");
    assert_eq!(told("(x + y)^2", "")[2], "did you mean `(x + y).^2` or `(x + y)'*(x + y)`?");
    assert_eq!(told("X^T", "")[2], "the transpose is written `X'`");
    assert_eq!(told("A + B", "A: matrix(m,n), B: matrix(n,m)")[2], "did you mean `A + B'`?");
    assert_eq!(told("1/A", "A: matrix(n,n)")[2], "did you mean `1./A` or `1*inv(A)`?");
    assert_eq!(
        told("lmax(X)", "X: matrix(n,n)")[2],
        "declare `X: symmetric(n)` or write `0.5*(X + X')`"
    );
    assert_eq!(told("trace(A)", "")[2], "did you mean `tr`?");
    assert_eq!(told("Sin(x)", "")[2], "did you mean `sin`?");
    assert_eq!(told("b(x + 1)", "")[2], "a product is written with `*`: `b*(x + 1)`");

    assert_eq!(
        told("A^0.5", "")[2],
        "entry by entry it is `A.^0.5`, the root of the matrix is `sqrtm(A)`"
    );
    assert_eq!(told("a/A", "")[2], "did you mean `a./A` or `a*inv(A)`?");
    assert_eq!(told("A[1]", "")[0], "`A` takes 1 index for a vector, 2 for a matrix, 1 given");
    assert_eq!(
        told("lmax(X*Y)", "X, Y: matrix(n,n)"),
        [
            "`lmax` needs a symmetric matrix, `X*Y` is n×n without structure",
            "not known to be symmetric",
            "write `0.5*(X*Y + (X*Y)')` for the symmetric part",
        ]
    );

    let [message, label, hint] = told("tr(A)", "A: matrix(m,n)");
    assert_eq!(message, "`tr` needs a square matrix, `A` is m×n");
    assert_eq!(label, "this is m×n");
    assert_eq!(hint, "declare `A: matrix(n,n)`");
    let errors = run("A*x", "A: matrix(m,n), x: vector(m)", &[]).unwrap_err();
    let other = &errors[0].secondary[0];
    assert_eq!((other.source.0, other.span.start, other.text.as_str()), (1, 16, "declared here"));
}

#[test]
fn a_name_that_is_a_size_by_its_use_alone_can_be_declared_one() {
    let assumed = |text: &str, declared: &str| run(text, declared, &[]).unwrap().assumed;
    assert!(assumed("i*sum(x) + y[i]", "").contains(&"i: size".to_string()));
    assert!(!assumed("i*sum(x) + y[i]", "i: size").contains(&"i: size".to_string()));
    assert!(!assumed("m*sum(x)", "x: vector(m)").contains(&"m: size".to_string()));
    // Without the declaration `r` would be a column, as its letter says.
    assert_eq!(support::shape("r*ones(1,n)", "r: size"), "1×n");
    let codes =
        |declared: &str| run("x", declared, &[]).map_or_else(|e| marks(&e), |_| "ok".into());
    assert_eq!(codes("r: size > 0"), "E0107 9-11");
    assert_eq!(codes("r: size, r: scalar"), "E0303 10-10");
    assert_eq!(codes("r: size(n)"), "E0107 4-10");
}

#[test]
fn a_function_is_no_size() {
    let [message, label, _] = told("x[min] + sum(x)", "");
    assert_eq!(message, "`min` is a function, not a size");
    assert_eq!(label, "a size is wanted here");
    assert_eq!(support::shape("x", "x: vector(exp)"), "E0207 11-13");
    assert_eq!(support::shape("tr(eye(det))", ""), "E0207 8-10");
}
