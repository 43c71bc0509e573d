//! The best approximation of low rank, and the leading dyad.

use super::at::At;
use super::{Line, OddScalar};
use crate::error::Error;
use crate::factor::svd::Svd;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matrix::Matrix;

/// The nearest matrix of rank at most this, in the Frobenius and the spectral norm.
///
/// Where singular values `r` and `r + 1` agree to working precision it is refused as [`Error::NotUnique`], and where both
/// vanish as [`Error::LowerRank`].
/// # References
/// Eckart and Young 1936, *The approximation of one matrix by another of lower rank*; Feppon and Lermusiaux 2018, *A
/// geometric approach to dynamical model order reduction*, for the derivative.
#[derive(Clone, Copy, Debug)]
pub struct LowRank(pub usize);

/// The outer product `u₁*v₁'` of the leading singular vectors, the gradient of the largest singular value.
///
/// Where the two largest singular values agree to working precision it is refused as [`Error::NotUnique`].
#[derive(Clone, Copy, Debug)]
pub struct TopDyad;

impl MatrixFunction for LowRank {
    fn name(&self) -> &'static str {
        "lowrank"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(low_rank_at(self.0, a)?))
    }
}

fn low_rank_at(rank: usize, a: &Matrix) -> Result<At<Above>, Error> {
    let found = Svd::normalised(a)?;
    let svd = found.values;
    let bound = if rank >= svd.s.len() {
        -1.0
    } else if rank == 0 {
        f64::INFINITY
    } else if svd.s[rank - 1] <= vanishing(&svd) * svd.s[0] {
        return Err(Error::LowerRank { function: "lowrank", rank });
    } else {
        boundary(&svd, rank, "the best approximation of this rank")?
    };
    let line = Line { slope: 1.0, offset: 0.0 };
    let scalar = Above { name: "lowrank", bound, line, degree: 1 };
    Ok(At::decomposed(scalar, svd, found.exponent))
}

impl MatrixFunction for TopDyad {
    fn name(&self) -> &'static str {
        "topdyad"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(top_dyad_at(a)?))
    }
}

/// # Errors
/// [`Error::NotUnique`], and those of the decomposition.
pub(crate) fn top_dyad_at(a: &Matrix) -> Result<At<Above>, Error> {
    let found = Svd::normalised(a)?;
    let svd = found.values;
    let bound = boundary(&svd, 1, "the leading singular dyad")?;
    let line = Line { slope: 0.0, offset: 1.0 };
    let scalar = Above { name: "topdyad", bound, line, degree: 0 };
    Ok(At::decomposed(scalar, svd, found.exponent))
}

/// Between singular values `rank` and `rank + 1`.
fn boundary(svd: &Svd, rank: usize, what: &'static str) -> Result<f64, Error> {
    let at = |i: usize| svd.s.get(i).copied().unwrap_or(0.0);
    let largest = at(0);
    let gap = if largest == 0.0 { 0.0 } else { (at(rank - 1) - at(rank)) / largest };
    // Vectors are wrong by about eps/gap, so nothing is left of them here.
    if gap <= vanishing(svd) {
        return Err(Error::NotUnique { what, gap });
    }
    Ok(at(rank) + (at(rank - 1) - at(rank)) / 2.0)
}

/// The part of the largest singular value that is rounding.
fn vanishing(svd: &Svd) -> f64 {
    svd.u.rows().max(svd.v.rows()) as f64 * f64::EPSILON
}

/// A line above a bound that no singular value is near, and 0 below.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Above {
    name: &'static str,
    bound: f64,
    line: Line,
    degree: i32,
}

impl OddScalar for Above {
    fn name(&self) -> &'static str {
        self.name
    }

    fn value(&self, s: f64) -> f64 {
        let Line { slope, offset } = self.at(s);
        slope * s + offset
    }

    fn slope(&self, s: f64) -> f64 {
        self.at(s).slope
    }

    fn degree(&self) -> Option<i32> {
        Some(self.degree)
    }

    fn line(&self, s: f64) -> Option<Line> {
        Some(self.at(s))
    }

    /// The quotient across the bound is right at any gap that is left between them.
    fn minus(&self, s: f64, t: f64) -> f64 {
        let (here, there) = (self.at(s), self.at(t));
        if here == there { here.slope } else { (self.value(s) - self.value(t)) / (s - t) }
    }
}

impl Above {
    fn at(&self, s: f64) -> Line {
        if s > self.bound { self.line } else { Line { slope: 0.0, offset: 0.0 } }
    }
}
