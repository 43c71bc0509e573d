//! Functions that are differentiable where a formula for them might not be: equal largest entries, singular matrices, constant
//! deficient rank; and derivatives of high order, whose terms are too many to be written out.

use beltrami::data::{Given, read};
use beltrami::{Derivation, DeriveOptions, Evaluation, Session};

fn options(declarations: &str, by: &str, order: usize) -> DeriveOptions {
    DeriveOptions {
        by: by.split(',').map(String::from).collect(),
        order: Some(order),
        declarations: declarations.into(),
        ..DeriveOptions::default()
    }
}

fn derived(expression: &str, declarations: &str, by: &str, order: usize) -> Derivation {
    let options = options(declarations, by, order);
    match Session::global().derive("<smooth>", expression, &options) {
        Ok(mut all) => all.remove(0),
        Err(failure) => panic!("{expression}, order {order}: {:?}", failure.diagnostics()),
    }
}

fn evaluated(
    expression: &str,
    declarations: &str,
    data: &[(&str, &str)],
    by: &str,
    order: usize,
) -> Evaluation {
    let given: Vec<Given> = data
        .iter()
        .flat_map(|(name, text)| read(&format!("{name}={text}")).expect("the data are arrays"))
        .collect();
    let mut options = options(declarations, by, order);
    if by.is_empty() {
        (options.by, options.order) = (Vec::new(), None);
    }
    match Session::global().eval("<smooth>", expression, &given, &options) {
        Ok(evaluation) => evaluation,
        Err(failure) => panic!("{expression}, order {order}: {:?}", failure.diagnostics()),
    }
}

fn entries(expression: &str, declarations: &str, data: &[(&str, &str)], order: usize) -> Vec<f64> {
    let by = data[0].0;
    evaluated(expression, declarations, data, by, order).derivatives[0].1.entries.clone()
}

