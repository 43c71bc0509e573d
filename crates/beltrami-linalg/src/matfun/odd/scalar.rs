//! Odd scalar functions.

use crate::error::Error;
use crate::matrix::Matrix;

/// `slope*s + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The slope.
    pub slope: f64,
    /// The value at 0 of the line continued.
    pub offset: f64,
}

/// An odd function of a real number, given for positive arguments, `f(-s) = -f(s)`.
///
/// Where it does not jump at 0, `f(0) = 0` and the function is differentiable there.
pub trait OddScalar: Clone + Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// `f(s)` for `s > 0`.
    fn value(&self, s: f64) -> f64;

    /// `f'(s)` for `s ≥ 0`.
    fn slope(&self, s: f64) -> f64;

    /// Whether `f` tends to something other than 0 at 0, so that a matrix of deficient rank has no value.
    fn jumps(&self) -> bool {
        false
    }

    /// The positive arguments at which `f` is not differentiable.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// The degree `d` with `f(cs) = c^d f(s)` for `c > 0`, where the function is homogeneous.
    fn degree(&self) -> Option<i32> {
        None
    }

    /// The line that `f` is near `s ≥ 0`, where it is one: then there are derivatives of every order.
    fn line(&self, _: f64) -> Option<Line> {
        None
    }

    /// `(f(s) - f(t))/(s - t)` for `s, t ≥ 0`, `f'(s)` where they are equal.
    ///
    /// The quotient is right where values are exact to rounding at both ends and their difference is large; for close
    /// arguments the mean of the slope over the interval, by Gauss's rule with three nodes, replaces it.
    fn minus(&self, s: f64, t: f64) -> f64 {
        // The rule errs by the sixth power of the relative gap over 2e6, the quotient by the roundoff over the gap.
        if (s - t).abs() <= 1e-2 * s.max(t) {
            let (middle, half) = (0.5 * s + 0.5 * t, 0.5 * (s - t));
            let node = half * 0.6_f64.sqrt();
            let ends = self.slope(middle - node) + self.slope(middle + node);
            return (5.0 * ends + 8.0 * self.slope(middle)) / 18.0;
        }
        (self.extended(s) - self.extended(t)) / (s - t)
    }

    /// `(f(s) + f(t))/(s + t)` for `s, t ≥ 0`, `f'(0)` where both vanish.
    fn plus(&self, s: f64, t: f64) -> f64 {
        if s == 0.0 && t == 0.0 {
            return self.slope(0.0);
        }
        // Halves, as the sum of two large numbers overflows.
        (0.5 * self.extended(s) + 0.5 * self.extended(t)) / (0.5 * s + 0.5 * t)
    }

    /// `f(s)` for `s ≥ 0`.
    fn extended(&self, s: f64) -> f64 {
        if s == 0.0 { 0.0 } else { self.value(s) }
    }

    /// How well `X` satisfies an equation that defines `F(A)`, relative.
    ///
    /// # Errors
    /// Those of the computation.
    fn residual(&self, _a: &Matrix, _x: &Matrix) -> Result<Option<f64>, Error> {
        Ok(None)
    }
}
