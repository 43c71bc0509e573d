//! Second derivatives at diagonal matrices, by second divided differences.

use crate::matfun::primary::Primary;
use crate::matrix::Matrix;
use crate::product::product;

/// Arguments whose distance is at most this part of the scale on which the function varies are close: a divided difference
/// of others loses at most as many digits, and the rule below errs by the sixth power of it.
const CLOSE: f64 = 1e-2;

/// Triples of close arguments beyond which their sums take longer than products of perturbed matrices.
const MOST_CLOSE: usize = 1 << 24;

/// Radon's rule of degree 5 on the triangle: barycentric coordinates of the first two corners, and weights.
const RULE: [(f64, f64, f64); 7] = [
    (1.0 / 3.0, 1.0 / 3.0, 0.225),
    (A, A, WEIGHT_A),
    (A, 1.0 - 2.0 * A, WEIGHT_A),
    (1.0 - 2.0 * A, A, WEIGHT_A),
    (B, B, WEIGHT_B),
    (B, 1.0 - 2.0 * B, WEIGHT_B),
    (1.0 - 2.0 * B, B, WEIGHT_B),
];

/// `(6 - √15)/21` and `(155 - √15)/1200`.
const A: f64 = 0.101_286_507_323_456_34;
const WEIGHT_A: f64 = 0.125_939_180_544_827_15;

/// `(6 + √15)/21` and `(155 + √15)/1200`.
const B: f64 = 0.470_142_064_105_115_1;
const WEIGHT_B: f64 = 0.132_394_152_788_506_2;

/// `Σ_l f[λᵢ,λ_l,λⱼ](e_il*f_lj + f_il*e_lj)`, the second derivative at `diag(λ)`, ascending; nothing where that takes too
/// long or the function does not give its second derivative.
///
/// As `f[x,y,z] = (f[x,y] - f[y,z])/(x - z)`, the sums are products of matrices where `λᵢ` and `λⱼ` are not close; where
/// they are, the difference is divided by another distance, and where all three are, it is an integral of `f''`.
/// # References
/// Higham 2008, *Functions of Matrices*, (3.18) and (B.26).
pub(crate) fn second_derivative<F: Primary>(
    function: &F,
    values: &[f64],
    e: &Matrix,
    f: &Matrix,
) -> Option<Matrix> {
    let n = values.len();
    function.curvature(values.first().copied().unwrap_or(1.0))?;
    let close = |x: f64, y: f64| (x - y).abs() <= CLOSE * function.scale(x, y);
    let near: Vec<std::ops::Range<usize>> = (0..n)
        .map(|i| {
            let start = values.partition_point(|x| *x < values[i] && !close(*x, values[i]));
            let end = values.partition_point(|x| *x <= values[i] || close(*x, values[i]));
            start..end
        })
        .collect();
    if near.iter().map(|range| range.len() * range.len()).sum::<usize>() > MOST_CLOSE {
        return None;
    }
    let mut d = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            d[(i, j)] = function.difference(values[i], values[j]);
            d[(j, i)] = d[(i, j)];
        }
    }
    let weighted = |x: &Matrix| Matrix::from_fn(n, n, |i, j| d[(i, j)] * x[(i, j)]);
    let (e_weighted, f_weighted) = (weighted(e), weighted(f));
    let ahead = product(&e_weighted, f).plus(1.0, &product(&f_weighted, e));
    let mut sum = ahead.plus(-1.0, &product(e, &f_weighted).plus(1.0, &product(f, &e_weighted)));
    // Columns as rows, for the sums over close arguments.
    let (e_turned, f_turned) = (e.transpose(), f.transpose());
    for i in 0..n {
        for j in 0..n {
            if !near[i].contains(&j) {
                sum[(i, j)] /= values[i] - values[j];
                continue;
            }
            let (e_row, f_row) = (e.row(i), f.row(i));
            let (e_col, f_col) = (e_turned.row(j), f_turned.row(j));
            let terms = (0..n).map(|l| {
                let second = if near[i].contains(&l) {
                    average(function, values[i], values[j], values[l])
                } else {
                    (d[(i, j)] - d[(l, j)]) / (values[i] - values[l])
                };
                second * (e_row[l] * f_col[l] + f_row[l] * e_col[l])
            });
            sum[(i, j)] = terms.sum();
        }
    }
    Some(sum)
}

/// `f[x,y,z]` of close arguments: half the mean of `f''` over the triangle (Hermite and Genocchi).
fn average<F: Primary>(function: &F, x: f64, y: f64, z: f64) -> f64 {
    let curvature = |x: f64| function.curvature(x).unwrap_or(0.0);
    let spread = x.max(y).max(z) - x.min(y).min(z);
    let mean = x + ((y - x) + (z - x)) / 3.0;
    // At the centroid the rule of one point errs by the square of this.
    if spread <= 1e-8 * function.scale(x, y) {
        return 0.5 * curvature(mean);
    }
    let at =
        |(p, q, weight): (f64, f64, f64)| weight * curvature(p * x + q * y + (1.0 - p - q) * z);
    0.5 * RULE.into_iter().map(at).sum::<f64>()
}