#[test]
fn equal_largest_entries_share_the_derivative() {
    let x = [("X", "[1, 4; 3, -3]")];
    // 7 stands twice in X + X', and each entry of X in both.
    assert_eq!(entries("norminf(X + X')", "X: matrix(2,2)", &x, 1), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(entries("norminf(X + X')^2", "X: matrix(2,2)", &x, 1), [0.0, 14.0, 14.0, 0.0]);
    assert_eq!(
        entries("norminf(X + X')^2", "X: matrix(2,2)", &x, 2),
        [0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    );
    let z = [("x", "[1; 2; -3]")];
    assert_eq!(entries("norminf(kron(x, x))", "x: vector(3)", &z, 1), [0.0, 0.0, -6.0]);
    assert_eq!(
        entries("norminf(kron(x, x))", "x: vector(3)", &z, 2),
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    );
    // Four entries of equal size that move apart: a subgradient whose weights add up to one.
    let flat = [("x", "[2; -2; 2; -2]")];
    assert_eq!(entries("norminf(x)", "x: vector(4)", &flat, 1), [0.25, -0.25, 0.25, -0.25]);
}

#[test]
fn equal_entries_of_two_arguments_have_half_the_weight_each() {
    let data = [("x", "[1; 2; 3]"), ("y", "[2; 2; 2]")];
    for (function, expected) in [("max", [0.0, 0.5, 1.0]), ("min", [1.0, 0.5, 0.0])] {
        let expression = format!("sum({function}(x, y))");
        let found = evaluated(&expression, "x: vector(3), y: vector(3)", &data, "x,y", 1);
        assert_eq!(found.derivatives[0].1.entries, expected, "{function}");
        let rest: Vec<f64> = expected.iter().map(|weight| 1.0 - weight).collect();
        assert_eq!(found.derivatives[1].1.entries, rest, "{function}");
    }
    // The diagonals of X and X' are equal and stay so.
    let x = [("X", "[1, 4; 3, -3]")];
    assert_eq!(entries("sum(max(X, X'))", "X: matrix(2,2)", &x, 1), [1.0, 0.0, 2.0, 1.0]);
}

#[test]
fn the_largest_singular_value_is_found_among_those_computed() {
    let a = [("A", "[1, 2, 0; 3, -1, 0.5]")];
    let hessian = entries("norminf(svdvals(A))", "A: matrix(2,3)", &a, 2);
    let expected = entries("normspec(A)", "A: matrix(2,3)", &a, 2);
    let gap = hessian.iter().zip(&expected).fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
    // Second derivatives of either way round to a few units of the distance of the singular values.
    assert!(gap < 1e-12 && expected.iter().any(|x| x.abs() > 0.1), "{gap:e}");
}

#[test]
fn derivatives_of_determinants_exist_at_singular_matrices() {
    let rank_one = [("X", "[1, 2; 2, 4]")];
    let hessian =
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    for singular in [&rank_one[..], &[("X", "[0, 0; 0, 0]")]] {
        let found = entries("det(X)", "X: matrix(n,n)", singular, 2);
        let gap = found.iter().zip(&hessian).fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
        // Through orthogonal factors, which are right to a few units of the last place.
        assert!(gap < 1e-15 && found.len() == hessian.len(), "{gap:e}");
    }
    // Only the third derivative of a 3 by 3 determinant is left at zero: the signs of permutations.
    let zero = [("X", "[0, 0, 0; 0, 0, 0; 0, 0, 0]")];
    assert!(entries("det(X)", "X: matrix(n,n)", &zero, 2).iter().all(|x| *x == 0.0));
    let third = entries("det(X)", "X: matrix(n,n)", &zero, 3);
    assert_eq!(third.iter().filter(|x| x.abs() == 1.0).count(), 36);
    assert_eq!(third.iter().filter(|x| **x == 0.0).count(), 729 - 36);
    // Where every point is singular there is nothing but this to compare.
    let checked = derived("det(A*B)", "A: matrix(m,1), B: matrix(1,m)", "A", 2).checked;
    assert!(checked.points >= 6);
    assert!(derived("det(X)", "X: matrix(n,n)", "X", 2).conditions.all().next().is_none());
    // An expression that needs the inverse anyway keeps the short formula.
    assert_eq!(
        derived("log(det(X))", "X: matrix(n,n)", "X", 2).text(),
        "-K(n, n)*kron(inv(X)', inv(X))"
    );
}

#[test]
fn derivatives_of_determinants_have_entries_of_minors_and_of_inverses() {
    // Beyond six rows invertible matrices take another way than singular ones.
    let n = 7;
    let entry = |i: usize, j: usize| ((7 * i + 3 * j + 1) as f64).sin();
    let text = |diagonal: f64| {
        let rows: Vec<String> = (0..n)
            .map(|i| {
                let row = (0..n).map(|j| entry(i, j) + if i == j { diagonal } else { 0.0 });
                row.map(|x| x.to_string()).collect::<Vec<_>>().join(", ")
            })
            .collect();
        format!("[{}]", rows.join("; "))
    };
    // sin(7i + 3j + 1) is of rank two, so all minors of four rows are zero.
    let flat = entries("det(X)", "X: matrix(n,n)", &[("X", &text(0.0))], 2);
    assert!(flat.iter().all(|x| x.abs() < 1e-12));
    let regular = entries("det(X)", "X: matrix(n,n)", &[("X", &text(3.0))], 2);
    let expected = evaluated(
        "det(X)*(vec(inv(X)')*vec(inv(X)')' - K(7,7)*kron(inv(X)', inv(X)))",
        "X: matrix(7,7)",
        &[("X", &text(3.0))],
        "",
        1,
    );
    let largest = expected.value.entries.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    for (own, other) in regular.iter().zip(&expected.value.entries) {
        assert!((own - other).abs() <= 1e-12 * largest, "{own} {other}");
    }
}

#[test]
fn pseudoinverses_of_constant_deficient_rank_are_checked() {
    for (expression, declarations, by, order) in [
        ("sum(pinv(A*B))", "A: matrix(m,1), B: matrix(1,n)", "A", 1),
        ("norm2(pinv(A*B))", "A: matrix(m,1), B: matrix(1,n)", "A", 2),
        ("pinv(x*y')", "x: vector(m), y: vector(n)", "x", 1),
        ("tr(pinv(A*A'))", "A: matrix(4,2)", "A", 2),
    ] {
        assert!(derived(expression, declarations, by, order).checked.points >= 3, "{expression}");
    }
    // The rank of a matrix with free entries changes beside a matrix of lower rank, and there is no derivative there.
    let derivation = derived("sum(pinv(X))", "X: matrix(2,2)", "X", 1);
    assert!(derivation.conditions.all().any(|c| c == "the rank of X is constant"));
    let given = read("X=[1, 2; 2, 4]").expect("an array");
    let options = options("X: matrix(2,2)", "X", 1);
    let refused = Session::global().eval("<smooth>", "sum(pinv(X))", &given, &options).err();
    let message = refused.expect("a kink").diagnostics()[0].message.clone();
    assert!(message.contains("the rank of `X` is 1 here and 2 at data beside it"), "{message}");
    // A line of matrices keeps its rank.
    let given = [("t", "2"), ("X", "[1, 2; 2, 4]")];
    let found = evaluated("sum(pinv(t*X))", "t: scalar, X: matrix(2,2)", &given, "t", 1);
    assert!(found.derivatives[0].1.entries[0].is_finite());
}

#[test]
fn functions_with_more_than_two_axes_have_derivatives() {
    let tensor = derived("einsum(\"ij,kl->ijkl\", A, B)", "A: matrix(m,n), B: matrix(p,q)", "A", 1);
    assert_eq!(tensor.text(), "einsum(\"kl,im,jn->ijklmn\", B, eye(m), eye(n))");
    for (expression, order) in [
        ("2*einsum(\"i,j,k->ijk\", x, x, exp(x))", 2),
        ("norm2(x)*einsum(\"i,j,k->ijk\", x, x, x)", 2),
        ("einsum(\"i,j,k->ijk\", x, x, sin(x))", 5),
    ] {
        assert!(derived(expression, "x: vector(n)", "x", order).checked.points >= 3);
    }
}

#[test]
fn derivatives_too_long_to_be_written_out_are_programs() {
    for (expression, declarations, by, order) in [
        ("sum(pinv(X))", "X: matrix(m,n)", "X", 4),
        ("sum(vmax(S))", "S: symmetric(n)", "S", 3),
        ("norm2(pinv(A*B))", "A: matrix(m,n), B: matrix(n,p)", "A", 3),
        ("normspec(A)", "A: matrix(m,n)", "A", 4),
    ] {
        let derivation = derived(expression, declarations, by, order);
        assert!(derivation.checked.points >= 3, "{expression}");
        assert!(!derivation.is_formula() && derivation.text().starts_with("t1 = "), "{expression}");
    }
    // The text reads as what it stands for.
    let derivation = derived("sum(pinv(X))", "X: matrix(m,n)", "X", 4);
    let data = [("X", "[1, 2; 3, 5; -1, 0.5]")];
    let read = evaluated(&derivation.text(), "X: matrix(m,n)", &data, "", 1).value.entries;
    let own = entries("sum(pinv(X))", "X: matrix(m,n)", &data, 4);
    let largest = own.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    assert!(own.iter().zip(&read).all(|(x, y)| (x - y).abs() <= 1e-12 * largest));
}
