//! A system of linear equations.

use beltrami::engine::solve::linear::{self, Run, Status};
use beltrami::{LinearSolution, Value};
use serde::Serialize;

use crate::{Answer, array, assumed, at_most, columns};

/// Discs, groups and eigenvalues beyond these are left out of the text.
const MOST_SHOWN: usize = 8;

/// The solution by the best of the methods, with what all of them did and what theory says of them.
#[derive(Clone, Debug, Serialize)]
pub struct Linear {
    /// How the best method ended, a word.
    pub status: &'static str,
    /// The same in words.
    pub reason: String,
    /// The best method.
    pub method: &'static str,
    /// Its last iterate.
    pub x: Vec<f64>,
    /// Its relative residual.
    pub residual: Option<f64>,
    /// Its steps.
    pub iterations: usize,
    /// The solution by a factorisation.
    pub direct: Vec<f64>,
    /// The condition number.
    pub condition: f64,
    /// A bound on the relative error.
    pub error_bound: Option<f64>,
    /// Whether the matrix is symmetric.
    pub symmetric: bool,
    /// Whether it is symmetric positive definite.
    pub positive_definite: bool,
    /// How far the diagonal dominates.
    pub diagonal_dominance: &'static str,
    /// Real and imaginary parts.
    pub eigenvalues: Vec<(f64, f64)>,
    /// Discs that hold the eigenvalues.
    pub gershgorin: Discs,
    /// What each method did.
    pub methods: Vec<Method>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Whether the right-hand side was chosen, so that the solution is all ones.
    #[serde(skip)]
    pub chosen: bool,
    #[serde(skip)]
    text: String,
}

/// Discs of rows and of columns.
#[derive(Clone, Debug, Serialize)]
pub struct Discs {
    /// Of each row.
    pub rows: Vec<Disc>,
    /// Of each column.
    pub columns: Vec<Disc>,
    /// Those of rows that touch.
    pub row_groups: Vec<Group>,
    /// Those of columns that touch.
    pub column_groups: Vec<Group>,
}

/// A disc in the plane of complex numbers, its centre a real one.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Disc {
    /// Its centre.
    pub centre: f64,
    /// Its radius.
    pub radius: f64,
}

/// Discs that touch, and hold as many eigenvalues as they are.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Which discs, from 1.
    pub members: Vec<usize>,
    /// How many eigenvalues.
    pub eigenvalues: usize,
    /// The least real part.
    pub low: f64,
    /// The largest real part.
    pub high: f64,
}

/// What a method did, and what theory says of it.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    /// The method.
    pub method: &'static str,
    /// How it ended, a word.
    pub status: &'static str,
    /// The same in words.
    pub reason: String,
    /// Steps.
    pub iterations: usize,
    /// Steps that theory expects.
    pub predicted_iterations: Option<usize>,
    /// The spectral radius of the iteration.
    pub spectral_radius: Option<f64>,
    /// The factor of relaxation.
    pub omega: Option<f64>,
    /// The condition number that the forecast rests on.
    pub condition: Option<f64>,
    /// Eigenvalues that differ.
    pub distinct_eigenvalues: Option<usize>,
    /// The factor by which the residual fell a step.
    pub rate: Option<f64>,
    /// The relative residual at the end.
    pub residual: Option<f64>,
    /// The relative error at the end.
    pub error: Option<f64>,
    /// The relative residuals.
    pub residuals: Vec<f64>,
    /// The relative errors.
    pub errors: Vec<f64>,
}

impl Linear {
    /// The answer that a solution gives.
    pub fn new(found: &LinearSolution) -> Linear {
        let theory = &found.theory;
        let best = &found.runs[found.best];
        let discs = &theory.gershgorin;
        let runs = found.runs.iter().zip(&found.errors);
        Linear {
            status: best.status.name(),
            reason: best.reason.clone(),
            method: best.method.name(),
            x: best.x.clone(),
            residual: best.residual(),
            iterations: best.iterations(),
            direct: found.direct.clone(),
            condition: theory.condition,
            error_bound: found.error_bound,
            symmetric: theory.symmetric,
            positive_definite: theory.definite,
            diagonal_dominance: theory.dominance.name(),
            eigenvalues: theory.eigenvalues.clone(),
            gershgorin: Discs {
                rows: discs.rows.iter().map(Disc::new).collect(),
                columns: discs.columns.iter().map(Disc::new).collect(),
                row_groups: discs.row_groups.iter().map(Group::new).collect(),
                column_groups: discs.column_groups.iter().map(Group::new).collect(),
            },
            methods: runs.map(|(run, errors)| Method::new(run, errors)).collect(),
            assumed: found.assumed.clone(),
            chosen: false,
            text: text(found),
        }
    }
}

