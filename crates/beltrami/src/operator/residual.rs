//! How well a solution satisfies the equation that was asked: by the evaluator, without the plan and without the factors
//! that the solution was found with.

use beltrami_core::ExprId;
use beltrami_exec::{EvalError, Evaluator, Noise, Tensor, naive_work};
use beltrami_linalg::{dot, norm};

use super::direction::{dims, stacked};
use crate::derivation::Derivation;
use crate::sample::{Point, Sampler};

/// What the equation says of a solution.
pub(super) struct Judgement {
    /// `‖A*x - b‖/(N*‖x‖ + ‖b‖)` with `N` the factor by which `A` stretches a random vector, at most `‖A‖₂`.
    pub residual: f64,
    /// `‖δA*x‖/‖b‖`, where `δA` is what other rounding errors change of the derivative itself: 1 and more where it is singular
    /// to working precision, so that the solution is one of an equation of rounding errors.
    pub doubt: f64,
}

/// Operations up to which a derivative is written out by the evaluator.
pub(super) const MOST_WRITTEN: f64 = 2e6;

/// Whether the evaluator can write the derivative out in a moment.
pub(super) fn is_small(derivation: &Derivation, point: &Point) -> bool {
    let size = |name: &str| point.sizes.get(name).copied();
    derivation.operator.is_none()
        && naive_work(&derivation.graph, &[derivation.derived.expr], &size) <= MOST_WRITTEN
}

/// Judges a solution `x` of the shape of the last variable for `right`, which has the shape of the image, both row by row.
///
/// # Errors
/// Those of the evaluation.
pub(super) fn judge(
    derivation: &Derivation,
    point: &Point,
    image: ExprId,
    x: &[f64],
    right: &[f64],
) -> Result<Judgement, EvalError> {
    let map = Map { derivation, point, image };
    let plain = map.times(x, Noise::NONE)?;
    let mut sampler = Sampler::new(17);
    let probe: Vec<f64> = x.iter().map(|_| sampler.normal()).collect();
    let stretch = norm(&map.times(&probe, Noise::NONE)?) / norm(&probe);
    let size = norm(right);
    let residual = distance(&plain, right) / (stretch * norm(x) + size).max(f64::MIN_POSITIVE);
    let mut noise = Noise::new(4.0 * f64::EPSILON, 5);
    let mut doubt = 0.0_f64;
    for _ in 0..3 {
        noise = noise.other();
        let other = map.times(x, noise)?;
        doubt = doubt.max(distance(&other, &plain) / size.max(f64::MIN_POSITIVE));
    }
    Ok(Judgement { residual, doubt })
}

struct Map<'a> {
    derivation: &'a Derivation,
    point: &'a Point,
    image: ExprId,
}

impl Map<'_> {
    /// The derivative times a direction, row by row, as the evaluator has it with these rounding errors.
    fn times(&self, x: &[f64], noise: Noise) -> Result<Vec<f64>, EvalError> {
        let Map { derivation, point, image } = self;
        let graph = &derivation.graph;
        let (rows, cols) =
            dims(graph, derivation.by[derivation.by.len() - 1], point).unwrap_or((x.len(), 1));
        let size = |name: &str| point.sizes.get(name).copied();
        let plain = |name: &str| point.values.get(name).cloned();
        let shape = |at: ExprId| move |cause| EvalError::Kernel { at, cause };
        if let Some(map) = &derivation.operator {
            let direction =
                Tensor::new(vec![rows, cols], x.to_vec()).map_err(shape(map.forward))?;
            let name = beltrami_print::text(graph, map.direction);
            let values =
                |wanted: &str| if wanted == name { Some(direction.clone()) } else { plain(wanted) };
            let evaluator = Evaluator::new(graph, &size, &values).disturbed(Noise::NONE, noise);
            return Ok(evaluator.value(map.forward)?.into_data());
        }
        let evaluator = Evaluator::new(graph, &size, &plain).disturbed(Noise::NONE, noise);
        let matrix = evaluator.value(derivation.derived.expr)?;
        let x = stacked(x, rows, cols);
        let product: Vec<f64> =
            matrix.data().chunks(x.len().max(1)).map(|row| dot(row, &x)).collect();
        let (rows, cols) = dims(graph, *image, point).unwrap_or((product.len(), 1));
        Ok(stacked(&product, cols, rows))
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    norm(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
}
