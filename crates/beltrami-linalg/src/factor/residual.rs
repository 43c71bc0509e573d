//! How well a factorisation reproduces its matrix.

use crate::dense::Vectors;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, ldexp};

/// The report of a factorisation: what it leaves of its matrix, and how far its orthonormal factors are from orthonormal.
///
/// For a backward stable method both are a small multiple of the unit roundoff times the root of the size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// `‖A - product of the factors‖ / ‖A‖` in the Frobenius norm; 0 for a zero matrix that is reproduced.
    pub backward: f64,
    /// The largest `‖Q'Q - I‖` in the Frobenius norm over all orthonormal factors; 0 where there are none.
    pub orthogonality: f64,
}

impl Residual {
    /// Of a product that should be `a`, and of factors whose columns should be orthonormal.
    pub(crate) fn of(a: &Matrix, reproduced: &Matrix, factors: &[&Matrix]) -> Residual {
        Residual {
            backward: relative_difference(a, reproduced),
            orthogonality: factors.iter().map(|q| departure(q)).fold(0.0, f64::max),
        }
    }
}

/// The Frobenius norm, without overflow or underflow on the way.
///
/// # References
/// Higham 2002, *Accuracy and Stability of Numerical Algorithms*, section 27.5.
pub fn frobenius(a: &Matrix) -> f64 {
    norm(a.data())
}

/// The root of the sum of squares, without overflow or underflow on the way.
pub fn norm(values: &[f64]) -> f64 {
    // Of at most 2^40 entries the largest is between 2^-100 and 2^100 then, and squares of what is within 2^-400 of it are
    // normal numbers.
    let square = sum_of_squares(values);
    if (2.0_f64.powi(-160)..2.0_f64.powi(200)).contains(&square) {
        return square.sqrt();
    }
    let exponent = exponent_of(values.iter().fold(0.0, |most: f64, x| most.max(x.abs())));
    let scaled: Vec<f64> = values.iter().map(|x| ldexp(*x, -exponent)).collect();
    ldexp(sum_of_squares(&scaled).sqrt(), exponent)
}

/// Sum of squares in blocks, whose rounding error grows with the block and not with the number of entries.
pub(crate) fn sum_of_squares(values: &[f64]) -> f64 {
    Vectors::new().run(
        #[inline(always)]
        || sum_of_squares_kernel(values),
    )
}

#[inline(always)]
fn sum_of_squares_kernel(values: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for block in values.chunks(64 * LANES) {
        // Lanes that do not wait for each other.
        let mut lanes = [0.0_f64; LANES];
        let chunks = block.chunks_exact(LANES);
        let rest: f64 = chunks.remainder().iter().map(|x| x * x).sum();
        for chunk in chunks {
            lanes.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x * x);
        }
        // Kahan's compensation, once a block.
        let y = lanes.iter().sum::<f64>() + rest - lost;
        let sum = total + y;
        lost = (sum - total) - y;
        total = sum;
    }
    total
}

/// `‖A - B‖/‖A‖`, both first divided by one power of two.
fn relative_difference(a: &Matrix, b: &Matrix) -> f64 {
    let exponent = exponent_of(a.max_abs().max(b.max_abs()));
    let (a, b) = (a.scaled_by_power(-exponent), b.scaled_by_power(-exponent));
    let difference = frobenius(&a.plus(-1.0, &b));
    if difference == 0.0 { 0.0 } else { difference / frobenius(&a).max(f64::MIN_POSITIVE) }
}

/// `‖Q'Q - I‖`.
fn departure(q: &Matrix) -> f64 {
    frobenius(&product(&q.transpose(), q).shifted(-1.0))
}
