//! `beltrami taylor`.

use beltrami::{Error, Session};
use beltrami_plot::TaylorPlot;
use beltrami_report::Taylor as TaylorAnswer;

use crate::arguments::Taylor;
use crate::input::Input;
use crate::local;
use crate::plot::Target;
use crate::report::Report;

/// The Taylor polynomial of an expression at a point.
pub fn run(asked: &Taylor, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.local.plot.as_deref().map(Target::new).transpose()?;
    let at = local::point(&asked.local.at, "--at")?;
    let program = input.program(asked.local.text())?;
    let options = local::options(input, &asked.local, &asked.by, &at)?;
    let session = Session::global();
    let found = session.expansion(&program.name, &program.text, &options, &at, asked.order)?;
    if let Some(target) = &target {
        if found.coefficients.is_empty() {
            return Err(local::unpictured("the expansion of a function of one number"));
        }
        let range = match &asked.local.range {
            Some(text) => local::range(text)?,
            None => (at[0] - 2.0, at[0] + 2.0),
        };
        target.draw(&TaylorPlot::new(&found, program.text.trim(), range))?;
    }
    Ok(Report::answer(&TaylorAnswer::new(&found, &asked.local.at), as_json))
}
