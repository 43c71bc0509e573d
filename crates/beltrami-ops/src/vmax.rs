//! # `vmax(A)`: eigenvector of the largest eigenvalue
//!
//! The unit vector with $A v = \lambda_{\max}(A)\, v$, of its two signs the one whose largest entry
//! in absolute value is positive.
//!
//! ## Shape
//! `n×n → n`; the argument is symmetric.
//!
//! ## Domain
//! Symmetric matrices whose largest eigenvalue is simple.
//!
//! ## Derivative
//! $dv = (\lambda_{\max} I - A)^+ dA\, v$, with the pseudoinverse written as $(\lambda_{\max} I - A + vv^\top)^{-1}
//! (I - vv^\top)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'lmax(X)' --by X --layout denominator --let 'X: symmetric(n)'` prints `vmax(X)*vmax(X)'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7.

use beltrami_core::{Differential, Kernel, Op, Shape, rule};

/// The eigenvector of the largest eigenvalue.
pub static OP: Op = Op {
    name: "vmax",
    params: "A: symmetric(n)",
    kernel: Kernel::VectorMax,
    shape: |sizes, args| {
        rule::count(args, 1, "1 argument")?;
        Ok(Shape::vector(rule::side(sizes, args, 0)?))
    },
    differential: Differential::Text("inv(lmax(A)*eye(n) - A + vmax(A)*vmax(A)')*(eye(n) - vmax(A)*vmax(A)')*dA*vmax(A)"),
    rules: "
        vmax-unit: vmax(A)'*vmax(A) => 1 if symmetric(A)
        vmax-norm: norm2(vmax(A)) => 1 if symmetric(A)
        vmax-eigen: A*vmax(A) => lmax(A)*vmax(A) if symmetric(A)
        vmax-shift: vmax(A + a*eye(n)) => vmax(A) if symmetric(A)
    ",
    domain: &["the largest eigenvalue of {A} is simple"],
    jumps: true,
    latex: r"v_{\max}\left(#1\right)",
    samples: &["A: symmetric(3)", "A: spd(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
