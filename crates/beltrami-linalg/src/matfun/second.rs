//! Second derivatives at diagonal matrices, by second divided differences.

use crate::dense::Vectors;
use crate::matfun::primary::Primary;
use crate::matrix::Matrix;
use crate::product::{accumulate, product};

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
    (e, f): (&Matrix, &Matrix),
    symmetric: bool,
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
    let d = function.differences(values);
    let weighted = |x: &Matrix| {
        let mut x = x.clone();
        x.data_mut().iter_mut().zip(d.data()).for_each(|(x, d)| *x *= d);
        x
    };
    let (e_weighted, f_weighted) = (weighted(e), weighted(f));
    let both = |a: (&Matrix, &Matrix), b: (&Matrix, &Matrix)| {
        let mut sum = product(a.0, a.1);
        accumulate(&mut sum, true, b.0.as_faer(), b.1.as_faer(), 1.0);
        sum
    };
    let ahead = both((&e_weighted, f), (&f_weighted, e));
    let behind = match symmetric {
        true => ahead.transpose(),
        false => both((e, &f_weighted), (f, &e_weighted)),
    };
    let mut sum = ahead.plus(-1.0, &behind);
    // Columns as rows, for the sums over close arguments.
    let turned = (!symmetric).then(|| (e.transpose(), f.transpose()));
    let (e_turned, f_turned) = turned.as_ref().map_or((e, f), |(e, f)| (e, f));
    let mut inverse_gaps = vec![0.0; n];
    for i in 0..n {
        let x = values[i];
        for (gap, y) in inverse_gaps.iter_mut().zip(values) {
            *gap = 1.0 / (x - y);
        }
        inverse_gaps[near[i].clone()].fill(0.0);
        for (j, sum) in sum.data_mut()[i * n..(i + 1) * n].iter_mut().enumerate() {
            if !near[i].contains(&j) {
                *sum *= inverse_gaps[j];
                continue;
            }
            let pairs = [e.row(i), f_turned.row(j), f.row(i), e_turned.row(j)];
            // f[x,z,y] = (f[x,y] - f[z,y])/(x - z) where z is not close to x.
            let distant = distant_sum(d[(i, j)], d.row(j), &inverse_gaps, pairs);
            let within = near[i].clone().map(|l| {
                average(function, x, values[j], values[l])
                    * (pairs[0][l] * pairs[1][l] + pairs[2][l] * pairs[3][l])
            });
            *sum = distant + within.sum::<f64>();
        }
    }
    Some(sum)
}

/// `Σ_l (c - d_l)*g_l*(a_l*b_l + p_l*q_l)`.
fn distant_sum(c: f64, d: &[f64], g: &[f64], [a, b, p, q]: [&[f64]; 4]) -> f64 {
    const LANES: usize = 8;
    let n = d.len();
    let (d, g, a, b, p, q) = (&d[..n], &g[..n], &a[..n], &b[..n], &p[..n], &q[..n]);
    Vectors::new().run(
        #[inline(always)]
        || {
            // Lanes that do not wait for each other.
            let mut lanes = [0.0_f64; LANES];
            let whole = n - n % LANES;
            for start in (0..whole).step_by(LANES) {
                for (lane, sum) in lanes.iter_mut().enumerate() {
                    let l = start + lane;
                    *sum += (c - d[l]) * g[l] * (a[l] * b[l] + p[l] * q[l]);
                }
            }
            let rest = (whole..n).map(|l| (c - d[l]) * g[l] * (a[l] * b[l] + p[l] * q[l]));
            lanes.iter().sum::<f64>() + rest.sum::<f64>()
        },
    )
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
