//! A model at a point, by eigenvalues or by factorisations.

use beltrami_linalg::Matrix;

use super::hessian::Hessian;
use super::run::{Point, dot};
use super::shifted::Shifted;
use super::spectral::{Spectral, Trial};
use super::trust::Curvature;

/// Up to this many variables eigenvalues are cheaper than several factorisations, and see more.
const FEW: usize = 60;
/// A model ready to be minimised within a radius.
pub(crate) enum Quadratic<'a> {
    Spectral(Spectral, &'a [f64]),
    Shifted(Shifted<'a>),
    Normal { hessian: Hessian, gradient: &'a [f64], weights: &'a [f64] },
}

impl<'a> Quadratic<'a> {
    pub fn new(curvature: &'a Curvature, point: &'a Point, weights: &'a [f64]) -> Quadratic<'a> {
        let (n, gradient) = (weights.len(), &point.gradient[..]);
        let scaled = |i: usize, j: usize, x: f64| x / (weights[i] * weights[j]);
        match curvature {
            Curvature::Hessian(hessian) => {
                if n <= FEW {
                    let dense = hessian.dense();
                    let b = Matrix::from_fn(n, n, |i, j| scaled(i, j, dense[(i, j)]));
                    let g: Vec<f64> = gradient.iter().zip(weights).map(|(g, w)| g / w).collect();
                    if let Some(spectral) = Spectral::of_hessian(&b, &g) {
                        return Quadratic::Spectral(spectral, weights);
                    }
                }
                Quadratic::Shifted(Shifted { hessian, gradient, weights })
            }
            Curvature::Residuals(j, r) => {
                if n <= FEW {
                    let b = Matrix::from_fn(j.rows(), n, |i, k| j[(i, k)] / weights[k]);
                    if let Some(spectral) = Spectral::of_residuals(&b, r) {
                        return Quadratic::Spectral(spectral, weights);
                    }
                }
                let columns: Vec<Vec<f64>> = (0..n).map(|k| j.col(k)).collect();
                let gram = Matrix::from_fn(n, n, |a, b| 2.0 * dot(&columns[a], &columns[b]));
                Quadratic::Normal { hessian: Hessian::Dense(gram), gradient, weights }
            }
        }
    }

    /// The minimum; `None` where there is none.
    pub fn minimum(&self) -> Option<Trial> {
        match self {
            Quadratic::Spectral(spectral, weights) => {
                spectral.minimum().map(|t| unscaled(t, weights))
            }
            Quadratic::Shifted(shifted) => shifted.minimum(),
            Quadratic::Normal { hessian, gradient, weights } => {
                Shifted { hessian, gradient, weights }.minimum()
            }
        }
    }

    /// The minimum within `radius`, `inside` being the whole one.
    pub fn within(&self, radius: f64, inside: Option<&Trial>) -> Trial {
        match self {
            Quadratic::Spectral(spectral, weights) => unscaled(spectral.within(radius), weights),
            Quadratic::Shifted(shifted) => shifted.within(radius, inside),
            Quadratic::Normal { hessian, gradient, weights } => {
                Shifted { hessian, gradient, weights }.within(radius, inside)
            }
        }
    }
}

fn unscaled(mut trial: Trial, weights: &[f64]) -> Trial {
    trial.step.iter_mut().zip(weights).for_each(|(p, w)| *p /= w);
    trial
}
