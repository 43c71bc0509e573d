//! # `detsign(A)`: sign of the determinant
//!
//! The sign of the determinant, -1, 0 or 1, read off a factorisation, so that it is right where the determinant itself is
//! beyond the largest number or below the smallest.
//!
//! ## Shape
//! `n×n → scalar`.
//!
//! ## Derivative
//! $d\operatorname{detsign}(A) = 0$ where $A$ is invertible.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'detsign(X)*x' --by x` prints `detsign(X)*eye(n)`

use beltrami_core::{Differential, Kernel, Op, Transposed, rule};

/// The sign of the determinant.
pub static OP: Op = Op {
    name: "detsign",
    params: "A: matrix(n,n)",
    kernel: Kernel::DetSign,
    shape: rule::square_to_scalar,
    transposed: Transposed::Itself,
    differential: Differential::Constant,
    rules: "
        detsign-transpose: detsign(A') => detsign(A)
        detsign-inverse: detsign(inv(A)) => detsign(A)
        detsign-definite: detsign(A) => 1 if spd(A)
        detsign-eye: detsign(eye(n)) => 1
    ",
    smooth: &["{A} is invertible"],
    jumps: true,
    latex: r"\operatorname{sgn}\det\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)"],
    ..Op::BASE
};
