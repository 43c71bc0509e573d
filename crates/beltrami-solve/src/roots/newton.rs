//! Newton's method.

use super::System;
use super::iteration::{Iteration, Options};
use super::outcome::{Method, Solution, Status};

/// Newton's method as it stands in textbooks: `J(x)*s = -f(x)`, `x ← x + s`, nothing else.
///
/// It doubles the number of right digits with each step near a root with a regular Jacobian, and has no sense of direction
/// elsewhere.
/// # References
/// `Deuflhard2011`, chapter 2.
pub fn newton(system: &mut impl System, start: &[f64], options: &Options<'_>) -> Solution {
    let mut iteration = Iteration::new(system, options, Method::Newton, start);
    let status = iterate(&mut iteration);
    iteration.ended(status)
}

fn iterate<S: System>(iteration: &mut Iteration<'_, S>) -> Status {
    let mut at = iteration.first();
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
        let Some(step) = &linear.step else { return iteration.singular(&linear) };
        at = iteration.evaluated(at.x.iter().zip(step).map(|(x, s)| x + s).collect());
        at.newton = true;
    }
}
