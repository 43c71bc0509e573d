//! Odd polynomials.

use crate::interval::Interval;

/// `c₀x + c₁x³ + c₂x⁵ + …`
#[derive(Clone, Debug, PartialEq)]
pub struct OddPolynomial {
    /// The coefficients, that of `x` first.
    pub coefficients: Vec<f64>,
}

/// Pieces of an interval narrower than this fraction of its upper end are bounded by their slope.
const FINEST: f64 = 1e-7;

impl OddPolynomial {
    /// The polynomial with these coefficients, that of `x` first.
    pub fn new(coefficients: &[f64]) -> OddPolynomial {
        OddPolynomial { coefficients: coefficients.to_vec() }
    }

    /// The highest power.
    pub fn degree(&self) -> usize {
        (2 * self.coefficients.len()).saturating_sub(1)
    }

    /// The value at `x`.
    pub fn value(&self, x: f64) -> f64 {
        let square = x * x;
        x * self.coefficients.iter().rev().fold(0.0, |sum, c| sum * square + c)
    }

    /// The derivative at `x`.
    pub fn slope(&self, x: f64) -> f64 {
        let square = x * x;
        let weighted = self.coefficients.iter().enumerate().rev();
        weighted.fold(0.0, |sum, (k, c)| sum * square + (2 * k + 1) as f64 * c)
    }

    /// The second derivative at `x`.
    pub fn curvature(&self, x: f64) -> f64 {
        let square = x * x;
        let weighted = self.coefficients.iter().enumerate().skip(1).rev();
        x * weighted.fold(0.0, |sum, (k, c)| sum * square + (2 * k * (2 * k + 1)) as f64 * c)
    }

    /// `p(s*x)` as a polynomial in `x`.
    pub fn stretched(&self, s: f64) -> OddPolynomial {
        let power = |k: usize| s.powi(2 * k as i32 + 1);
        let scaled = self.coefficients.iter().enumerate().map(|(k, c)| c * power(k));
        OddPolynomial { coefficients: scaled.collect() }
    }

    /// `s*p(x)`.
    pub fn scaled(&self, s: f64) -> OddPolynomial {
        OddPolynomial { coefficients: self.coefficients.iter().map(|c| c * s).collect() }
    }

    /// An interval that is proved to hold all values on `on`, wider than the least one by rounding alone.
    pub fn range(&self, on: Interval) -> Interval {
        let ends =
            self.enclosure(Interval::point(on.lo)).hull(self.enclosure(Interval::point(on.hi)));
        let finest = FINEST * on.magnitude();
        let mut hull = ends;
        let mut pending = vec![on];
        while let Some(piece) = pending.pop() {
            let slope = self.slope_enclosure(piece);
            if slope.lo > 0.0 || slope.hi < 0.0 {
                // Monotone: the values at the ends hold all others.
                let lower = self.enclosure(Interval::point(piece.lo));
                let upper = self.enclosure(Interval::point(piece.hi));
                hull = hull.hull(lower).hull(upper);
                continue;
            }
            let middle = piece.middle();
            if piece.width() <= finest || middle <= piece.lo || middle >= piece.hi {
                let half = Interval::new(-0.5 * piece.width(), 0.5 * piece.width().next_up());
                hull = hull.hull(self.enclosure(Interval::point(middle)) + slope * half);
                continue;
            }
            pending.push(Interval { lo: piece.lo, hi: middle });
            pending.push(Interval { lo: middle, hi: piece.hi });
        }
        hull
    }

    /// A bound on the Lipschitz constant of the polynomial as a function of matrices with singular values in `on`, in the
    /// Frobenius norm: the largest of `|p'(σ)|` and `|p(σ)/σ|` (Noferini 2017, Daleckii–Krein formula).
    pub fn lipschitz(&self, on: Interval) -> f64 {
        let pieces = 2048;
        let step = on.width() / f64::from(pieces);
        (0..pieces).fold(0.0_f64, |worst, k| {
            let lo = on.lo + step * f64::from(k);
            let piece = Interval::new(lo, (lo + step).next_up());
            let quotient = self.quotient_enclosure(piece).magnitude();
            worst.max(self.slope_enclosure(piece).magnitude()).max(quotient)
        })
    }

    /// The size of the rounding errors of one evaluation at `top`, in units of the roundoff: a term of degree `k` is made by
    /// `k` roundings.
    pub fn rounding_weight(&self, top: f64) -> f64 {
        let terms = self.coefficients.iter().enumerate();
        terms
            .map(|(k, c)| {
                let degree = 2 * k + 1;
                degree as f64 * c.abs() * top.powi(degree as i32)
            })
            .sum()
    }

    fn enclosure(&self, x: Interval) -> Interval {
        x * self.quotient_enclosure(x)
    }

    /// Of `p(x)/x`.
    fn quotient_enclosure(&self, x: Interval) -> Interval {
        horner(self.coefficients.iter().map(|c| Interval::point(*c)), x * x)
    }

    fn slope_enclosure(&self, x: Interval) -> Interval {
        let weighted = self.coefficients.iter().enumerate();
        let weighted =
            weighted.map(|(k, c)| Interval::point(*c) * Interval::point((2 * k + 1) as f64));
        horner(weighted, x * x)
    }
}

fn horner(coefficients: impl DoubleEndedIterator<Item = Interval>, square: Interval) -> Interval {
    coefficients.rev().fold(Interval::point(0.0), |sum, c| sum * square + c)
}
