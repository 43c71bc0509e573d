//! Which singular values are kept, and what leaving out the rest costs.

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::scale::{exponent_of, ldexp};

/// The norm in which an error is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// The root of the sum of all squares.
    Frobenius,
    /// The largest singular value.
    Spectral,
}

/// How the rank is chosen; the smallest that satisfies the rule is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// This rank, or as many singular values as there are.
    Rank(usize),
    /// Kept squares over all squares reach this part, from 0 to 1.
    Energy(f64),
    /// The error stays at or below a limit.
    Error {
        /// The limit.
        limit: f64,
        /// Whether the limit is a part of the norm of the matrix.
        relative: bool,
        /// The norm of the error.
        norm: Norm,
    },
}

impl Rule {
    /// The same rule, or why it cannot be met.
    ///
    /// # Errors
    /// [`Error::Shape`] for an energy outside `[0, 1]`, or a limit that is negative or NaN.
    pub fn checked(self) -> Result<Rule, Error> {
        let refused = |detail: String| Err(Error::Shape { function: "truncate", detail });
        match self {
            Rule::Energy(part) if !(0.0..=1.0).contains(&part) => {
                refused(format!("an energy of {part}, which lies between 0 and 1"))
            }
            Rule::Error { limit, .. } if limit.is_nan() || limit < 0.0 => {
                refused(format!("an error of {limit}, which is not negative"))
            }
            rule => Ok(rule),
        }
    }
}

/// What is kept, and the error of the nearest matrix of that rank.
///
/// # References
/// Eckart and Young 1936, *The approximation of one matrix by another of lower rank*; Mirsky 1960 for all unitarily
/// invariant norms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// The number of singular values kept.
    pub rank: usize,
    /// Kept squares over all squares; 1 for a zero matrix, of which nothing is lost.
    pub energy: f64,
    /// The Frobenius norm of the error, the root of the sum of the squares left out.
    pub frobenius: f64,
    /// The spectral norm of the error, the first singular value left out.
    pub spectral: f64,
    /// `frobenius` over the Frobenius norm of the matrix; 0 for a zero matrix.
    pub relative_frobenius: f64,
    /// `spectral` over the largest singular value; 0 for a zero matrix.
    pub relative_spectral: f64,
}

/// What a rule keeps of singular values, which are given descending.
///
/// # Errors
/// As [`Rule::checked`].
pub fn truncation(values: &[f64], rule: Rule) -> Result<Truncation, Error> {
    let tail = Tail::new(values);
    let rank = match rule.checked()? {
        Rule::Rank(rank) => rank.min(values.len()),
        Rule::Energy(part) => tail.smallest_rank(|rank| tail.energy(rank) >= part),
        Rule::Error { limit, relative, norm } => {
            tail.smallest_rank(|rank| tail.error(rank, norm, relative) <= limit)
        }
    };
    Ok(Truncation {
        rank,
        energy: tail.energy(rank),
        frobenius: tail.error(rank, Norm::Frobenius, false),
        spectral: tail.error(rank, Norm::Spectral, false),
        relative_frobenius: tail.error(rank, Norm::Frobenius, true),
        relative_spectral: tail.error(rank, Norm::Spectral, true),
    })
}

impl Svd {
    /// The leading part that a rule keeps, and the error of leaving out the rest.
    ///
    /// # Errors
    /// As [`Rule::checked`].
    pub fn truncated(&self, rule: Rule) -> Result<(Svd, Truncation), Error> {
        let kept = truncation(&self.s, rule)?;
        Ok((self.leading(kept.rank), kept))
    }

    /// The first `rank` triples, or as many as there are.
    pub fn leading(&self, rank: usize) -> Svd {
        let k = rank.min(self.s.len());
        let first = |q: &Matrix| q.block(0, 0, q.rows(), k);
        Svd { u: first(&self.u), s: self.s[..k].to_vec(), v: first(&self.v) }
    }
}

/// Sums of squares from the small end, where the error is, so that it has all its digits.
struct Tail<'a> {
    values: &'a [f64],
    /// `sums[r]` is the sum of the squares from `r` on, of values divided by `2^exponent`.
    sums: Vec<f64>,
    exponent: i32,
}

impl Tail<'_> {
    fn new(values: &[f64]) -> Tail<'_> {
        let exponent = exponent_of(values.first().copied().unwrap_or(0.0));
        let mut sums = vec![0.0; values.len() + 1];
        for (r, s) in values.iter().enumerate().rev() {
            let s = ldexp(*s, -exponent);
            sums[r] = sums[r + 1] + s * s;
        }
        Tail { values, sums, exponent }
    }

    fn energy(&self, rank: usize) -> f64 {
        // All of it exactly: a part of 1 must not ask for values that vanish beside the others.
        if self.sums[rank] == 0.0 { 1.0 } else { 1.0 - self.sums[rank] / self.sums[0] }
    }

    fn error(&self, rank: usize, norm: Norm, relative: bool) -> f64 {
        match (norm, relative) {
            (Norm::Frobenius, false) => ldexp(self.sums[rank].sqrt(), self.exponent),
            (Norm::Frobenius, true) if self.sums[0] == 0.0 => 0.0,
            (Norm::Frobenius, true) => (self.sums[rank] / self.sums[0]).sqrt(),
            (Norm::Spectral, false) => self.values.get(rank).copied().unwrap_or(0.0),
            (Norm::Spectral, true) => match (self.values.first(), self.values.get(rank)) {
                (Some(first), Some(next)) if *first > 0.0 => next / first,
                _ => 0.0,
            },
        }
    }

    /// The smallest rank that satisfies a condition which all larger ones satisfy too.
    fn smallest_rank(&self, holds: impl Fn(usize) -> bool) -> usize {
        (0..self.values.len()).find(|rank| holds(*rank)).unwrap_or(self.values.len())
    }
}
