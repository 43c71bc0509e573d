//! Real numbers that move along a line: truncated power series as scalars.

use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::series::{MOST, Series};

/// A number `c₀ + c₁t + … + c_N t^N`, everything beyond dropped, `N` being [`MOST`].
///
/// Evaluated at `a + t`, an expression of one number has its Taylor coefficients at `a`, `c_n = f⁽ⁿ⁾(a)/n!`; evaluated at
/// `x + t*d` it has those of its restriction to a line.
/// Every kernel computes with it, so that the Taylor coefficients of functions of matrices come the same way.
///
/// A quotient whose divisor vanishes at the start exists where the dividend vanishes to that order, as `sin(t)/t` does; it
/// has so many coefficients less, and those that are not known are NaN.
/// A coefficient depends on those of its order and below alone, so that what is known stays known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve([f64; MOST + 1]);

impl Curve {
    /// `start + t*slope`.
    pub fn line(start: f64, slope: f64) -> Curve {
        Curve::from_coefficients(|n| match n {
            0 => start,
            1 => slope,
            _ => 0.0,
        })
    }
}

impl Scalar for Curve {
    const ORDER: usize = MOST;

    const COEFFICIENTS: usize = MOST + 1;

    fn from_real(x: f64) -> Curve {
        Curve::line(x, 0.0)
    }

    fn from_coefficients(coefficient: impl FnMut(usize) -> f64) -> Curve {
        Curve(std::array::from_fn(coefficient))
    }

    fn coefficients(&self) -> &[f64] {
        &self.0
    }

    fn all_finite(&self) -> bool {
        let known = self.0.iter().take_while(|c| !c.is_nan()).count();
        let (known, lost) = self.0.split_at(known);
        !known.is_empty() && known.iter().all(|c| c.is_finite()) && lost.iter().all(|c| c.is_nan())
    }

    fn divide(self, divisor: Curve) -> Result<Curve, ExecError> {
        let order = divisor.0.iter().take_while(|c| **c == 0.0).count();
        // NaN is not zero.
        if order > MOST || self.0[..order].iter().any(|c| *c != 0.0) {
            return Err(ExecError::domain("division", 0.0));
        }
        let shifted =
            |c: &[f64]| Series::new(MOST, |n| c.get(n + order).copied().unwrap_or(f64::NAN));
        let quotient = shifted(&self.0).times(&shifted(&divisor.0).reciprocal());
        Ok(Curve::from_coefficients(|n| quotient[n]))
    }
}

impl Add for Curve {
    type Output = Curve;

    fn add(mut self, other: Curve) -> Curve {
        self += other;
        self
    }
}

impl Sub for Curve {
    type Output = Curve;

    fn sub(mut self, other: Curve) -> Curve {
        self -= other;
        self
    }
}

impl AddAssign for Curve {
    fn add_assign(&mut self, other: Curve) {
        self.0.iter_mut().zip(other.0).for_each(|(x, y)| *x += y);
    }
}

impl SubAssign for Curve {
    fn sub_assign(&mut self, other: Curve) {
        self.0.iter_mut().zip(other.0).for_each(|(x, y)| *x -= y);
    }
}

impl Neg for Curve {
    type Output = Curve;

    fn neg(self) -> Curve {
        Curve(self.0.map(|x| -x))
    }
}

impl Mul for Curve {
    type Output = Curve;

    fn mul(self, other: Curve) -> Curve {
        Curve::from_coefficients(|n| (0..=n).map(|i| self.0[i] * other.0[n - i]).sum())
    }
}

#[cfg(test)]
mod tests {
    use beltrami_core::{Kernel, Map};

    use super::*;
    use crate::{Tensor, apply};

    fn check(found: Curve, expected: &[f64]) {
        for (n, (found, expected)) in found.0.iter().zip(expected).enumerate() {
            // A recurrence of n steps rounds some n times.
            let gap = (found - expected).abs();
            assert!(gap <= 1e-14 * (1.0 + expected.abs()), "order {n}: {found} and {expected}");
        }
    }

    #[test]
    fn series_of_compositions_are_those_of_the_textbook() {
        let t = Curve::line(0.0, 1.0);
        let map = |map, x: Curve| {
            let value = apply(Kernel::Map(map), None, &[&Tensor::scalar(x)]).unwrap();
            value.data()[0]
        };
        // exp(sin t) = 1 + t + t²/2 - t⁴/8 - t⁵/15 - t⁶/240 + …
        let composed = map(Map::Exp, map(Map::Sin, t));
        check(composed, &[1.0, 1.0, 0.5, 0.0, -1.0 / 8.0, -1.0 / 15.0, -1.0 / 240.0]);
        // tan t has the coefficients 1, 1/3, 2/15, 17/315 of odd orders.
        check(map(Map::Tan, t), &[0.0, 1.0, 0.0, 1.0 / 3.0, 0.0, 2.0 / 15.0, 0.0, 17.0 / 315.0]);
        let geometric = Curve::from_real(1.0).divide(Curve::line(1.0, -1.0)).unwrap();
        check(geometric, &[1.0; MOST + 1]);
    }

    #[test]
    fn quotients_of_what_vanishes_alike_have_series() {
        let t = Curve::line(0.0, 1.0);
        let sine = apply(Kernel::Map(Map::Sin), None, &[&Tensor::scalar(t)]).unwrap().data()[0];
        let sinc = sine.divide(t).unwrap();
        check(sinc, &[1.0, 0.0, -1.0 / 6.0, 0.0, 1.0 / 120.0]);
        // One coefficient is not known, and no coefficient below it depends on that.
        let lost = |x: Curve| x.coefficients().iter().filter(|c| c.is_nan()).count();
        assert!(lost(sinc) == 1 && lost(sinc * sinc) == 1 && sinc.all_finite());
        assert_eq!(lost((sine * sine * sine).divide(t * t).unwrap()), 2);
        assert!(t.divide(sine * sine).is_err());
        assert!(Curve::from_real(1.0).divide(t).is_err());
        assert!(t.divide(Curve::from_real(0.0)).is_err());
    }

    #[test]
    fn functions_of_matrices_have_series() {
        // exp(t*J) for the rotation generator J turns by the angle t.
        let entry = |i: usize, j: usize| Curve::line(0.0, j as f64 - i as f64);
        let turned = apply(Kernel::Expm, None, &[&Tensor::from_fn(2, 2, entry)]).unwrap();
        check(turned.data()[0], &[1.0, 0.0, -0.5, 0.0, 1.0 / 24.0, 0.0, -1.0 / 720.0]);
        check(turned.data()[1], &[0.0, 1.0, 0.0, -1.0 / 6.0, 0.0, 1.0 / 120.0]);
        // inv(I - t*A) is the sum of the powers of t*A.
        let shift =
            |i, j| Curve::line(f64::from(u8::from(i == j)), if i + 1 == j { -1.0 } else { 0.0 });
        let inverse = apply(Kernel::Inv, None, &[&Tensor::from_fn(3, 3, shift)]).unwrap();
        check(inverse.at(0, 2), &[0.0, 0.0, 1.0, 0.0, 0.0]);
    }
}
