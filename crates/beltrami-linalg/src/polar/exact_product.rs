//! Products in about one and a half times or twice the precision of `f64`, by error-free splitting.
//!
//! Every factor is cut into heads with so few bits that products of heads are exact in `f64`, whatever the order of
//! summation, and a rest, whose products are smaller than the whole by as many bits, and so are their rounding errors. Source:
//! Ozaki, Ogita, Oishi and Rump 2012, *Error-free transformations of matrix multiplication by using fast routines of matrix
//! multiplication*, with two slices or three.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::Arithmetic;
use crate::polar::gamma;
use crate::polar::layout::{converted, frobenius, part, zipped};

/// A product as the unevaluated sum of two matrices.
pub(crate) struct Pair {
    pub(crate) high: Mat<f64>,
    /// `None` for a product in `f64` alone.
    pub(crate) low: Option<Mat<f64>>,
    /// A bound on the Frobenius norm of what the sum lacks.
    pub(crate) error: f64,
}

impl Pair {
    /// `A'*B` in `f64` alone.
    pub(crate) fn plain(a: MatRef<'_, f64>, b: MatRef<'_, f64>, arithmetic: Arithmetic) -> Pair {
        let high = arithmetic.product(1.0, a.transpose(), b, None);
        Pair { high, low: None, error: gamma(a.nrows()) * frobenius(a) * frobenius(b) }
    }

    /// `A'*A` in `f64` alone.
    pub(crate) fn plain_square(a: MatRef<'_, f64>, arithmetic: Arithmetic) -> Pair {
        let error = gamma(a.nrows()) * frobenius(a).powi(2);
        Pair { high: arithmetic.gram(a), low: None, error }
    }

    /// `A'*B`, two more products.
    pub(crate) fn split(a: MatRef<'_, f64>, b: MatRef<'_, f64>, arithmetic: Arithmetic) -> Pair {
        let bits = head_bits(a.nrows());
        let (a_head, a_rest) = split(a, bits);
        let (b_head, b_rest) = split(b, bits);
        let to = arithmetic;
        let high = to.product(1.0, a_head.as_ref().transpose(), b_head.as_ref(), None);
        let low = to.product(1.0, a_head.as_ref().transpose(), b_rest.as_ref(), None);
        let low = to.product(1.0, a_rest.as_ref().transpose(), b, Some((1.0, low.as_ref())));
        let size = frobenius(a_head.as_ref()) * frobenius(b_rest.as_ref())
            + frobenius(a_rest.as_ref()) * frobenius(b);
        Pair { high, low: Some(low), error: 2.02 * gamma(a.nrows()) * size }
    }

    /// `A'*B`, five more products: what it lacks is smaller than with two slices by as many bits as a head has.
    pub(crate) fn split_twice(
        a: MatRef<'_, f64>,
        b: MatRef<'_, f64>,
        arithmetic: Arithmetic,
    ) -> Pair {
        let bits = head_bits(a.nrows());
        let (a_head, a_rest) = split(a, bits);
        let (a_next, a_last) = split(a_rest.as_ref(), bits);
        let (b_head, b_rest) = split(b, bits);
        let (b_next, b_last) = split(b_rest.as_ref(), bits);
        let product = |a: &Mat<f64>, b: &Mat<f64>, to: Option<&Mat<f64>>| {
            let to = to.map(|to| (1.0, to.as_ref()));
            arithmetic.product(1.0, a.as_ref().transpose(), b.as_ref(), to)
        };
        let high = product(&a_head, &b_head, None);
        // Both exact, as all products of heads are; their sum is rounded once.
        let cross = zipped(
            product(&a_head, &b_next, None).as_ref(),
            product(&a_next, &b_head, None).as_ref(),
            |x, y| x + y,
        );
        let small = product(&a_head, &b_last, None);
        let small = product(&a_next, &b_rest, Some(&small));
        let b = b.to_owned();
        let small = product(&a_last, &b, Some(&small));
        let low = zipped(cross.as_ref(), small.as_ref(), |x, y| x + y);
        let norm = |a: &Mat<f64>| frobenius(a.as_ref());
        let size = norm(&a_head) * norm(&b_last)
            + norm(&a_next) * norm(&b_rest)
            + norm(&a_last) * norm(&b);
        let rounded = f64::EPSILON * (norm(&cross) + norm(&low));
        Pair { high, low: Some(low), error: 3.03 * gamma(a.nrows()) * size + 1.01 * rounded }
    }

    /// `A'*A`, two more products' worth.
    pub(crate) fn split_square(a: MatRef<'_, f64>, arithmetic: Arithmetic) -> Pair {
        let (head, rest) = split(a, head_bits(a.nrows()));
        let high = arithmetic.gram(head.as_ref());
        // head'*rest + rest'*head + rest'*rest is twice the symmetric part of this.
        let mixed = zipped(head.as_ref(), rest.as_ref(), |head, rest| head + 0.5 * rest);
        let half = arithmetic.product(2.0, mixed.as_ref().transpose(), rest.as_ref(), None);
        let size = 2.0 * frobenius(mixed.as_ref()) * frobenius(rest.as_ref());
        let low = Some(part(half.as_ref(), 1.0));
        Pair { high, low, error: 1.01 * gamma(a.nrows() + 2) * size }
    }

