//! Roots and the logarithm, with their derivatives along directions.

use std::num::NonZeroU32;

use beltrami_linalg::{Lu, Matrix, expm_frechet_matrix, matmul as product};

use crate::error::ExecError;
use crate::ring::algebra::{matmul, normalised, scaled, zip};
use crate::ring::blocks::{blocked, mixed};
use crate::ring::exponential::expm;
use crate::ring::lift::{lifted, newton, real_matrix, solve_real};
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Largest matrix whose Jacobian, `n²×n²`, is formed: 4096 unknowns take seconds.
pub(super) const MAX_SIZE: usize = 64;

/// The principal square root from `X*X = A`, or its derivative.
pub(crate) fn sqrtm<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    root(a, NonZeroU32::MIN.saturating_add(1), directions)
}

/// The principal root from `Xᵖ = A`, or its derivative.
pub(crate) fn root<S: Scalar>(
    a: &Tensor<S>,
    p: NonZeroU32,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let (a, scale) = normalised(a);
    let real = real_matrix(&a)?;
    let root = if p.get() == 2 {
        beltrami_linalg::sqrtm(&real)?
    } else {
        beltrami_linalg::root(&real, p)?
    };
    let jacobian = factored(&power_jacobian(&root, p.get())?, "a root")?;
    let power = |x: &Tensor<S>| (1..p.get()).try_fold(x.clone(), |power, _| matmul(&power, x));
    let x = blockwise(&a, scale, directions, root, &jacobian, power)?;
    Ok(x.map(|x| x.scale(scale.powf(1.0 / f64::from(p.get())))))
}

/// The principal logarithm from `expm(X) = A`, or its derivative.
pub(crate) fn logm<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let n = a.rows();
    let (a, scale) = normalised(a);
    let log = beltrami_linalg::logm(&real_matrix(&a)?)?;
    let jacobian = factored(&expm_frechet_matrix(&log)?, "logm")?;
    let x = blockwise(&a, scale, directions, log, &jacobian, expm)?;
    // A logarithm of a multiple is shifted by a constant.
    let shift = if directions.is_empty() { scale.ln() } else { 0.0 };
    Ok(Tensor::from_fn(
        n,
        n,
        |i, j| {
            if i == j { x.at(i, j) + S::from_real(shift) } else { x.at(i, j) }
        },
    ))
}

/// The mixed block of the `X` with `inverse(X) = A` for `A` with its blocks of directions, from the real part of `X`.
fn blockwise<S: Scalar>(
    a: &Tensor<S>,
    scale: f64,
    directions: &[Tensor<S>],
    start: Matrix,
    jacobian: &Lu,
    inverse: impl Fn(&Tensor<S>) -> Result<Tensor<S>, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    let n = a.rows();
    let directions: Vec<Tensor<S>> = directions.iter().map(|e| scaled(e, 1.0 / scale)).collect();
    let blocks = 1 << directions.len();
    let whole = blocked(a, &directions);
    let start: Tensor<S> = lifted(start);
    let zero = S::from_real(0.0);
    let mut x = Tensor::from_fn(n * blocks, n * blocks, |i, j| {
        if i / n == j / n { start.at(i % n, j % n) } else { zero }
    });
    // Blocks are nilpotent as infinitesimals are, one order for each direction.
    for _ in 0..=directions.len() {
        x = newton(x, |x| {
            let residual = zip(&whole, &inverse(x)?, |a, b| a - b);
            // A column for each block, which the Jacobian takes one by one.
            let stacked = Tensor::from_fn(n * n, blocks * blocks, |at, block| {
                residual.at(block % blocks * n + at % n, block / blocks * n + at / n)
            });
            let change = solve_real(jacobian, &stacked)?;
            Ok(Tensor::from_fn(n * blocks, n * blocks, |i, j| {
                change.at(j % n * n + i % n, j / n * blocks + i / n)
            }))
        })?;
    }
    Ok(mixed(&x, n))
}

/// The matrix of `E -> sum of Xᵏ*E*Xᵖ⁻¹⁻ᵏ`.
fn power_jacobian(x: &Matrix, p: u32) -> Result<Matrix, ExecError> {
    let n = x.rows();
    let mut powers = vec![Matrix::identity(n)];
    for k in 1..p as usize {
        powers.push(product(&powers[k - 1], x)?);
    }
    Ok(Matrix::from_fn(n * n, n * n, |at, from| {
        let (i, j, k, l) = (at % n, at / n, from % n, from / n);
        (0..p as usize).map(|q| powers[q][(i, k)] * powers[p as usize - 1 - q][(l, j)]).sum()
    }))
}

pub(super) fn checked_size<S: Scalar>(a: &Tensor<S>) -> Result<(), ExecError> {
    let n = a.rows();
    if n <= MAX_SIZE { Ok(()) } else { Err(ExecError::TooLarge { size: format!("{n}²×{n}²") }) }
}

fn factored(jacobian: &Matrix, function: &str) -> Result<Lu, ExecError> {
    let lu = Lu::new(jacobian)?;
    // A square root of a semidefinite matrix, for one, has a value and no derivative.
    if lu.rcond() < f64::EPSILON {
        return Err(ExecError::not_differentiable(format!(
            "{function} of a (nearly) singular matrix"
        )));
    }
    Ok(lu)
}
