//! Polynomials in the entries of a matrix have polynomials for derivatives: no inverse, no condition, values at singular matrices.

use beltrami::data::{Given, read};
use beltrami::{DeriveOptions, Form, Session};

const FUNCTIONS: &[&str] = &[
    "det(X)",
    "det(c*X)",
    "det(X)^2",
    "det(X)*tr(X)",
    "det(X)*det(X + Y)",
    "det(X*Y)",
    "det(X'*X)",
    "sum(adj(X))",
    "tr(adj(X)*Y)",
    "tr(adj(X)*X)",
];

/// Singular points of all ranks, by rows of integers, in which values are exact.
const POINTS: &[[[i64; 3]; 3]] = &[
    [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    [[1, 2, -1], [2, 4, -2], [-1, -2, 1]],
    [[1, 0, 2], [0, 1, 1], [1, 1, 3]],
];
const DIRECTION: [[i64; 3]; 3] = [[1, -1, 0], [2, 1, 1], [0, -1, 1]];
/// The degree of the highest polynomial above along a line.
const DEGREE: i64 = 6;

fn given(x: &[[i64; 3]; 3]) -> Vec<Given> {
    let row = |row: &[i64; 3]| row.map(|entry| entry.to_string()).join(", ");
    let x: Vec<String> = x.iter().map(row).collect();
    let texts =
        [format!("X=[{}]", x.join("; ")), "Y=[2, 1, 0; 0, 1, 1; 1, 0, 3]".into(), "c=2".into()];
    texts.iter().flat_map(|text| read(text).expect("data reads")).collect()
}

/// The `k`-th derivative at 0 of the polynomial that takes these values at `-DEGREE/2, …, DEGREE/2`, from Lagrange's form.
fn derivative_at_zero(values: &[f64], k: usize) -> f64 {
    let nodes: Vec<f64> = (-DEGREE / 2..=DEGREE / 2).map(|t| t as f64).collect();
    let mut total = 0.0;
    for (i, value) in values.iter().enumerate() {
        let mut basis = vec![1.0];
        for (j, node) in nodes.iter().enumerate().filter(|(j, _)| *j != i) {
            let scale = nodes[i] - nodes[j];
            let mut next = vec![0.0; basis.len() + 1];
            for (power, c) in basis.iter().enumerate() {
                next[power] -= node * c / scale;
                next[power + 1] += c / scale;
            }
            basis = next;
        }
        total += value * basis.get(k).copied().unwrap_or(0.0);
    }
    total * (1..=k).map(|k| k as f64).product::<f64>()
}

#[test]
fn determinants_and_adjugates_have_derivatives_at_singular_matrices() {
    let mut wrong = Vec::new();
    for size in ["3,3", "n,n"] {
        for function in FUNCTIONS {
            let declarations = format!("X: matrix({size}), Y: matrix({size}), c: scalar");
            let value = |x: &[[i64; 3]; 3]| {
                let options = DeriveOptions {
                    declarations: declarations.clone(),
                    ..DeriveOptions::default()
                };
                let found = Session::global().eval("<polynomial>", function, &given(x), &options);
                found.unwrap_or_else(|f| panic!("{function}: {:?}", f.diagnostics())).value.entries
                    [0]
            };
            for order in 1..=3 {
                let options = DeriveOptions {
                    by: vec!["X".into()],
                    order: Some(order),
                    form: Form::Index,
                    declarations: declarations.clone(),
                    ..DeriveOptions::default()
                };
                for x in POINTS {
                    let found =
                        Session::global().eval("<polynomial>", function, &given(x), &options);
                    let found = match found {
                        Ok(found) => found,
                        Err(failure) => {
                            wrong.push(format!(
                                "{function}, {size}, order {order} at {x:?}: {}",
                                failure.diagnostics()[0].message
                            ));
                            continue;
                        }
                    };
                    let (derivation, tensor) = &found.derivatives[0];
                    if derivation.conditions.all().next().is_some() {
                        wrong.push(format!("{function}: {:?}", derivation.conditions));
                    }
                    // A product with the direction along every pair of axes.
                    let along: f64 = (tensor.entries.iter().enumerate())
                        .map(|(place, entry)| {
                            let mut rest = place;
                            (0..order).fold(*entry, |product, _| {
                                let (i, j) = (rest / 3 % 3, rest % 3);
                                rest /= 9;
                                product * DIRECTION[i][j] as f64
                            })
                        })
                        .sum();
                    let values: Vec<f64> = (-DEGREE / 2..=DEGREE / 2)
                        .map(|t| {
                            let mut moved = *x;
                            for i in 0..3 {
                                for j in 0..3 {
                                    moved[i][j] += t * DIRECTION[i][j];
                                }
                            }
                            value(&moved)
                        })
                        .collect();
                    let right = derivative_at_zero(&values, order);
                    // Values along the line are thousands, and the formula for the derivative divides by no small number.
                    if (along - right).abs() > 1e-7 * right.abs().max(1.0) {
                        wrong.push(format!(
                            "{function}, {size}, order {order} at {x:?}: {along}, right is {right}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
