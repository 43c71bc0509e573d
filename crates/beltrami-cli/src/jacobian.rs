//! `beltrami jacobian`.

use beltrami::{Error, Session};
use beltrami_plot::{CurvePlot, MapPlot};
use beltrami_report::Jacobian as JacobianAnswer;

use crate::arguments::Jacobian;
use crate::input::Input;
use crate::local;
use crate::plot::{Target, unfit};
use crate::report::Report;

/// The Jacobian of a map at a point, and what it says about the map nearby.
pub fn run(asked: &Jacobian, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.local.plot.as_deref().map(Target::new).transpose()?;
    let at = local::point(&asked.local.at, "--at")?;
    let program = input.program(asked.local.text())?;
    let options = local::options(input, &asked.local, &asked.vars, &at)?;
    let session = Session::global();
    let found = session.linearisation(&program.name, &program.text, &options, &at)?;
    if let Some(target) = &target {
        match (found.matrix.rows(), found.matrix.cols()) {
            (2, 2) => target.draw(&MapPlot::new(&found).map_err(unfit)?)?,
            (2 | 3, 1) => {
                let range = match &asked.local.range {
                    Some(text) => local::range(text)?,
                    None => {
                        (at[0] - 2.0 * std::f64::consts::PI, at[0] + 2.0 * std::f64::consts::PI)
                    }
                };
                target.draw(&CurvePlot::new(&found, range).map_err(unfit)?)?;
            }
            _ => {
                let what = "maps of the plane, and curves in the plane and in space";
                return Err(local::unpictured(what));
            }
        }
    }
    Ok(Report::answer(&JacobianAnswer::new(&found), as_json))
}
