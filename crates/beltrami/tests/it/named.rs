//! Results are written with names for what they say twice, and mean what they mean without.

use crate::table::{further_rows, rows};
use beltrami::engine::core::ExprId;
use beltrami::{DeriveOptions, NamedText, Session};

fn named(text: &str, declarations: &str, by: &str, order: usize) -> Option<NamedText> {
    let options = DeriveOptions {
        by: vec![by.into()],
        order: Some(order),
        declarations: declarations.into(),
        ..DeriveOptions::default()
    };
    compared(text, &options)
}

/// The derivative with names, which is compared with the one without.
fn compared(text: &str, options: &DeriveOptions) -> Option<NamedText> {
    let session = Session::global();
    let derivation = session.derive("<test>", text, options).expect(text).remove(0);
    let named = derivation.named()?;
    let read = |text: &str| {
        let read = session.load("<test>", text, &options.declarations, &[]);
        read.unwrap_or_else(|failure| panic!("{text}: {failure}")).program
    };
    let (with, without) = (read(&named.text()), read(&derivation.text()));
    let mut graph = with.graph;
    let same: ExprId = graph.import(&without.graph, without.root).expect("the same declarations");
    assert!(graph.is_same(with.root, same), "{} is not {}", named.text(), derivation.text());
    Some(named)
}

fn written(text: &str, declarations: &str, by: &str, order: usize) -> String {
    named(text, declarations, by, order).map(|named| named.text()).unwrap_or_default()
}

#[test]
fn names_of_the_program_are_used_where_they_fit() {
    let of = |text| written(text, "A: matrix(m,n), x: vector(n), y: vector(m)", "x", 1);
    assert_eq!(of("r = A*x - y; norm2(r)^2"), "2*r'*A\nwhere r = A*x - y");
    // With the other sign, and in another order.
    assert_eq!(of("r = y - A*x; norm2(A*x - y)^2"), "-2*r'*A\nwhere r = y - A*x");
    assert_eq!(of("r = A*x - y; norm2(-y + A*x)^2"), "2*r'*A\nwhere r = A*x - y");
    // A name for what is not in the result is not mentioned, nor one that is as long as what it says.
    assert_eq!(of("s = x'*x; norm2(A*x)^2 + a*s"), "");
    assert_eq!(of("longer = A*x; norm2(longer)^2"), "");
}

#[test]
fn what_stands_twice_gets_a_letter_that_is_free() {
    let of = |text| written(text, "X: matrix(m,n), w: vector(n), y: vector(m), r: scalar", "w", 2);
    assert_eq!(
        of("sum(log(sigmoid(y.*(X*w))))"),
        "X'*diag(y.^2.*(p.^2 - p))*X\nwhere p = sigmoid(y.*(X*w))"
    );
}

#[test]
fn neighbouring_factors_and_terms_are_pieces() {
    let declarations = "V: spd(n), X: matrix(n,q), y: vector(n)";
    let text =
        "logdet(V) + logdet(X'*inv(V)*X) + y'*(inv(V) - inv(V)*X*inv(X'*inv(V)*X)*X'*inv(V))*y";
    let written = written(text, declarations, "V", 1);
    // The sum `P - eye(n)` is met with the other signs too, whose minus stands before its product.
    assert_eq!(
        written,
        "inv(V)*(eye(n) + P*(-Q*R - eye(n)) + Q*R)\nwhere Q = y*y'*inv(V),\n      S = X'*inv(V),\n      \
         P = X*inv(S*X)*S,\n      R = P - eye(n)"
    );
}

#[test]
fn short_results_have_no_names() {
    for text in ["norm2(A*x - y)^2", "x'*inv(A'*A)*x", "sum(exp(x))"] {
        assert_eq!(written(text, "A: matrix(m,n), x: vector(n)", "x", 1), "", "{text}");
    }
}

#[test]
fn every_identity_means_the_same_with_names() {
    let named = rows().into_iter().chain(further_rows()).filter(|row| !row.is_negative());
    let met = named.filter(|row| compared(&row.expression, &row.options()).is_some()).count();
    assert!(met > 20, "{met}");
}

#[test]
fn letters_of_functions_and_sizes_are_not_taken() {
    let declarations = "P: matrix(Q,Q), x: vector(Q)";
    let written = written("norm2(exp(P*x)./sum(exp(P*x)))^4", declarations, "x", 1);
    let names: Vec<&str> =
        written.split([',', '\n']).filter_map(|part| part.split_once(" = ")).map(|p| p.0).collect();
    assert!(!names.is_empty());
    for name in names {
        let name = name.trim().trim_start_matches("where ");
        assert!(!["P", "Q", "x", "K"].contains(&name), "{written}");
    }
}
