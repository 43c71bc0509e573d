//! How far an approximation is from an operator that is known by its products.

use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::polar::gamma;
use crate::scale::ldexp;
use crate::truncate::{Norm, Rule};

/// Random vectors that errors are estimated from.
pub(crate) const PROBES: usize = 10;

/// What an estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// `‖A‖² - ‖Q'A‖²`, with what rounding may add: never below the error, nor above it by more than 1 %.
    Norms,
    /// The difference of all entries, in more than `f64`: never below the error.
    Entries,
    /// Ten random vectors: the Frobenius norm is below the estimate with probability 0.99, the spectral norm with
    /// probability `1 - 1e-10` (Halko, Martinsson and Tropp 2011, lemma 4.1).
    Probes,
}

/// The distance of an approximation from the operator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// In the Frobenius norm.
    pub frobenius: f64,
    /// The same relative to the norm of the operator; 0 for a zero operator.
    pub relative: f64,
    /// In the spectral norm, an upper bound.
    pub spectral: f64,
    /// What the Frobenius norm rests on; the spectral norm always rests on random vectors or on the Frobenius norm.
    pub evidence: Evidence,
}

impl Estimate {
    /// With the error of all entries instead, where that is known.
    pub(crate) fn compared(self, distance: Option<f64>, remainder: &Remainder) -> Estimate {
        let Some(distance) = distance else { return self };
        Estimate {
            frobenius: distance,
            relative: remainder.part(distance),
            spectral: self.spectral.min(distance),
            evidence: Evidence::Entries,
        }
    }

    /// For an operator that is larger by a power of two.
    pub(crate) fn scaled(self, exponent: i32) -> Estimate {
        Estimate {
            frobenius: ldexp(self.frobenius, exponent),
            spectral: ldexp(self.spectral, exponent),
            ..self
        }
    }
}

/// What a basis does not capture: `‖A - Q*Q'*A‖`.
pub(crate) struct Remainder {
    /// The norm of the operator, known or estimated.
    norm: f64,
    /// The square of the remainder in the Frobenius norm.
    square: f64,
    /// A bound on it in the spectral norm.
    spectral: f64,
    evidence: Evidence,
    /// The square as the probes have it, with the quantile.
    probed: f64,
    /// What rounding may add to the square, relative to that of the norm, and to the factors, relative to the norm.
    rounding: f64,
}

/// What rounding may add to the square of the remainder relative to `‖A‖²`, for `count` vectors in bases for an `m×n` operator.
///
/// With `A'Q = W*T + F` the square is `‖A‖² - ‖T‖²` to within `‖Q'Q - I‖ + ‖W'W - I‖ + 2‖F‖/‖A‖`.
/// Products add `γ‖A‖‖Q‖` to `F` (Higham 2002, section 3.5), whose columns have norm 1, and the bases, orthogonalised twice, are
/// orthonormal to the same order (Giraud, Langou and Rozložník 2005), so that `4*count*γ` is on the safe side of all of them,
/// and of the decomposition of `T` and the products of its vectors with the bases, too.
pub(crate) fn rounding((m, n): (usize, usize), count: usize) -> f64 {
    Remainder::SUMS + 4.0 * count as f64 * gamma(m.max(n))
}

impl Remainder {
    /// Below this part of the norm, the difference of squares has less than a hundredth of accuracy left, at least: squares
    /// are wrong by about 1e-14, which is a hundredth of the square of 1e-6, and ten times that is on the safe side.
    const CANCELLED: f64 = 1e-5;
    /// A difference of squares is 1 % above the root at most where it is so many times what rounding adds.
    const CLEAR: f64 = 50.0;
    /// Rounding of sums of squares, relative; sums of 1e8 entries in blocks were within 1e-15.
    const SUMS: f64 = 1e-14;
    /// The 1 % quantile of the mean of ten squared normal numbers, which is what the mean square of ten probes of a remainder
    /// of rank 1 is distributed as; higher ranks vary less.
    const QUANTILE: f64 = 0.2558;

