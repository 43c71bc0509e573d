//! `beltrami roots`.

use beltrami::Error;
use beltrami::diag::codes;
use beltrami::engine::solve::roots::{Options, Status, newton, safeguarded};
use beltrami_plot::Basins;
use beltrami_report::{RootFrom, Roots as RootsAnswer};

use crate::arguments::{RootMethod, Roots};
use crate::input::Input;
use crate::interrupt::{self, stopped};
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
    let answer = RootsAnswer::new(all, &equations, found.late, stopped());
    Ok(Report { code: system::code(all), ..Report::answer(&answer, as_json) })
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
    let answer = RootFrom::new(&found, &equations);
    if let Some(output) = trace {
        output.write(answer.trace_csv().as_bytes())?;
    }
    let code = match found.status {
        Status::Converged { .. } => 0,
        Status::Interrupted => interrupt::code(),
        _ => FAILED,
    };
    Ok(Report { code, ..Report::answer(&answer, as_json) })
}
