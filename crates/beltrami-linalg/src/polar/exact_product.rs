//! Sums of products in twice the precision of `f64`, by error-free splitting.
//!
//! Every factor is cut into three slices with so few bits that products of slices are exact in `f64`, whatever the order of
//! summation; the ten products that matter are added in pairs of numbers. Source: Ozaki, Ogita, Oishi and Rump 2012,
//! *Error-free transformations of matrix multiplication by using fast routines of matrix multiplication*.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::Arithmetic;

/// Slices of a factor; what they leave is below `2^(-4β)` of the largest entry of its row or column, as is what the products
/// that are left out would add.
const SLICES: usize = 4;

/// `C - A*B`, with an error of about `2^-52` of the result and `2^-58` of the products, entry by entry.
pub(crate) fn difference(
    c: MatRef<'_, f64>,
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
    arithmetic: Arithmetic,
) -> Mat<f64> {
    let (m, n) = (a.nrows(), b.ncols());
    let bits = slice_bits(a.ncols());
    let left = slices(a.transpose(), bits);
    let right = slices(b, bits);
    let mut high = c.to_owned();
    let mut low = Mat::<f64>::zeros(m, n);
    for order in 0..SLICES {
        for i in 0..=order {
            let part = arithmetic.product(
                -1.0,
                left[i].as_ref().transpose(),
                right[order - i].as_ref(),
                None,
            );
            for col in 0..n {
                for row in 0..m {
                    let (sum, rest) = two_sum(high[(row, col)], part[(row, col)]);
                    high[(row, col)] = sum;
                    low[(row, col)] += rest;
                }
            }
        }
    }
    Mat::from_fn(m, n, |i, j| high[(i, j)] + low[(i, j)])
}

/// A bound on the error of [`difference`] in the Frobenius norm, from those of the factors.
pub(crate) fn error_bound(inner: usize, a: f64, b: f64, result: f64) -> f64 {
    // Slices beyond the fourth, products left out, and the roundings of the low parts.
    let left_out = 16.0 * inner as f64 * 2.0_f64.powi(-(SLICES as i32 * slice_bits(inner)));
    (left_out + 16.0 * f64::EPSILON * f64::EPSILON) * a * b + 2.0 * f64::EPSILON * result
}

/// So many bits that a sum of `inner` products of two slices has at most 53.
fn slice_bits(inner: usize) -> i32 {
    let sums = (inner.max(1) as f64).log2().ceil() as i32;
    (53 - sums - 1) / 2
}

/// The slices of every column, relative to its largest entry.
fn slices(a: MatRef<'_, f64>, bits: i32) -> Vec<Mat<f64>> {
    let mut rest = a.to_owned();
    (0..SLICES)
        .map(|_| {
            let mut slice = Mat::<f64>::zeros(a.nrows(), a.ncols());
            for col in 0..a.ncols() {
                let largest = rest.col(col).iter().fold(0.0_f64, |m, x| x.abs().max(m));
                if largest == 0.0 {
                    continue;
                }
                // Adding and subtracting this rounds to multiples of 2^-bits of the largest power of two.
                let magnitude = 2.0_f64.powi(crate::scale::exponent_of(largest) + 1);
                let shift = 1.5 * magnitude * 2.0_f64.powi(52 - bits);
                for row in 0..a.nrows() {
                    let x = rest[(row, col)];
                    let head = (x + shift) - shift;
                    slice[(row, col)] = head;
                    rest[(row, col)] = x - head;
                }
            }
            slice
        })
        .collect()
}

/// The rounded sum and its rounding error (Knuth 1969).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

#[cfg(test)]
mod tests {
    use faer::Par;

    use super::*;

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
        let arithmetic = Arithmetic::full::<f64>(Par::Seq);
        let found = difference(c.as_ref(), a.as_ref(), b.as_ref(), arithmetic);
        for i in 0..m {
            for j in 0..n {
                // What rounding the exact product to `c` left, known exactly.
                let wanted = (c[(i, j)] as i128 - exact(i, j)) as f64;
                let scale = c[(i, j)].abs().max(2.0_f64.powi(102));
                assert!((found[(i, j)] - wanted).abs() <= 2.0_f64.powi(-66) * scale, "{i} {j}");
            }
        }
    }
}
