//! How many singular values of a matrix are not zero, and what is known of the others.
//!
//! Rounding hides singular values up to about `max(m,n)*eps*σ₁`, and says nothing of whether they are zero.
//! Arithmetic without rounding tells the rank of the entries as they are, where the matrix is small enough for it.
//! Where rows or columns are of different sizes, small singular values may be as certain as large ones: then they are
//! above rounding once rows and columns are divided by powers of two, which changes no rank.

use crate::equilibration::Equilibrated;
use crate::error::Error;
use crate::factor::svd::{rounding_rank, singular_values};
use crate::matrix::Matrix;

/// The number of singular values that count as non-zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// How many.
    pub count: usize,
    /// Whether that is the rank: so many are proved to be above 0, and the others to be 0.
    pub proved: bool,
    /// A bound on the others where they are not proved to be 0: they count as zero by this decision alone.
    pub dropped: Option<f64>,
}

impl Rank {
    /// Of a matrix whose computed singular values stand out of rounding `count` times, which `nonzero` says is proved, while
    /// the others are at most `rest`.
    ///
    /// # Errors
    /// [`Error::Unresolved`] where some of the others are no rounding, as scaled rows and columns show: they are not 0, and
    /// nothing that depends on their vectors is known.
    pub(crate) fn decided(
        function: &'static str,
        a: &Matrix,
        (count, nonzero): (usize, bool),
        rest: f64,
    ) -> Result<Rank, Error> {
        let rank = Rank::measured(a, (count, nonzero), rest);
        if rank.dropped.is_some() {
            let apart = scaled_rank(a)?;
            if apart > count {
                return Err(Error::Unresolved { function, found: count, rank: apart });
            }
        }
        Ok(rank)
    }

    /// The same where nothing depends on the vectors of the others.
    pub(crate) fn measured(a: &Matrix, (count, nonzero): (usize, bool), rest: f64) -> Rank {
        let full = count == a.rows().min(a.cols());
        let exact = full || exact_rank(a) == Some(count);
        Rank { count, proved: exact && nonzero, dropped: (!exact).then_some(rest) }
    }
}

/// The number of singular values above rounding once rows and columns are of alike sizes.
///
/// # Errors
/// Those of [`singular_values`].
pub fn scaled_rank(a: &Matrix) -> Result<usize, Error> {
    let values = singular_values(&Equilibrated::new(a).matrix)?;
    Ok(rounding_rank(&values, a.rows().max(a.cols())))
}

/// The error of a function that needs all singular values above 0, of which `wanted` there are and `rank` above rounding.
pub(crate) fn deficient(
    function: &'static str,
    a: &Matrix,
    (rank, wanted): (usize, usize),
) -> Error {
    match scaled_rank(a) {
        Ok(apart) if apart > rank => Error::Unresolved { function, found: rank, rank: apart },
        _ => Error::RankDeficient { function, rank, wanted },
    }
}

/// Multiplications modulo a prime that an exact rank may take: about a tenth of a second.
const MOST_WORK: f64 = (1_u64 << 25) as f64;

/// The rank of the entries as they are, by arithmetic without rounding; `None` where that takes too long.
///
/// A minor of order `k` is an integer times a power of two. Modulo a prime the rank is at most the rank, so the largest that
/// is found is a lower bound; once the product of the primes exceeds Hadamard's bound on the minors of the next order, all
/// of those are divisible by more than their size and vanish.
pub fn exact_rank(a: &Matrix) -> Option<usize> {
    let (m, n) = (a.rows(), a.cols());
    let entries = Integers::new(a);
    let elimination = (m * n) as f64 * m.min(n) as f64;
    if elimination > MOST_WORK {
        return None;
    }
    let (mut rank, mut known) = (0, 0.0);
    for prime in primes() {
        rank = rank.max(entries.rank_modulo(prime));
        // Every prime is above 2^30.
        known += 30.0;
        if rank == m.min(n) {
            return Some(rank);
        }
        let wanted = entries.minor_bits(rank + 1) + 1.0;
        if known > wanted {
            return Some(rank);
        }
        if (wanted / 30.0) * (m * n * (rank + 1)) as f64 > MOST_WORK {
            return None;
        }
    }
    None
}

/// Entries `mantissa*2^exponent` with exponents from 0 on, after rows and columns are divided by powers of two.
struct Integers {
    rows: usize,
    cols: usize,
    entries: Vec<(i64, u32)>,
}

impl Integers {
    fn new(a: &Matrix) -> Integers {
        let (rows, cols) = (a.rows(), a.cols());
        let mut entries: Vec<(i64, i32)> = a.data().iter().map(|x| taken_apart(*x)).collect();
        let least = |entries: &[(i64, i32)], places: &mut dyn Iterator<Item = usize>| {
            places.filter(|k| entries[*k].0 != 0).map(|k| entries[k].1).min().unwrap_or(0)
        };
        for i in 0..rows {
            let by = least(&entries, &mut (i * cols..(i + 1) * cols));
            entries[i * cols..(i + 1) * cols].iter_mut().for_each(|(_, e)| *e -= by);
        }
        for j in 0..cols {
            let by = least(&entries, &mut (j..rows * cols).step_by(cols));
            entries.iter_mut().skip(j).step_by(cols).for_each(|(_, e)| *e -= by);
        }
        // The exponent of a zero says nothing.
        let entries = entries.into_iter().map(|(m, e)| (m, if m == 0 { 0 } else { e as u32 }));
        Integers { rows, cols, entries: entries.collect() }
    }

