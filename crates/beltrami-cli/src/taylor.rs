//! `beltrami taylor`.

use beltrami::{Expansion, Failure, Session, Value};
use beltrami_plot::TaylorPlot;
use serde_json::json;

use crate::arguments::Taylor;
use crate::input::Input;
use crate::plot::Target;
use crate::report::Report;
use crate::{array, local};

/// The Taylor polynomial of an expression at a point.
pub fn run(asked: &Taylor, input: &mut Input, as_json: bool) -> Result<Report, Failure> {
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
    if as_json {
        let rows = found
            .hessian
            .as_ref()
            .map(|h| (0..h.rows()).map(|i| h.row(i).to_vec()).collect::<Vec<_>>());
        return Ok(Report::json(&json!({
            "coefficients": found.coefficients,
            "value": found.value,
            "gradient": found.gradient,
            "hessian": rows,
            "polynomial": found.polynomial,
            "order": found.order,
            "at": found.at,
            "names": found.names,
            "checked": {"max_rel_error": found.difference},
        })));
    }
    let mut report = Report::result(text(&found));
    let agreement = match found.difference {
        0.0 => "exactly".to_owned(),
        difference => format!("to {difference:.0e}"),
    };
    report.remark(&if found.removable {
        format!(
            "order {} at {}, where the expression has no value but this limit; beside it the derivative agrees with the symbolic one {agreement}",
            found.order, asked.local.at
        )
    } else {
        format!(
            "order {} at {}; first and second derivatives agree with symbolic ones {agreement}",
            found.order, asked.local.at
        )
    });
    if !found.rounding.is_empty() {
        let names: Vec<String> = found.rounding.iter().map(|n| format!("c{n}")).collect();
        report.remark(&format!(
            "left out of the polynomial, since other rounding errors change them by as much as they are: {}",
            names.join(", ")
        ));
    }
    if !found.assumed.is_empty() {
        report.remark(&format!("assumed: {}", found.assumed.join(", ")));
    }
    Ok(report)
}

fn text(found: &Expansion) -> String {
    let mut out = found.polynomial.clone() + "\n";
    if found.coefficients.is_empty() {
        let n = found.gradient.len();
        let gradient = Value { axes: vec![1, n], entries: found.gradient.clone() };
        out.push_str(&format!("\ngradient:\n{}", array::text(&gradient)));
        if let Some(hessian) = &found.hessian {
            let value = Value { axes: vec![n, n], entries: hessian.data().to_vec() };
            out.push_str(&format!("\nHessian:\n{}", array::text(&value)));
        }
    } else {
        for (k, c) in found.coefficients.iter().enumerate() {
            out.push_str(&format!("c{k} = {c}\n"));
        }
    }
    out
}
