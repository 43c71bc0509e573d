//! # `cosine(x,y)`: cosine similarity
//!
//! The cosine of the angle between two columns, $x^\top y/(\|x\|\,\|y\|)$.
//!
//! ## Shape
//! `n, n → scalar`.
//!
//! ## Domain
//! Neither column is zero.
//!
//! ## Derivative
//! $d\cos = \frac{1}{\|x\|} \left(\frac{y}{\|y\|} - \cos \frac{x}{\|x\|}\right)^\top dx$, and likewise for $y$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'cosine(x,y)' --by x --layout denominator` prints `(y - y'*x*x/norm2(x)^2)/(norm2(x)*norm2(y))`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The cosine similarity.
pub static OP: Op = Op {
    name: "cosine",
    params: "x: vector(n), y: vector(n)",
    kernel: Kernel::Defined,
    definition: "x'*y/(norm2(x)*norm2(y))",
    shape: |sizes, args| rule::alike(sizes, args).map(|_| Shape::scalar()),
    samples: &["x: vector(3), y: vector(3)"],
    ..Op::BASE
};