impl Answer for Linear {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let ones = "right-hand side: the row sums of the matrix, so that the solution is all ones";
        let chosen = self.chosen.then(|| ones.to_owned());
        chosen.into_iter().chain(assumed(&self.assumed)).collect()
    }
}

impl Disc {
    fn new(circle: &linear::Circle) -> Disc {
        Disc { centre: circle.centre, radius: circle.radius }
    }
}

impl Group {
    fn new(group: &linear::Group) -> Group {
        let members: Vec<usize> = group.members.iter().map(|i| i + 1).collect();
        Group { eigenvalues: members.len(), members, low: group.low, high: group.high }
    }
}

impl Method {
    fn new(run: &Run, errors: &[f64]) -> Method {
        let forecast = run.forecast;
        Method {
            method: run.method.name(),
            status: run.status.name(),
            reason: run.reason.clone(),
            iterations: run.iterations(),
            predicted_iterations: forecast.and_then(|f| f.steps),
            spectral_radius: forecast.and_then(|f| f.radius),
            omega: forecast.and_then(|f| f.omega),
            condition: forecast.and_then(|f| f.condition),
            distinct_eigenvalues: forecast.and_then(|f| f.distinct),
            rate: run.rate(),
            residual: shown(run, run.residual(), &run.residuals),
            error: shown(run, least(errors), errors),
            residuals: run.residuals.clone(),
            errors: errors.to_vec(),
        }
    }
}

/// The iterates of all methods as a table for a program.
pub fn linear_trace_csv(found: &LinearSolution) -> String {
    let mut out = String::from("method,iteration,residual,error,predicted\n");
    for (run, errors) in found.runs.iter().zip(&found.errors) {
        for (number, (residual, error)) in run.residuals.iter().zip(errors).enumerate() {
            let predicted = run.forecast.and_then(|forecast| forecast.residual(number as f64));
            let predicted = predicted.map_or(String::new(), |x| format!("{x:e}"));
            let name = run.method.name();
            out.push_str(&format!("{name},{number},{residual:e},{error:e},{predicted}\n"));
        }
    }
    out
}

fn text(found: &LinearSolution) -> String {
    let best = &found.runs[found.best];
    let mut out = format!("{}: {}, {}\n", best.status.name(), best.method.name(), best.reason);
    if !matches!(best.status, Status::Diverged | Status::NotApplicable) {
        let x = Value { axes: vec![best.x.len()], entries: best.x.clone() };
        out.push_str(&format!("x ({})\n{}", best.x.len(), array::text(&x)));
    }
    out.push_str(&format!("\n{}", columns(&rows(found))));
    let mut open: Vec<&Run> = found
        .runs
        .iter()
        .filter(|run| run.status != Status::Converged && run.method != best.method)
        .collect();
    while let Some(first) = open.first().copied() {
        let alike = open.iter().filter(|run| run.reason == first.reason);
        let names: Vec<&str> = alike.map(|run| run.method.name()).collect();
        out.push_str(&format!("{}: {}\n", names.join(", "), first.reason));
        open.retain(|run| run.reason != first.reason);
    }
    out.push('\n');
    out.push_str(&matrix(found));
    out
}

