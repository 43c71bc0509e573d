//! # `std(A)`: standard deviation of all entries
//!
//! The standard deviation of a sample: the root of the variance, over all entries.
//! Divided by one less than the number of entries, before the root, as MATLAB, Julia and PyTorch do by default; NumPy divides by the number of entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Domain
//! More than one entry. The derivative exists where the entries are not all equal.
//!
//! ## Derivative
//! That of the root of the variance.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'std([1; 2; 3])'` gives `1`

use beltrami_core::{Kernel, Op, rule};

/// The standard deviation of all entries.
pub static OP: Op = Op {
    name: "std",
    kernel: Kernel::Defined,
    definition: "sqrt(sum((A - mean(A)*ones(m,n)).^2)/(m*n - 1))",
    accepts: |args| args.len() == 1,
    shape: rule::to_scalar,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
