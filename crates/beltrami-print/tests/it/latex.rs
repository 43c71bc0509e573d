//! LaTeX as a person would set it, and MathML that says the same.

use crate::reader;
use beltrami_print::{from_latex, latex, mathml};

const NAMES: &str = "A: matrix(m,n); B: matrix(m,n); C: matrix(n,n); x: vector(n); y: vector(m); z: vector(n); r: row(n); \
                     a: scalar; b: scalar; lambda: scalar; μ: scalar; x_1: scalar; w2: vector(n); rate: scalar";

fn check(written: &str, set: &str) {
    let read = reader::read(NAMES, written);
    assert_eq!(latex(&read.graph, read.root), set, "{written}");
    let math = mathml(&read.graph, read.root);
    assert!(math.starts_with("<math") && !math.contains("merror"), "{written}: {math}");
}

#[test]
fn products_and_sums() {
    check("2*A'*(A*x - y)", r"2\,A^{\top}\,\left(A\,x - y\right)");
    check("a - (b + a)", r"a - \left(b + a\right)");
    check("a + (-b)", "a - b");
    check("-(a + b)*x", r"-\left(a + b\right)\,x");
    check("a*(-b)", r"a\,\left(-b\right)");
    check("a*2", r"a \cdot 2");
    check("A/(x'*x)", r"\frac{A}{x^{\top}\,x}");
    check("-x/a^2", r"-\frac{x}{a^{2}}");
    check("(1/3)*x", r"\frac{1}{3}\,x");
    check("(A*x).*y", r"\left(A\,x\right) \odot y");
    check("A*(x./z)", r"A\,\left(x \oslash z\right)");
}

#[test]
fn powers_and_functions() {
    check("C'", r"C^{\top}");
    check("inv(C)'*x", r"C^{-\top}\,x");
    check("inv(C + C')", r"\left(C + C^{\top}\right)^{-1}");
    check("C^3", r"C^{3}");
    check("C'^2", r"\left(C^{\top}\right)^{2}");
    check("x.^2", r"x^{\odot 2}");
    check("(a*b)^2", r"\left(a\,b\right)^{2}");
    check(
        "norm2(x)^2 + norm2(A)",
        r"\left\lVert x \right\rVert_{2}^{2} + \left\lVert A \right\rVert_{F}",
    );
    check("tr(C*C)", r"\operatorname{tr}\left(C\,C\right)");
    check("exp(x)", r"\exp\left(x\right)");
}

#[test]
fn names_and_constants() {
    check("lambda*μ", r"\lambda\,\mu");
    check("x_1*rate*w2", r"x_{1}\,\mathit{rate}\,w_{2}");
    check("eye(n) + ones(n, n)", r"I_{n} + \mathbf{1}_{n,n}");
    check("K(m, n)", "K_{m,n}");
    check("kron(A, B)", r"A \otimes B");
    check("[A, B; B, A]", r"\begin{pmatrix} A & B \\ B & A \end{pmatrix}");
    check("A[1,2]*x[3]", r"A_{1,2}\,x_{3}");
    check("einsum(\"ij,jk->ik\", A, C)", r"\left[\sum_{j} A_{ij}\,C_{jk}\right]_{ik}");
    check("einsum(\"i,i->\", x, z)", r"\sum_{i} x_{i}\,z_{i}");
}

#[test]
fn mathml_is_one_element() {
    let math = from_latex(r"A^{\top}\,x");
    assert!(math.starts_with("<math display=\"block\">") && math.ends_with("</math>"), "{math}");
}
