//! Newton's method damped in the norm of the unknowns.

use beltrami_linalg::norm;

use super::System;
use super::iteration::{Iteration, Options};
use super::outcome::{Method, Rest, Solution, Status};

/// The least damping factor before the iteration is given up.
const LEAST: f64 = 1e-10;

/// Newton's method whose steps are damped so that the next, simplified, Newton step becomes shorter.
///
/// The measure does not change when the equations are multiplied by a regular matrix, so that it passes minima of the
/// residual that are no roots.
/// # References
/// `Deuflhard2011`, section 3.3, algorithm NLEQ-ERR.
pub(super) fn damped<S: System>(system: &mut S, start: &[f64], options: &Options<'_>) -> Solution {
    let mut iteration = Iteration::new(system, options, Method::Damped, start);
    let status = iterate(&mut iteration);
    iteration.ended(status)
}

fn iterate<S: System>(iteration: &mut Iteration<'_, S>) -> Status {
    let mut at = iteration.first();
    // The previous step with its factor, and the simplified step after it.
    let mut before: Option<(Vec<f64>, f64, Vec<f64>)> = None;
    loop {
        if let Err(status) = iteration.accept(&at) {
            return status;
        }
        let linear = match iteration.linear(&at) {
            Ok(linear) => linear,
            Err(status) => return status,
        };
        if let Some(status) = iteration.arrived(&at, &linear) {
            return status;
        }
        if let Err(status) = iteration.may_go_on() {
            return status;
        }
        let Some(step) = linear.step.clone() else { return iteration.singular(&linear) };
        let length = norm(&step);
        let mut factor = match &before {
            None => 1.0,
            Some((previous, factor, simplified)) => {
                let apart = norm(&combined(simplified, &step, 1.0));
                let predicted = factor * norm(previous) * norm(simplified) / (apart * length);
                if predicted.is_nan() { 1.0 } else { predicted.clamp(LEAST, 1.0) }
            }
        };
        let mut grown = false;
        let next = loop {
            let x = at.x.iter().zip(&step).map(|(x, s)| x + factor * s).collect();
            let mut trial = iteration.evaluated(x);
            trial.newton = factor == 1.0;
            let simplified = if trial.norm.is_finite() { linear.solved(&trial.f) } else { None };
            let Some(simplified) = simplified else {
                factor *= 0.5;
                if factor < LEAST {
                    return iteration.stuck(Rest::Steps);
                }
                continue;
            };
            let apart = norm(&combined(&simplified, &step, 1.0 - factor));
            let corrected = (0.5 * length * factor * factor / apart).min(1.0);
            if norm(&simplified) > (1.0 - 0.25 * factor) * length {
                factor =
                    if corrected.is_nan() { 0.5 * factor } else { corrected.min(0.5 * factor) };
                if factor < LEAST {
                    return iteration.stuck(Rest::Steps);
                }
                continue;
            }
            if corrected >= 4.0 * factor && !grown {
                grown = true;
                factor = corrected;
                continue;
            }
            before = Some((step.clone(), factor, simplified));
            break trial;
        };
        at = next;
    }
}

/// `a - t*b`.
fn combined(a: &[f64], b: &[f64], t: f64) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - t * b).collect()
}
