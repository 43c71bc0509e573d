//! `beltrami roots`.

use beltrami::diag::codes;
use beltrami::engine::solve::roots::{All, Method, Options, Solution, Status, newton, safeguarded};
use beltrami::{Equations, Error};
use beltrami_plot::Basins;
use serde_json::{Value, json};

use crate::arguments::{RootMethod, Roots};
use crate::input::Input;
use crate::interrupt;
use crate::output::{Format, Output};
use crate::plot::{Target, unfit};
use crate::progress::Progress;
use crate::report::{FAILED, Report, refusal};
use crate::system;

/// Newton's method from a start, or all roots in a box.
pub fn run(asked: &Roots, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    if asked.tol.is_some_and(|tol| !(tol.is_finite() && 0.0 < tol && tol < 1.0)) {
        let message = "`--tol` lies between 0 and 1";
        return Err(refusal(&codes::E0701, message, Some("as in `--tol 1e-10`".into())));
    }
    if asked.all { in_box(asked, input, as_json) } else { from_start(asked, input, as_json) }
}

fn in_box(asked: &Roots, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let region = system::region(asked.system.region.as_deref().unwrap_or_default())?;
    let mut equations =
        system::read(&asked.system, input, system::near(&region), system::Sense::Equations)?;
    system::counted(region.len(), &equations, "--box")?;
    if target.is_some() {
        system::drawable(&region)?;
    }
    let found = system::search(&mut equations.compiled, &region, &asked.system, asked.tol, as_json);
    let all = &found.all;
    if let Some(target) = &target {
        target.draw(&Basins::new(&mut equations, &region, all).map_err(unfit)?)?;
    }
    if as_json {
        return Ok(Report { code: system::code(all), ..Report::json(&object_of_all(&found)) });
    }
    let mut report = Report::result(text_of_all(all, &equations.names));
    system::remarks(&found, &equations.names, &mut report);
    assumed(&equations, &mut report);
    Ok(report)
}

fn text_of_all(all: &All, names: &[String]) -> String {
    let mut out = String::new();
    for root in &all.roots {
        let parts: Vec<String> = names
            .iter()
            .zip(root.point())
            .map(|(name, x)| format!("{name} = {}", system::shown(x)))
            .collect();
        out.push_str(&format!("{}  (± {:.0e}, certified)\n", parts.join(", "), root.radius()));
    }
    if all.roots.is_empty() {
        out.push_str("no certified root\n");
    }
    out
}

fn object_of_all(found: &system::Found) -> Value {
    let all = &found.all;
    let roots = all
        .roots
        .iter()
        .map(|root| json!({ "x": root.point(), "radius": root.radius(), "certified": true }));
    json!({
        "complete": all.complete,
        "roots": roots.collect::<Vec<_>>(),
        "undecided": system::undecided_object(all),
        "boxes": all.boxes,
        "late": found.late,
    })
}

fn from_start(asked: &Roots, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let trace = Output::of("--trace", asked.trace.as_ref(), &[Format::Csv])?;
    let Some(text) = &asked.start else {
        let hint = "give one, as in `--start 1,1`, or search a box with `--all --box -3:3,-2:2`";
        return Err(refusal(&codes::E0601, "there is no start", Some(hint.into())));
    };
    let start = system::start(text)?;
    // Derivatives are compared with numbers near the start where random points are outside of the domain.
    let near = start.iter().map(|x| (x - 0.1 * x.abs().max(1.0), x + 0.1 * x.abs().max(1.0)));
    let mut equations = system::read_at_points(&asked.system, input, near.collect())?;
    system::counted(start.len(), &equations, "--start")?;
    let bar = Progress::new(0, as_json);
    let stopped = || !bar.at(0, String::new);
    let options = Options {
        tolerance: asked.tol.unwrap_or(Options::default().tolerance),
        iterations: asked.max_iterations,
        stopped: &stopped,
    };
    let found = match asked.method {
        RootMethod::Newton => newton(&mut equations.compiled, &start, &options),
        RootMethod::Safeguarded => safeguarded(&mut equations.compiled, &start, &options),
    };
    bar.done();
    if let Some(output) = trace {
        output.write(trace_text(&found, &equations.names).as_bytes())?;
    }
    let reason = found.status.reason(&found.x, &equations.names);
    let code = match found.status {
        Status::Converged { .. } => 0,
        Status::Interrupted => interrupt::code(),
        _ => FAILED,
    };
    if as_json {
        let object = json!({
            "status": found.status.name(),
            "reason": reason,
            "x": found.x,
            "residual": found.residual,
            "iterations": found.trace.len() - 1,
            "trace": found.trace,
            "residuals": found.residuals,
            "method": method_name(found.method),
            "names": equations.names,
        });
        return Ok(Report { code, ..Report::json(&object) });
    }
    let mut report = Report { code, ..Report::result(table(&found, &equations.names)) };
    let steps = found.trace.len() - 1;
    let plural = if steps == 1 { "" } else { "s" };
    report.remark(&format!(
        "{} after {steps} step{plural} ({}): {reason}",
        found.status.name(),
        method_name(found.method)
    ));
    assumed(&equations, &mut report);
    Ok(report)
}

fn assumed<S>(equations: &Equations<S>, report: &mut Report) {
    if !equations.assumed.is_empty() {
        report.remark(&format!("assumed: {}", equations.assumed.join(", ")));
    }
}

fn method_name(method: Method) -> &'static str {
    match method {
        Method::Newton => "newton",
        Method::Dogleg => "dogleg",
        Method::Damped => "damped newton",
    }
}

/// The iterates, a line each; in the middle of a long list some are left out.
fn table(found: &Solution, names: &[String]) -> String {
    /// Lines at both ends of a long list.
    const ENDS: usize = 15;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut heading = vec!["k".to_owned()];
    heading.extend(names.iter().cloned());
    heading.push("largest |f|".to_owned());
    rows.push(heading);
    let count = found.trace.len();
    for (k, (x, residual)) in found.trace.iter().zip(&found.residuals).enumerate() {
        if count > 2 * ENDS && (ENDS..count - ENDS).contains(&k) {
            if k == ENDS {
                rows.push(vec!["…".to_owned()]);
            }
            continue;
        }
        let mut row = vec![k.to_string()];
        row.extend(x.iter().map(|x| system::shown(*x)));
        row.push(format!("{residual:.2e}"));
        rows.push(row);
    }
    let columns = names.len() + 2;
    let width = |j: usize| {
        rows.iter().filter_map(|row| row.get(j)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn trace_text(found: &Solution, names: &[String]) -> String {
    let mut text = format!("k,{},residual\n", names.join(","));
    for (k, (x, residual)) in found.trace.iter().zip(&found.residuals).enumerate() {
        let cells: Vec<String> = x.iter().map(f64::to_string).collect();
        text.push_str(&format!("{k},{},{residual:e}\n", cells.join(",")));
    }
    text
}
