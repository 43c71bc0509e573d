//! # `a^b`: power
//!
//! A scalar to a scalar power, $a^b$; for a matrix base see the page of `A^k`.
//!
//! ## Shape
//! `scalar, scalar → scalar`.
//!
//! ## Domain
//! Any base with a nonnegative integer exponent, a base other than zero with a negative one, a positive base otherwise.
//!
//! ## Derivative
//! $d(a^b) = b\,a^{b-1}\,da + a^b \log(a)\,db$; a term whose argument does not vary is not written.
//!
//! ## Structure
//! Even powers are not negative; powers of positive numbers are positive.
//!
//! ## Examples
//! - `beltrami derive 'a^2' --by a` prints `2*a`
//! - `beltrami derive 'a^3' --by a` prints `3*a^2`

use beltrami_core::{Arg, Differential, Kernel, Lower, Notation, Op, Transposed};

/// The power of scalars.
pub static OP: Op = Op {
    name: "^",
    notation: Notation::Infix,
    params: "a: scalar, b: scalar",
    kernel: Kernel::Power,
    accepts: |args| args.len() == 2 && args.iter().all(Arg::is_scalar),
    shape: crate::power::OP.shape,
    facts: crate::power::facts,
    transposed: Transposed::Each,
    lower: Lower::Power,
    differential: Differential::Build(crate::power::differential),
    rules: "
        power-square-scalar: a*a => a^2
        power-next-scalar: a*a^b => a^(b + 1)
        power-product-scalar: a^b*a^c => a^(b + c)
        power-previous-scalar: a^b/a => a^(b - 1)
        power-twice-scalar: (a^b)^c => a^(b*c) if positive(a)
        power-exp-scalar: exp(a)^b => exp(a*b)
        power-log-scalar: log(a^b) => b*log(a) if positive(a)
    ",
    latex: "{#1}^{#2}",
    samples: &["a: scalar > 0, b: scalar", "a: scalar => a^3", "a: scalar > 0 => a^(-1/2)"],
    ..Op::BASE
};