    /// The sum, rounded.
    pub(crate) fn sum(&self) -> Mat<f64> {
        match &self.low {
            Some(low) => zipped(self.high.as_ref(), low.as_ref(), |high, low| high + low),
            None => self.high.clone(),
        }
    }

    /// The skew part; the halves of the pair are subtracted before they are added, so that rounding is relative to it.
    pub(crate) fn skew(&self) -> Mat<f64> {
        let high = part(self.high.as_ref(), -1.0);
        match &self.low {
            Some(low) => {
                zipped(high.as_ref(), part(low.as_ref(), -1.0).as_ref(), |high, low| high + low)
            }
            None => high,
        }
    }

    /// The square matrix minus the identity; rounding is relative to the result.
    pub(crate) fn minus_identity(mut self) -> Mat<f64> {
        for i in 0..self.high.nrows() {
            self.high[(i, i)] -= 1.0;
        }
        self.sum()
    }
}

/// `C - A*B`, rounded relative to the result, and a bound on the Frobenius norm of what else it lacks; `product` is
/// [`Pair::split`] or [`Pair::split_twice`].
pub(crate) fn difference(
    c: MatRef<'_, f64>,
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
    product: impl Fn(MatRef<'_, f64>, MatRef<'_, f64>, Arithmetic) -> Pair,
    arithmetic: Arithmetic,
) -> (Mat<f64>, f64) {
    let turned = converted::<f64, f64>(a.transpose(), 1.0);
    let pair = product(turned.as_ref(), b, arithmetic);
    let mut out = pair.high;
    for col in 0..out.ncols() {
        let low = pair.low.as_ref().map(|low| low.col_as_slice(col));
        for (row, high) in out.col_as_slice_mut(col).iter_mut().enumerate() {
            let (sum, rest) = two_sum(c[(row, col)], -*high);
            *high = sum + (rest - low.map_or(0.0, |low| low[row]));
        }
    }
    let rounded = 2.0 * f64::EPSILON * frobenius(out.as_ref());
    (out, pair.error + rounded)
}

/// So many bits that a sum of `inner` products of two heads has at most 53.
fn head_bits(inner: usize) -> i32 {
    let sums = (inner.max(1) as f64).log2().ceil() as i32;
    (53 - sums - 1) / 2
}

/// The head of every column, a multiple of `2^-bits` of the power of two above its largest entry, and the rest.
fn split(a: MatRef<'_, f64>, bits: i32) -> (Mat<f64>, Mat<f64>) {
    let mut head = a.to_owned();
    let mut rest = a.to_owned();
    for col in 0..a.ncols() {
        let (head, rest) = (head.col_as_slice_mut(col), rest.col_as_slice_mut(col));
        let largest = head.iter().fold(0.0_f64, |m, x| x.abs().max(m));
        if largest == 0.0 {
            continue;
        }
        // Adding and subtracting this rounds to the multiples.
        let magnitude = 2.0_f64.powi(crate::scale::exponent_of(largest) + 1);
        let shift = 1.5 * magnitude * 2.0_f64.powi(52 - bits);
        for (head, rest) in head.iter_mut().zip(rest) {
            *head = (*rest + shift) - shift;
            *rest -= *head;
        }
    }
    (head, rest)
}

/// The rounded sum and its rounding error (Knuth 1969).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Product = fn(MatRef<'_, f64>, MatRef<'_, f64>, Arithmetic) -> Pair;

    #[test]
    fn a_difference_that_cancels_is_accurate() {
        // Integers scaled by powers of two, whose products an i128 holds.
        let (m, k, n) = (5, 37, 4);
        let entry = |i: usize, j: usize, salt: usize| {
            let bits = (i * 7919 + j * 104_729 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (bits >> 12) as i64 - (1_i64 << 51)
        };
        let a = Mat::from_fn(m, k, |i, j| entry(i, j, 1) as f64);
        let b = Mat::from_fn(k, n, |i, j| entry(i, j, 2) as f64);
        let exact = |i: usize, j: usize| -> i128 {
            (0..k).map(|l| i128::from(entry(i, l, 1)) * i128::from(entry(l, j, 2))).sum()
        };
        let c = Mat::from_fn(m, n, |i, j| exact(i, j) as f64);
        let arithmetic = Arithmetic::full::<f64>(1);
        let difference =
            |product: Product| difference(c.as_ref(), a.as_ref(), b.as_ref(), product, arithmetic);
        for (product, bits) in [(Pair::split as Product, 66), (Pair::split_twice, 74)] {
            let (found, _) = difference(product);
            for i in 0..m {
                for j in 0..n {
                    // What rounding the exact product to `c` left, known exactly.
                    let wanted = (c[(i, j)] as i128 - exact(i, j)) as f64;
                    let scale = c[(i, j)].abs().max(2.0_f64.powi(102));
                    let apart = (found[(i, j)] - wanted).abs();
                    assert!(apart <= 2.0_f64.powi(-bits) * scale, "{i} {j} {bits}");
                }
            }
        }
    }
}
