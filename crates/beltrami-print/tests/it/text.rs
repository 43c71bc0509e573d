//! Texts read back, and read as a person would write them.

use crate::reader;
use beltrami_core::Kernel;
use beltrami_print::{text, text_with};

const NAMES: &str = "A: matrix(m,n); B: matrix(m,n); C: matrix(n,n); D: matrix(n,n); S: spd(n); x: vector(n); \
                     y: vector(m); z: vector(n); r: row(n); a: scalar; b: scalar; c: scalar";

fn check(written: &str, printed: &str) {
    let mut read = reader::read(NAMES, written);
    let first = text(&read.graph, read.root);
    assert_eq!(first, printed, "{written}");
    let again = reader::again(&mut read.graph, &first);
    assert_eq!(text(&read.graph, again), printed, "{written}, read again");
}

#[test]
fn sums_and_signs() {
    for same in [
        "a + b",
        "a - b",
        "a - (b + c)",
        "a - b + c",
        "-a + b",
        "-(a + b)",
        "-a*b",
        "-a^2",
        "x - 2*z",
        "-x/a^2",
    ] {
        check(same, same);
    }
    check("a + (b + c)", "a + b + c");
    check("a + (b - c)", "a + b - c");
    check("a - -b", "a + b");
    check("-(-a)", "a");
    check("(-(-x))'", "x'");
    check("a - (-(b + c))", "a + b + c");
    check("a - (-(-b + c))", "a - b + c");
    check("a + (-(b + c))", "a - (b + c)");
    check("a + (-b)", "a - b");
    check("a + (-2)*b", "a - 2*b");
    check("a - (-b + c)", "a - (-b + c)");
    check("a + (-b + c)", "a - b + c");
    check("-(x/a^2)", "-x/a^2");
    check("a - 1/3", "a - 1/3");
}

#[test]
fn products() {
    for same in [
        "2*A'*(A*x - y)",
        "A*C*x",
        "x'*C*z",
        "x'*C*x*z",
        "(A*x).*y",
        "-(A*x).*y",
        "2*(A*x).*y",
        "A*(x.*z)",
        "A.*B*2",
        "(A.*B)*x",
        "A/(x'*x)",
        "A*x/a",
        "x./z.*x",
        "x./(z.*x)",
        "(A*x)./y",
        "a*b/c",
        "a/b/c",
        "a/(b*c)",
        "(a + b)*A",
        "2*A*C",
        "a*(-b)",
        "(1/3)*x",
        "-(1/3)*x",
        "1/2*x",
        "0.5*x",
        "x.*(-z)",
        "x.*(2*z)",
        "y*x'",
        "x'*z*A",
        "2.*a",
        "x.*(A'*y)",
        "x.*(A'*y/a)",
        "1/a*A*x",
    ] {
        if same != "A.*B*2" {
            check(same, same);
        }
    }
    check("A.*B*2", "2*A.*B");
    check("A*(C*x)", "A*C*x");
    check("A*(2*C)", "2*A*C");
    check("A*a*C", "a*A*C");
    check("A*(C*a)*x", "a*A*C*x");
    check("(x'*z)*(A*C)", "x'*z*A*C");
    check("A*((x'*z)*x)", "x'*z*A*x");
    check("a*(x'*z)", "a*x'*z");
    check("a*(x.*z)", "a*x.*z");
    check("-(x.*z)", "-x.*z");
    check("A*(-(C*x))", "A*(-C)*x");
    check("(-(A*x)).*y", "-(A*x).*y");
    check("(-A*x).*y", "-(A*x).*y");
    check("x.*(z.*x)", "x.*z.*x");
    check("a*(b/c)", "a*b/c");
    check("(2*x).*z", "2*x.*z");
    check("A*(x/a)", "A*x/a");
    check("(x.*z)*r", "(x.*z)*r");
    check("(2*(x.*z))*r", "2*(x.*z)*r");
    check("A*(a*(x.*z))", "a*A*(x.*z)");
    check("r*(x*(r.*r))", "r*x*(r.*r)");
    check("r*(x*(2*r))", "2*r*x*r");
    check("(r*(C*(x*r))).*r", "r*C*x*r.*r");
    check("y*(x'*z)", "x'*z*y");
}