    /// From the norm of the operator where it is known, the squares of what is captured, images of random vectors without
    /// what is captured of them, as long as the operator has `cols`, and what rounding may add by [`rounding`].
    pub(crate) fn new(
        norm: Option<f64>,
        captured: f64,
        (probes, cols): (&Matrix, usize),
        rounding: f64,
    ) -> Remainder {
        let count = probes.cols().max(1) as f64;
        let size = norm.unwrap_or_else(|| (captured + frobenius(probes).powi(2) / count).sqrt());
        // Rounding of an image is relative to the norms of the operator and of the vector, which is about the root of its
        // length.
        let lost = size * (rounding + 2.0 * gamma(cols) * (cols as f64).sqrt());
        let mean = (frobenius(probes) / count.sqrt() + lost).powi(2);
        let largest = (0..probes.cols())
            .map(|j| probes.col(j).iter().map(|x| x * x).sum::<f64>().sqrt() + lost)
            .fold(0.0, f64::max);
        // Each of ten independent vectors makes a bound that is too low ten times less likely.
        let spectral = 10.0 * (2.0 / std::f64::consts::PI).sqrt() * largest;
        let probed = mean / Self::QUANTILE;
        let (norm, square, evidence) = match norm {
            Some(norm) => {
                let whole = norm * norm;
                (norm, (whole - captured).max(0.0) + rounding * whole, Evidence::Norms)
            }
            None => ((captured + mean).sqrt(), probed, Evidence::Probes),
        };
        let spectral = spectral.min(square.sqrt());
        Remainder { norm, square, spectral, evidence, probed, rounding }
    }

    /// Whether the difference of squares has too few digits.
    pub(crate) fn cancelled(&self) -> bool {
        self.evidence == Evidence::Norms && self.is_beneath(self.square.sqrt())
    }

    /// Whether an error is so small that a difference of squares does not tell it.
    pub(crate) fn is_beneath(&self, error: f64) -> bool {
        error < self.norm * Self::CANCELLED.max((Self::CLEAR * self.rounding).sqrt())
    }

    /// With the error of all entries instead, or from the probes where that is not known.
    pub(crate) fn compared(self, distance: Option<f64>) -> Remainder {
        match distance {
            Some(distance) => Remainder {
                square: distance * distance,
                spectral: self.spectral.min(distance),
                evidence: Evidence::Entries,
                ..self
            },
            None => Remainder { square: self.probed, evidence: Evidence::Probes, ..self },
        }
    }

    pub(crate) fn part(&self, error: f64) -> f64 {
        if self.norm == 0.0 { 0.0 } else { error / self.norm }
    }

    /// The remainder in the Frobenius norm.
    pub(crate) fn frobenius(&self) -> f64 {
        self.square.sqrt()
    }

    /// Errors of keeping the first `rank` values of those captured, in both norms, for all ranks.
    fn errors(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let mut square = self.square;
        let mut errors = vec![(square.sqrt(), self.spectral)];
        for s in values.iter().rev() {
            square += s * s;
            errors.push((square.sqrt(), s.hypot(self.spectral).min(square.sqrt())));
        }
        errors.reverse();
        errors
    }

    /// The smallest rank for which a rule holds, or all that is captured.
    pub(crate) fn rank(&self, values: &[f64], rule: Rule, scaled: &dyn Fn(f64) -> f64) -> usize {
        self.rank_reached(values, rule, scaled).unwrap_or(values.len())
    }

    /// The same where the rule holds.
    pub(crate) fn rank_reached(
        &self,
        values: &[f64],
        rule: Rule,
        scaled: &dyn Fn(f64) -> f64,
    ) -> Option<usize> {
        let errors = self.errors(values);
        let first = values.first().copied().unwrap_or(0.0);
        errors
            .iter()
            .position(|(frobenius, spectral)| match rule {
                Rule::Rank(_) => false,
                Rule::Energy(part) => 1.0 - self.part(*frobenius).powi(2) >= part,
                Rule::Error { limit, relative: true, norm: Norm::Frobenius } => {
                    self.part(*frobenius) <= limit
                }
                Rule::Error { limit, relative: true, norm: Norm::Spectral } => {
                    *spectral <= limit * first
                }
                Rule::Error { limit, norm: Norm::Frobenius, .. } => *frobenius <= scaled(limit),
                Rule::Error { limit, norm: Norm::Spectral, .. } => *spectral <= scaled(limit),
            })
            .or(match rule {
                Rule::Rank(rank) => Some(rank).filter(|rank| *rank <= values.len()),
                _ => None,
            })
    }

    pub(crate) fn estimate(&self, values: &[f64], rank: usize) -> Estimate {
        let (frobenius, spectral) = self.errors(values)[rank];
        // The factors that are handed out are rounded, too.
        let rounded = self.rounding * self.norm;
        let (frobenius, spectral) = (frobenius + rounded, spectral + rounded);
        let spectral = spectral.min(frobenius);
        Estimate { frobenius, relative: self.part(frobenius), spectral, evidence: self.evidence }
    }
}
