//! `beltrami critical`.

use beltrami::Error;
use beltrami::critical::critical_points;
use beltrami::diag::codes;
use beltrami_plot::{Contours, Portrait};
use beltrami_report::Critical as CriticalAnswer;

use crate::arguments::Critical;
use crate::input::Input;
use crate::interrupt::stopped;
use crate::plot::{Target, unfit};
use crate::report::{Report, refusal};
use crate::system::{self, Sense};

/// All critical points in a box, and what they are.
pub fn run(asked: &Critical, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let Some(region) = &asked.system.region else {
        let hint = "give an interval for each unknown, as in `--box -1:4,-1:4`";
        return Err(refusal(&codes::E0601, "there is no box to search", Some(hint.into())));
    };
    let region = system::region(region)?;
    let sense = if asked.field { Sense::Field } else { Sense::Flow };
    let mut equations = system::read(&asked.system, input, system::near(&region), sense)?;
    system::counted(region.len(), &equations, "--box")?;
    if target.is_some() && region.len() != 2 {
        let message = format!("a picture shows two unknowns, and there are {}", region.len());
        let hint = "drop `--plot`; the text output holds the points";
        return Err(refusal(&codes::E0702, message, Some(hint.into())));
    }
    if target.is_some() {
        system::drawable(&region)?;
    }
    let found = system::search(&mut equations.compiled, &region, &asked.system, None, as_json);
    let all = &found.all;
    let points = critical_points(&mut equations.compiled, all, asked.field);
    if let Some(target) = &target {
        if asked.field {
            let picture = Contours::new(&mut equations, &region, &points, all);
            target.draw(&picture.map_err(unfit)?)?;
        } else {
            let picture = Portrait::new(&mut equations, &region, &points, all);
            target.draw(&picture.map_err(unfit)?)?;
        }
    }
    let answer = CriticalAnswer::new(&points, all, &equations.names, found.late, stopped());
    Ok(Report { code: system::code(all), ..Report::answer(&answer, as_json) })
}