#[test]
fn powers_and_postfix() {
    for same in [
        "a^2",
        "x.^2",
        "C^2",
        "C^(-2)",
        "x.^(-0.5)",
        "x.^(1/3)",
        "x.^0.5",
        "(a + b)^2",
        "(a*b)^2",
        "a^(b^c)",
        "(a^b)^c",
        "(x.^2)'",
        "C''",
        "(C*D)'",
        "(A*x - y)'",
        "norm2(x)^2",
        "a^(-b)",
        "x.^(a + b)",
        "x.^z",
        "x'.^2",
        "(-a)^2",
        "2^a",
        "C'^2",
        "(-2)^a",
    ] {
        check(same, same);
    }
    check("a^-2", "a^(-2)");
    check("C''", "C''");
}

#[test]
fn calls_blocks_and_entries() {
    for same in [
        "tr(C*D)",
        "sum(A, 1)",
        "sum(A, 2)",
        "sum(A)",
        "ones(n)",
        "ones(m, n)",
        "eye(n)",
        "unit(2, n)",
        "A[1,2]",
        "x[3]",
        "(A*C)[1,2]",
        "[A, B]",
        "[A; B]",
        "[A, B; B, A]",
        "[A, B, A]",
        "[A; B; A]",
        "[A, B]'",
        "K(m, n)",
        "kron(A, B)",
        "einsum(\"ij,jk->ik\", A, C)",
        "[[A; B], [B; A]]",
        "inv(C)*x",
        "m*n*x",
        "(m + 1)*x",
        "x/n",
        "eye(m*n)",
        "ones(m + 1)",
        "exp(-x.^2/2)",
    ] {
        check(same, same);
    }
    check("[[A, B], A]", "[A, B, A]");
    check("[[A; B]; A]", "[A; B; A]");
    check("[A; [B; A]]", "[A; B; A]");
    check("exp(-(x.^2)/2)", "exp(-x.^2/2)");
}

#[test]
fn numbers_of_engines() {
    let mut read = reader::read(NAMES, "x");
    let (graph, x) = (&mut read.graph, read.root);
    let third = graph.number(beltrami_core::Number::ratio(-1, 3).unwrap());
    let scaled = graph.raw(Kernel::Scale, &[third, x]).unwrap();
    assert_eq!(text(graph, scaled), "-(1/3)*x");
    let minus_two = graph.int(-2);
    let scaled = graph.raw(Kernel::Scale, &[minus_two, x]).unwrap();
    assert_eq!(text(graph, scaled), "-2*x");
    let sum = graph.raw(Kernel::Add, &[x, scaled]).unwrap();
    assert_eq!(text(graph, sum), "x - 2*x");
    let power = graph.raw(Kernel::Power, &[x, third]).unwrap();
    assert_eq!(text(graph, power), "x.^(-1/3)");
    let mn = graph.size(&beltrami_core::Dim::symbol("m").times(&beltrami_core::Dim::symbol("n")));
    let sized = graph.raw(Kernel::Divide, &[x, mn]).unwrap();
    assert_eq!(text(graph, sized), "x/(m*n)");
}

#[test]
fn names_stand_for_subexpressions() {
    let read = reader::read(NAMES, "A'*(A*x - y)");
    let residual = read.graph.args(read.root)[1];
    let named =
        text_with(&read.graph, read.root, &|id| (id == residual).then(|| String::from("r0")));
    assert_eq!(named, "A'*r0");
}

#[test]
fn shared_expressions_do_not_grow_without_bound() {
    let mut read = reader::read(NAMES, "x");
    let mut sum = read.root;
    for _ in 0..200 {
        sum = read.graph.raw(Kernel::Add, &[sum, sum]).unwrap();
    }
    assert!(text(&read.graph, sum).len() < 1 << 22);
    let mut deep = read.root;
    let x = read.root;
    for _ in 0..3000 {
        deep = read.graph.raw(Kernel::Sub, &[x, deep]).unwrap();
    }
    assert!(text(&read.graph, deep).len() > 5000);
}