fn rows(found: &LinearSolution) -> Vec<Vec<String>> {
    let titles = ["method", "status", "steps", "predicted", "rate", "radius", "residual", "error"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for (place, run) in found.runs.iter().enumerate() {
        let some = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        let forecast = run.forecast;
        let omega = forecast.and_then(|forecast| forecast.omega);
        let omega = omega.map_or(String::new(), |omega| format!(" {}", short(omega)));
        let steps = forecast.map(|_| run.iterations().to_string());
        rows.push(vec![
            format!("{}{omega}", run.method.name()),
            run.status.name().into(),
            some(steps),
            some(predicted(run)),
            some(run.rate().map(|rate| format!("{rate:.4}"))),
            some(forecast.and_then(|f| f.radius).map(|radius| format!("{radius:.4}"))),
            some(shown(run, run.residual(), &run.residuals).map(small)),
            some(shown(run, least(&found.errors[place]), &found.errors[place]).map(small)),
        ]);
    }
    rows
}

/// The number of the iterate that is returned; of a run that diverged the last one, whose start was the best.
fn shown(run: &Run, best: Option<f64>, all: &[f64]) -> Option<f64> {
    if run.status == Status::Diverged { all.last().copied() } else { best }
}

/// Steps that theory expects: about so many, or at most so many.
fn predicted(run: &Run) -> Option<String> {
    let forecast = run.forecast?;
    let bound = if forecast.radius.is_none() { "≤ " } else { "" };
    forecast.steps.map(|steps| format!("{bound}{steps}"))
}

fn matrix(found: &LinearSolution) -> String {
    let theory = &found.theory;
    let n = found.a.rows();
    let kind = match (theory.definite, theory.symmetric) {
        (true, _) => "symmetric positive definite",
        (false, true) => "symmetric, not positive definite",
        (false, false) => "not symmetric",
    };
    let mut out = format!(
        "matrix: {n}×{n}, {kind}, diagonal dominance: {}\ncondition number: {}\n",
        theory.dominance.name(),
        match theory.condition.is_finite() {
            true => short(theory.condition),
            // The matrix is regular, and the quotient of its largest and least singular value is no number.
            false => "above 1.8e308".to_owned(),
        },
    );
    if let Some(bound) = found.error_bound.filter(|bound| *bound < 1.0) {
        out.push_str(&format!(
            "relative error of x: at most {}, the condition number times residual and rounding\n",
            at_most(bound)
        ));
    }
    // Eigenvalues are right to the rounding of the norm; below it nothing is known of them but their size.
    let off = n as f64 * f64::EPSILON * theory.norm;
    let values = theory.eigenvalues.iter().map(|value| match value.0.hypot(value.1) <= off {
        true => format!("0 ± {}", at_most(off)),
        false => complex(*value),
    });
    out.push_str(&format!("eigenvalues: {}\n", list(values)));
    let discs = &theory.gershgorin;
    let same = discs.rows == discs.columns;
    let columns = Some(("columns", &discs.columns, &discs.column_groups)).filter(|_| !same);
    let rows = (if same { "rows and columns" } else { "rows" }, &discs.rows, &discs.row_groups);
    for (name, circles, groups) in std::iter::once(rows).chain(columns) {
        out.push_str(&format!("discs of {name}: {}\n", list(circles.iter().map(disc))));
        for group in groups.iter().take(MOST_SHOWN) {
            out.push_str(&format!("  {}\n", held(group)));
        }
    }
    out
}

fn disc(circle: &linear::Circle) -> String {
    format!("{} ± {}", short(circle.centre), short(circle.radius))
}

fn held(group: &linear::Group) -> String {
    let count = group.members.len();
    let members = list(group.members.iter().map(|i| (i + 1).to_string()));
    let plural = if count == 1 { "" } else { "s" };
    format!(
        "{count} eigenvalue{plural} in disc{plural} {members}, real part from {} to {}",
        short(group.low),
        short(group.high)
    )
}

fn list(parts: impl ExactSizeIterator<Item = String>) -> String {
    let count = parts.len();
    let mut shown: Vec<String> = parts.take(MOST_SHOWN).collect();
    if count > MOST_SHOWN {
        shown.push(format!("… ({count})"));
    }
    shown.join(", ")
}

fn complex((re, im): (f64, f64)) -> String {
    if im == 0.0 {
        return short(re);
    }
    let sign = if im < 0.0 { '-' } else { '+' };
    format!("{} {sign} {}i", short(re), short(im.abs()))
}

fn least(errors: &[f64]) -> Option<f64> {
    errors.iter().copied().reduce(f64::min)
}

fn small(x: f64) -> String {
    if x == 0.0 { "0".into() } else { format!("{x:.1e}") }
}

/// Five significant digits.
fn short(x: f64) -> String {
    if x == 0.0 || (1e-3..1e6).contains(&x.abs()) {
        let places = usize::try_from(4 - x.abs().max(1e-3).log10().floor() as i32).unwrap_or(0);
        let text = format!("{x:.places$}");
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        return if text == "-0" { "0".into() } else { text.into() };
    }
    format!("{x:.4e}")
}
