//! Verdicts in words.

use super::outcome::Status;
use super::run::{Ended, Run, Stop, norm};

/// A direction in words, where there are few variables.
pub(super) fn along(direction: &[f64]) -> String {
    /// More would hide the sentence.
    const MOST: usize = 6;
    let size = norm(direction);
    if direction.len() > MOST || !size.is_normal() {
        return String::new();
    }
    // Nothing that is 0 to so many digits has a sign.
    let entry = |d: &f64| format!("{:.4}", (d / size * 1e4).round() / 1e4 + 0.0);
    format!(" along ({})", direction.iter().map(entry).collect::<Vec<_>>().join(", "))
}

/// Why a level point is no minimum.
pub(super) fn plateau(run: &Run<'_>) -> String {
    let away = receding(run).map_or(String::new(), |away| format!("; {away}"));
    format!(
        "the objective is level in a direction near this point and not far from it: this is a plateau, or a value that is \
         approached without end{away}; start elsewhere"
    )
}

/// That the values fall towards one that no point has, where the way says so.
pub(super) fn receding(run: &Run<'_>) -> Option<String> {
    let distance = run.recedes()?;
    let value = run.trace.last()?.value;
    Some(format!(
        "the values still fall, ever more slowly, along a way to infinity: {value:.6e} at the distance {distance:.1e} from the start"
    ))
}

pub(super) fn no_progress(run: &Run<'_>, ended: &Ended) -> (Status, String) {
    let last = run.trace.len() - 1;
    if let Some(away) = receding(run) {
        return (
            Status::NotAttained,
            format!("{away}; no point need be a minimum there; start elsewhere"),
        );
    }
    let reason = match ended.stop {
        Stop::NoProgress if !run.flat(&ended.point, run.options.tolerance.sqrt()) => format!(
            "no step lowers the objective after iteration {last} although its gradient does not vanish: it has a kink \
             here, as `abs`, `max` and norms have, or falls by less than rounding; smooth it, scale the variables, or \
             start elsewhere"
        ),
        Stop::NoProgress => format!(
            "no step lowers the objective after iteration {last}, and the measures are not within their \
             tolerances; scale the variables, or start elsewhere"
        ),
        _ => format!(
            "the gradient is small after iteration {last} and the Newton step is not, so the minimum may \
             be far; choose `trust`, or a smaller tolerance"
        ),
    };
    (Status::NoProgress, reason)
}
