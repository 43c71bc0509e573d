//! Minima of functions of many variables.
//!
//! A method is a step (gradient, Newton, quasi-Newton, Gauss–Newton) with a globalisation (a line search or a trust region);
//! whatever the method, the point at which it ends is judged by one verdict, which sees the Hessian where there is one.
//! *Invariant: [`Status::Converged`] is given only by the verdict.*
//! Entry point: [`minimize`].

mod bfgs;
mod curve;
mod descent;
mod escape;
mod fitted;
mod gauss_newton;
mod hessian;
mod hull;
mod kept;
mod kink;
mod kronecker;
mod lanczos;
mod lbfgs;
mod line_search;
mod newton;
mod newton_cg;
mod objective;
mod options;
mod outcome;
mod probe;
mod quadratic;
mod reason;
mod run;
mod second;
mod shifted;
mod spectral;
mod trust;
mod units;
mod verdict;

pub use hessian::{Banded, Hessian, Structure};
pub use kronecker::Kronecker;
pub use objective::{Divisor, Objective, Offer, Undefined};
pub use options::{Method, Options};
pub use outcome::{Counts, Iterate, Measure, Outcome, Status, StepKind};

use run::{Ended, Run, Stop};
use verdict::Onward;

/// How often a point that the verdict finds unfinished is taken up again.
const RESUMED: usize = 6;

/// Minimises `objective` from `start` by the method of `options`.
///
/// `watch` sees every iterate with its point, and ends the iteration by returning `false`.
/// # Errors
/// [`Undefined`] when the objective or its gradient has no finite value at the start.
pub fn minimize(
    objective: &mut dyn Objective,
    start: &[f64],
    options: &Options,
    watch: &mut dyn FnMut(&Iterate, &[f64]) -> bool,
) -> Result<Outcome, Undefined> {
    let (mut run, mut point) = Run::new(objective, options, start, watch)?;
    let mut tolerance = options.tolerance;
    let mut method = options.method;
    let mut judged_alone = false;
    for resumed in 0.. {
        let ended = match method {
            _ if judged_alone => Ended { point, stop: Stop::NoProgress },
            Method::Gradient => {
                descent::run(&mut run, point, tolerance, &mut descent::Steepest::default())
            }
            Method::Bfgs => descent::run(&mut run, point, tolerance, &mut bfgs::Bfgs::default()),
            Method::Lbfgs => lbfgs::run(&mut run, point, tolerance),
            Method::Newton => newton::run(&mut run, point, tolerance),
            Method::NewtonCg => newton_cg::run(&mut run, point, tolerance),
            Method::Trust => trust::run(&mut run, point, tolerance),
            Method::LeastSquares => gauss_newton::run(&mut run, point, tolerance),
        };
        if ended.stop == Stop::Slow {
            (method, point) = (Method::Trust, ended.point);
            continue;
        }
        let mut judged = verdict::judge(&mut run, &ended);
        let last = resumed == RESUMED || matches!(ended.stop, Stop::Limit | Stop::Interrupted);
        // What a trust region could not leave it will not leave the second time.
        let resume = judged.resume.take().filter(|(from, onward)| {
            let again =
                *onward == Onward::Curved && method == Method::Trust && from.x == ended.point.x;
            !last && !again
        });
        let Some((from, onward)) = resume else {
            return Ok(verdict::outcome(run, method, ended, judged));
        };
        if from.x == ended.point.x {
            tolerance *= 1e-2;
        }
        point = from;
        judged_alone = onward == Onward::Judged;
        let curved = onward == Onward::Curved;
        if curved && run.bounds.is_none() && run.objective.offer().hessian.is_some() {
            method = Method::Trust;
        }
    }
    unreachable!("the loop ends by its own count")
}
