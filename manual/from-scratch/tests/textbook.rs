//! The from-scratch compiler against derivatives known from the textbook, through its command line.

use std::process::Command;

const SHAPES: &str = "A n n, B n n, C m n, X n n, b n 1, x n 1, y n 1, s 1 1, t 1 1";

fn check(text: &str, by: &str, expected: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_from-scratch"))
        .args([text, by, SHAPES])
        .output()
        .expect("the program starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.trim_end(), expected, "{text} by {by}");
}

#[test]
fn derivatives_are_those_of_the_textbook() {
    check("tr(X)", "X", "I");
    check("tr(A*X)", "X", "A");
    check("tr(A*X')", "X", "A'");
    check("tr(X*X)", "X", "2*X");
    check("tr(X'*A*X)", "X", "X'*A + X'*A'");
    check("tr(A*X*B*X')", "X", "B'*X'*A' + B*X'*A");
    check("tr(X)*tr(X)", "X", "2*tr(X)*I");
    check("tr(A*X)*tr(X'*A')", "X", "2*tr(A*X)*A");
    check("b'*x + x'*b", "x", "2*b'");
    check("x'*A*x", "x", "x'*A + x'*A'");
    check("(x'*y)*(b'*x)", "x", "tr(b'*x)*y' + tr(x'*y)*b'");
    check("tr(s*s*A)", "s", "2*tr(A)*tr(s)");
    check("t*s", "s", "tr(t)");
    check("s", "s", "1");
    check("tr(A)", "X", "0");
}

#[test]
fn what_makes_no_sense_is_refused() {
    check("x*x", "x", "error: cannot multiply n×1 by n×1");
    check("tr(C)", "C", "error: the trace of a m×n matrix");
    check("A + C", "A", "error: cannot add n×n and m×n");
    check("A*x", "x", "error: only a scalar has a gradient");
    check("(x", "x", "error: `)` expected");
    check("x + ", "x", "error: the text ends too early");
    check("x)", "x", "error: `)` is left over");
    check("z'*x", "x", "error: `z` is not declared");
}
