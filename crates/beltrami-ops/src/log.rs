//! # `log(A)`: natural logarithm
//!
//! The natural logarithm of every entry, $\log(A)_{ij} = \log a_{ij}$; the matrix logarithm is `logm`.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! Every entry is positive.
//!
//! ## Derivative
//! $d\log(A) = dA \oslash A$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'sum(log(x))' --by x --layout denominator` gives `ones(n)./x`

use beltrami_core::{Differential, Kernel, Map, Op, Transposed, rule};

/// The natural logarithm.
pub static OP: Op = Op {
    name: "log",
    aliases: &["ln"],
    kernel: Kernel::Map(Map::Log),
    shape: rule::entrywise,
    transposed: Transposed::Each,
    differential: Differential::Text("dA./A"),
    rules: "
        log-exp: log(exp(A)) => A
        log-inverse: exp(log(A)) => A
        log-sum: log(A) + log(B) => log(A.*B)
        log-sum-scalar: log(a) + log(b) => log(a*b)
        log-reciprocal: log(ones(m,n)./A) => -log(A)
        log-reciprocal-scalar: log(1/a) => -log(a)
    ",
    domain: &["{A} > 0"],
    latex: r"\log\left(#1\right)",
    numpy: "np.log(#1)",
    samples: &["A: matrix(2,3) > 0", "x: vector(3) > 0"],
    ..Op::BASE
};
