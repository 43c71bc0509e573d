//! Whether a solution is more than rounding errors.
//!
//! A derivative that is zero, or singular, has entries that are not: its terms cancel but for rounding errors, and a system
//! with those has a solution of small residual and no meaning. With data that differ in the last digits all roundings fall
//! otherwise; what the solution is mapped to must then stay what it was.

use std::collections::BTreeMap;

use beltrami_diag::{Diagnostic, codes};
use beltrami_exec::{Noise, Tensor};
use beltrami_linalg::Structured;

use super::compiled::{CompiledOperator, CompiledProduct};
use super::direction::stacked;
use crate::sample::{Drawn, Point};

/// Relative changes of the data: some units in the last place, as many as entries of a derivative are wrong by.
const LEVEL: f64 = 2e-15;
/// Changes tried; each sees a solution without meaning almost certainly.
const SEEDS: std::ops::Range<u64> = 1..4;
/// The change of the image, relative to the right-hand side, beyond which no digit of the solution is certain.
const MOST: f64 = 0.1;

/// What is wrong with a solution of the system with `matrix`; `None` where nothing is.
pub(super) fn uncertain(
    compiled: &mut CompiledOperator,
    matrix: &Structured,
    solution: &[f64],
    right: &[f64],
    variables: &[Drawn],
    point: &Point,
) -> Option<Diagnostic> {
    let before = matrix.times(solution).ok()?;
    let changes = SEEDS.filter_map(|seed| {
        let values = changed(variables, point, seed);
        let inputs: Vec<&[f64]> =
            compiled.inputs().map(|name| values.get(name).map_or(&[][..], Tensor::data)).collect();
        // At the edge of a domain a change may leave it, which says nothing of the matrix.
        let other = compiled.run(&inputs).ok()?;
        Some(distance(&other.times(solution).ok()?, &before))
    });
    judged(changes.fold(0.0, f64::max), right)
}

/// The same for a derivative of which products alone are known, of a variable of these rows and columns.
pub(super) fn uncertain_product(
    product: &mut CompiledProduct,
    solution: &[f64],
    right: &[f64],
    (rows, cols): (usize, usize),
    variables: &[Drawn],
    point: &Point,
) -> Option<Diagnostic> {
    let direction = stacked(solution, cols, rows);
    let mut image = |values: &BTreeMap<String, Tensor<f64>>| {
        let value = |name: &str| values.get(name).map(Tensor::data);
        product.run(&value, &direction).map(<[f64]>::to_vec).ok()
    };
    let before = image(&point.values)?;
    let changes = SEEDS.filter_map(|seed| {
        let after = image(&changed(variables, point, seed))?;
        Some(distance(&after, &before))
    });
    judged(changes.fold(0.0, f64::max), right)
}

fn judged(change: f64, right: &[f64]) -> Option<Diagnostic> {
    let size = distance(right, &vec![0.0; right.len()]);
    // A right-hand side of zeros has the solution zero, which no change moves.
    (change > MOST * size).then(|| {
        let message = format!(
            "the derivative has no solution here: it is zero or singular but for rounding errors, and where data differ in the last digit the solution found misses the right-hand side by {:.1e} of it",
            change / size
        );
        Diagnostic::error(&codes::E0503, message).hint(
            "add a multiple of the identity, as in `f + lambda*norm2(x)^2`, or move to another point",
        )
    })
}

fn changed(variables: &[Drawn], point: &Point, seed: u64) -> BTreeMap<String, Tensor<f64>> {
    let noise = Noise::new(LEVEL, seed);
    let mut values = point.values.clone();
    for variable in variables {
        if let Some(value) = values.get_mut(&variable.name) {
            *value = noise.disturb(variable.id, value.clone(), false);
        }
    }
    values
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let largest = a.iter().zip(b).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest * a.iter().zip(b).map(|(a, b)| ((a - b) / largest).powi(2)).sum::<f64>().sqrt()
}