    /// A bound on the binary logarithm of the minors of an order, by Hadamard's inequality along rows or columns.
    fn minor_bits(&self, order: usize) -> f64 {
        let bits = |(mantissa, exponent): (i64, u32)| {
            f64::from(64 - mantissa.unsigned_abs().leading_zeros() + exponent)
        };
        let along = |lines: usize, length: usize, entry: &dyn Fn(usize, usize) -> (i64, u32)| {
            let mut largest: Vec<f64> = (0..lines)
                .map(|i| (0..length).map(|j| bits(entry(i, j))).fold(0.0, f64::max))
                .collect();
            largest.sort_by(|x, y| y.total_cmp(x));
            largest.iter().take(order).sum::<f64>()
        };
        let entry = |i: usize, j: usize| self.entries[i * self.cols + j];
        let rows = along(self.rows, self.cols, &entry);
        let columns = along(self.cols, self.rows, &|j, i| entry(i, j));
        rows.min(columns) + 0.5 * order as f64 * (order as f64).log2()
    }

    /// Gaussian elimination modulo a prime below 2^31.
    fn rank_modulo(&self, prime: u64) -> usize {
        let residue = |(mantissa, exponent): &(i64, u32)| {
            let size = mantissa.unsigned_abs() % prime * power(2, u64::from(*exponent), prime);
            let size = size % prime;
            if *mantissa < 0 && size != 0 { prime - size } else { size }
        };
        let mut a: Vec<Vec<u64>> = (self.entries.chunks(self.cols.max(1)))
            .map(|row| row.iter().map(residue).collect())
            .collect();
        let mut rank = 0;
        for j in 0..self.cols {
            let Some(pivot) = (rank..self.rows).find(|i| a[*i][j] != 0) else { continue };
            a.swap(rank, pivot);
            let inverse = power(a[rank][j], prime - 2, prime);
            let (above, below) = a.split_at_mut(rank + 1);
            let row = &above[rank];
            for other in below.iter_mut().filter(|other| other[j] != 0) {
                let factor = prime - other[j] * inverse % prime;
                for (x, y) in other[j..].iter_mut().zip(&row[j..]) {
                    *x = (*x + factor * y) % prime;
                }
            }
            rank += 1;
            if rank == self.rows {
                break;
            }
        }
        rank
    }
}

/// An odd mantissa, or 0, and the exponent of two.
fn taken_apart(x: f64) -> (i64, i32) {
    if x == 0.0 {
        return (0, 0);
    }
    let bits = x.to_bits();
    let field = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = match field {
        0 => (fraction, -1074),
        _ => (fraction | (1 << 52), field - 1075),
    };
    let zeros = mantissa.trailing_zeros();
    let mantissa = mantissa >> zeros;
    (if x < 0.0 { -mantissa } else { mantissa }, exponent + zeros as i32)
}

fn power(mut base: u64, mut exponent: u64, prime: u64) -> u64 {
    let mut out = 1;
    base %= prime;
    while exponent > 0 {
        if exponent & 1 == 1 {
            out = out * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    out
}

/// From 2^31 downwards to 2^30.
fn primes() -> impl Iterator<Item = u64> {
    let is_prime =
        |p: &u64| (3..).step_by(2).take_while(|d| d * d <= *p).all(|d| !p.is_multiple_of(d));
    ((1_u64 << 30)..(1 << 31)).rev().filter(|p| p % 2 == 1).filter(is_prime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[&[f64]], rank: usize) {
        let a = Matrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j]);
        assert_eq!(exact_rank(&a), Some(rank), "{rows:?}");
        assert_eq!(exact_rank(&a.transpose()), Some(rank), "the transpose of {rows:?}");
    }

    #[test]
    fn ranks_are_those_of_the_entries_as_they_are() {
        check(&[&[1.0, 1e8], &[0.0, 1.0]], 2);
        check(&[&[1.0, 1.0], &[1.0, 1.0]], 1);
        check(&[&[1.0, 1.0], &[1.0, 1.0 + f64::EPSILON]], 2);
        check(&[&[0.0, 0.0, 0.0], &[0.0, 0.0, 0.0]], 0);
        check(&[&[1e308, 0.0], &[0.0, 5e-324]], 2);
        check(&[&[1e308, 1e-300], &[1e308 / 4.0, 1e-300 / 4.0]], 1);
        // A third is no third, and three of it are 1 by rounding alone.
        check(&[&[1.0 / 3.0, 1.0], &[1.0, 3.0]], 2);
        check(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]], 2);
        // The determinant is a prime above: 2147483647 divides it, and it is not 0.
        check(&[&[2_147_483_647.0, 0.0], &[0.0, 1.0]], 2);
    }

    #[test]
    fn products_of_integers_have_the_rank_of_their_factors() {
        // The middle bits of a product with a large odd number.
        let entry = |i: usize, j: usize, salt: usize| {
            let bits = (i * 7919 + j * 104_729 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((bits >> 40) % 2001) as f64 - 1000.0
        };
        for rank in [0, 1, 3, 6] {
            let a = Matrix::from_fn(9, 7, |i, j| {
                (0..rank).map(|k| entry(i, k, 1) * entry(k, j, 2)).sum()
            });
            assert_eq!(exact_rank(&a), Some(rank));
        }
    }
}
