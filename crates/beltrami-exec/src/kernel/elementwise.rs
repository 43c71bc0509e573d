//! Kernels that work entry by entry.

use std::cmp::Ordering;
use std::marker::PhantomData;

use beltrami_core::{Algebra, Composition, Kernel, Map, Number};

use crate::error::ExecError;
use crate::power::power;
use crate::scalar::Scalar;
use crate::taylor::{taylor, value};
use crate::tensor::{Tensor, size_text};

/// A function of two entries at the same place.
pub(crate) fn zip<S: Scalar>(
    kernel: Kernel,
    a: &Tensor<S>,
    b: &Tensor<S>,
    f: impl Fn(S, S) -> Result<S, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    if a.dims() != b.dims() {
        let detail = format!("sizes {} and {} differ", size_text(a.dims()), size_text(b.dims()));
        return Err(ExecError::shape(kernel, detail));
    }
    let data = a.data().iter().zip(b.data()).map(|(x, y)| f(*x, *y)).collect::<Result<_, _>>()?;
    Tensor::new(a.dims().to_vec(), data)
}

/// A scalar function of every entry.
pub(crate) fn map<S: Scalar>(map: Map, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    a.try_map(|x| apply_map(map, *x))
}

pub(crate) fn apply_map<S: Scalar>(map: Map, x: S) -> Result<S, ExecError> {
    // At a kink only an argument that moves has no derivative.
    if x.is_constant() {
        return Ok(S::from_real(value(map, x.real())?));
    }
    Ok(x.compose(&taylor(map, x.real(), S::ORDER)?))
}

/// The formula of a composed function at every entry.
pub(crate) fn composed<S: Scalar>(
    composition: &Composition,
    a: &Tensor<S>,
) -> Result<Tensor<S>, ExecError> {
    a.try_map(|x| composition.formula.at(&mut Scalars(PhantomData), x))
}

/// Formulas in scalars.
struct Scalars<S>(PhantomData<S>);

impl<S: Scalar> Algebra for Scalars<S> {
    type Value = S;
    type Error = ExecError;

    fn number(&mut self, x: Number) -> Result<S, ExecError> {
        Ok(S::from_real(x.to_f64()))
    }

    fn neg(&mut self, a: S) -> Result<S, ExecError> {
        Ok(-a)
    }

    fn sum(&mut self, a: S, b: S) -> Result<S, ExecError> {
        Ok(a + b)
    }

    fn difference(&mut self, a: S, b: S) -> Result<S, ExecError> {
        Ok(a - b)
    }

    fn product(&mut self, a: S, b: S) -> Result<S, ExecError> {
        Ok(a * b)
    }

    fn quotient(&mut self, a: S, b: S) -> Result<S, ExecError> {
        a.divide(b)
    }

    fn map(&mut self, map: Map, a: S) -> Result<S, ExecError> {
        apply_map(map, a)
    }
}

/// Every entry with one exponent.
pub(crate) fn power_all<S: Scalar>(a: &Tensor<S>, exponent: S) -> Result<Tensor<S>, ExecError> {
    a.try_map(|x| power(*x, exponent))
}

/// Every entry divided by one number.
pub(crate) fn divide_all<S: Scalar>(a: &Tensor<S>, divisor: S) -> Result<Tensor<S>, ExecError> {
    a.try_map(|x| x.divide(divisor))
}

/// Whether two numbers have the same infinitesimal parts, but for rounding of sums in different orders; what differs by
/// less is no other derivative to the check.
pub(crate) fn alike<S: Scalar>(x: S, y: S) -> bool {
    let size = |x: S| x.coefficients()[1..].iter().fold(0.0_f64, |m, c| c.abs().max(m));
    size(x - y) <= 1e-9 * size(x).max(size(y))
}

/// The larger of two numbers; a tie of numbers that move apart has no derivative.
pub(crate) fn larger<S: Scalar>(x: S, y: S) -> Result<S, ExecError> {
    if x.real() == y.real() && !alike(x, y) {
        return Err(ExecError::not_differentiable(format!(
            "max or min of two equal values, {}",
            x.real()
        )));
    }
    Ok(if x.real() >= y.real() { x } else { y })
}

/// 1 when the first number is larger, 0 when the second is; 1/2 at a tie, which must not move apart.
pub(crate) fn above<S: Scalar>(x: S, y: S) -> Result<S, ExecError> {
    larger(x, y)?;
    Ok(S::from_real(match x.real().partial_cmp(&y.real()) {
        Some(Ordering::Greater) => 1.0,
        Some(Ordering::Equal) => 0.5,
        _ => 0.0,
    }))
}

/// The smaller of two numbers, as [`larger`].
pub(crate) fn smaller<S: Scalar>(x: S, y: S) -> Result<S, ExecError> {
    Ok(-larger(-x, -y)?)
}
