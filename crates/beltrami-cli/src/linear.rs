//! `beltrami linear`.

use beltrami::diag::codes;
use beltrami::engine::solve::linear::{Circle, Group, Method, Options, Run, Status};
use beltrami::linear::{LinearRequest, LinearSolution, Operand};
use beltrami::{Error, Session, Value};
use beltrami_plot::Linear as Picture;
use beltrami_report::{array, at_most, columns};
use serde_json::{Value as Json, json};

use crate::arguments::{Linear, LinearMethod};
use crate::input::{Input, Program};
use crate::interrupt::{self, stopped};
use crate::output::{Format, Output};
use crate::plot::Target;
use crate::progress::Progress;
use crate::report::{FAILED, Report, refusal};

/// Discs, groups and eigenvalues beyond these are left out of the text.
const MOST_SHOWN: usize = 8;

/// The solution by the best of the methods, with what all of them did and what theory says of them.
pub fn run(asked: &Linear, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let output = Output::of("--trace", asked.trace.as_ref(), &[Format::Csv])?;
    let request = request(asked, input)?;
    let progress = Progress::new(0, as_json);
    let mut watch = |method: Method, number: usize, residual: f64| {
        progress.at(number as u64, || format!("{}, residual {residual:.1e}", method.name()))
    };
    let found = Session::global().linear(&request, &mut watch)?;
    progress.done();
    if let Some(output) = output {
        output.write(trace(&found).as_bytes())?;
    }
    if let Some(target) = target {
        target.draw(&Picture::new(&found))?;
    }
    let best = &found.runs[found.best];
    let code = match best.status {
        _ if stopped() => interrupt::code(),
        Status::Converged => 0,
        _ => FAILED,
    };
    if as_json {
        return Ok(Report { code, ..Report::json(&object(&found)) });
    }
    let mut report = Report { code, ..Report::result(text(&found)) };
    if request.rhs.is_none() {
        report.remark(
            "right-hand side: the row sums of the matrix, so that the solution is all ones",
        );
    }
    if !found.assumed.is_empty() {
        report.remark(&format!("assumed: {}", found.assumed.join(", ")));
    }
    Ok(report)
}

fn request(asked: &Linear, input: &mut Input) -> Result<LinearRequest, Error> {
    if asked.tol.is_nan() || asked.tol <= 0.0 || asked.tol >= 1.0 {
        let message = format!("the tolerance {} is not between 0 and 1", asked.tol);
        return Err(refusal(&codes::E0701, message, Some("as in `--tol 1e-8`".into())));
    }
    let methods: Vec<Method> = asked.method.iter().copied().filter_map(method).collect();
    if let Some(omega) = asked.omega {
        if omega.is_nan() || omega <= 0.0 || omega >= 2.0 {
            let message =
                format!("the factor {omega} is not between 0 and 2, where `sor` can converge");
            return Err(refusal(&codes::E0701, message, Some("as in `--omega 1.5`".into())));
        }
        if !methods.is_empty() && !methods.contains(&Method::Sor) {
            let message = "`--omega` is for `sor`, which is not among the methods";
            return Err(refusal(
                &codes::E0702,
                message,
                Some("add it, as in `--method sor`".into()),
            ));
        }
    }
    let mut operand = |text: &str| -> Result<Operand, Error> {
        if input.is_array(text)? {
            return input.array("A", text).map(Operand::Array);
        }
        input.program(text).map(|Program { name, text }| Operand::Text { name, text })
    };
    Ok(LinearRequest {
        matrix: operand(asked.matrix())?,
        rhs: asked.rhs().map(&mut operand).transpose()?,
        start: asked.start().map(&mut operand).transpose()?,
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        methods,
        options: Options {
            tolerance: asked.tol,
            max_iterations: asked.max_iterations,
            omega: asked.omega,
        },
    })
}

fn method(asked: LinearMethod) -> Option<Method> {
    Some(match asked {
        LinearMethod::Auto => return None,
        LinearMethod::Jacobi => Method::Jacobi,
        LinearMethod::GaussSeidel => Method::GaussSeidel,
        LinearMethod::Sor => Method::Sor,
        LinearMethod::Cg => Method::ConjugateGradient,
        LinearMethod::ScaledCg => Method::ScaledConjugateGradient,
    })
}

fn trace(found: &LinearSolution) -> String {
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

fn disc(circle: &Circle) -> String {
    format!("{} ± {}", short(circle.centre), short(circle.radius))
}

fn held(group: &Group) -> String {
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

fn object(found: &LinearSolution) -> Json {
    let theory = &found.theory;
    let best = &found.runs[found.best];
    let circles = |circles: &[Circle]| -> Vec<Json> {
        circles.iter().map(|c| json!({ "centre": c.centre, "radius": c.radius })).collect()
    };
    let groups = |groups: &[Group]| -> Vec<Json> {
        groups
            .iter()
            .map(|g| {
                let members: Vec<usize> = g.members.iter().map(|i| i + 1).collect();
                json!({ "members": members, "eigenvalues": members.len(), "low": g.low, "high": g.high })
            })
            .collect()
    };
    let discs = &theory.gershgorin;
    let methods: Vec<Json> = found
        .runs
        .iter()
        .zip(&found.errors)
        .map(|(run, errors)| method_object(run, errors))
        .collect();
    json!({
        "status": best.status.name(),
        "reason": best.reason,
        "method": best.method.name(),
        "x": best.x,
        "residual": best.residual(),
        "iterations": best.iterations(),
        "direct": found.direct,
        "condition": theory.condition,
        "error_bound": found.error_bound,
        "symmetric": theory.symmetric,
        "positive_definite": theory.definite,
        "diagonal_dominance": theory.dominance.name(),
        "eigenvalues": theory.eigenvalues,
        "gershgorin": {
            "rows": circles(&discs.rows),
            "columns": circles(&discs.columns),
            "row_groups": groups(&discs.row_groups),
            "column_groups": groups(&discs.column_groups),
        },
        "methods": methods,
        "assumed": found.assumed,
    })
}

fn method_object(run: &Run, errors: &[f64]) -> Json {
    let forecast = run.forecast;
    json!({
        "method": run.method.name(),
        "status": run.status.name(),
        "reason": run.reason,
        "iterations": run.iterations(),
        "predicted_iterations": forecast.and_then(|f| f.steps),
        "spectral_radius": forecast.and_then(|f| f.radius),
        "omega": forecast.and_then(|f| f.omega),
        "condition": forecast.and_then(|f| f.condition),
        "distinct_eigenvalues": forecast.and_then(|f| f.distinct),
        "rate": run.rate(),
        "residual": shown(run, run.residual(), &run.residuals),
        "error": shown(run, least(errors), errors),
        "residuals": run.residuals,
        "errors": errors,
    })
}
