//! # `var(A)`: variance of all entries
//!
//! The variance of a sample: the squared deviations from the mean, added, over all entries.
//! Divided by one less than the number of entries as MATLAB, Julia and PyTorch do by default; NumPy divides by the number of entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Domain
//! More than one entry.
//!
//! ## Derivative
//! Twice the sum of the deviations from the mean times $dA$, divided likewise.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'var([1; 2; 3])'` gives `1`

use beltrami_core::{Kernel, Op, rule};

/// The variance of all entries.
pub static OP: Op = Op {
    name: "var",
    kernel: Kernel::Defined,
    definition: "sum((A - mean(A)*ones(m,n)).^2)/(m*n - 1)",
    accepts: |args| args.len() == 1,
    shape: rule::to_scalar,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
