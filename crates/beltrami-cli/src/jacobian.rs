//! `beltrami jacobian`.

use beltrami::linalg::{Extended, Matrix};
use beltrami::{Failure, Linearisation, Orientation, Session, Value};
use beltrami_plot::{CurvePlot, MapPlot};
use serde_json::json;

use crate::arguments::Jacobian;
use crate::input::Input;
use crate::plot::{Target, unfit};
use crate::report::Report;
use crate::{array, local};

/// The Jacobian of a map at a point, and what it says about the map nearby.
pub fn run(asked: &Jacobian, input: &mut Input, as_json: bool) -> Result<Report, Failure> {
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
    let orientation = found.orientation().map(name);
    if as_json {
        return Ok(Report::json(&json!({
            "matrix": rows(&found.matrix),
            "determinant": found.determinant.and_then(|det| det.value()),
            "determinant_sign": found.determinant.map(|det| det.sign()),
            "determinant_log10": found.determinant.map(|det| det.log10()).filter(|log| log.is_finite()),
            "orientation": orientation,
            "volume_scale": found.volume_scale().and_then(|scale| scale.value()),
            "invertible": found.is_invertible(),
            "inverse": found.inverse.as_ref().map(rows),
            "value": found.value,
            "singular_values": found.singular_values,
            "formulas": found.formulas.iter().map(|(i, j, text)| json!([i, j, text])).collect::<Vec<_>>(),
            "names": found.names,
        })));
    }
    let mut report = Report::result(text(&found));
    for line in verdict(&found) {
        report.remark(&line);
    }
    if !found.assumed.is_empty() {
        report.remark(&format!("assumed: {}", found.assumed.join(", ")));
    }
    Ok(report)
}

fn text(found: &Linearisation) -> String {
    let table = |m: &Matrix| {
        array::text(&Value { axes: vec![m.rows(), m.cols()], entries: m.data().to_vec() })
    };
    let mut out = table(&found.matrix);
    if let Some(determinant) = found.determinant {
        out.push_str(&format!("determinant: {determinant}\n"));
    }
    let shown = |x: &f64| Extended::new(*x, 0).to_string();
    let stretch: Vec<String> = found.singular_values.iter().map(shown).collect();
    out.push_str(&format!("singular values: {}\n", stretch.join(", ")));
    if let Some(inverse) = &found.inverse {
        out.push_str(&format!("\ninverse:\n{}", table(inverse)));
    }
    out
}

/// What follows, in words.
fn verdict(found: &Linearisation) -> Vec<String> {
    let mut lines = Vec::new();
    let n = found.matrix.cols();
    let measure = ["lengths", "areas", "volumes"].get(n - 1).copied().unwrap_or("volumes");
    let scale = found.volume_scale();
    match (found.orientation(), scale) {
        (Some(Orientation::Degenerate), Some(scale)) if scale.sign() != 0 => lines.push(
            "the Jacobian is singular to rounding: rounding errors of its entries could make it singular, so that it is undecided whether the inverse function theorem applies"
                .to_owned(),
        ),
        (Some(Orientation::Degenerate), _) => lines.push(
            "the Jacobian is singular to rounding: the inverse function theorem does not apply"
                .to_owned(),
        ),
        (Some(orientation), Some(scale)) => {
            lines.push(format!(
                "the orientation is {}; {measure} grow by {scale}, which is the factor of a change of variables in an integral",
                name(orientation)
            ));
            lines.push(
                "by the inverse function theorem the map has a smooth inverse nearby, with the inverse matrix as its Jacobian"
                    .to_owned(),
            );
        }
        (None, Some(scale)) if n == 1 => {
            lines.push(format!("the tangent vector has length {scale}, the speed of the curve"));
        }
        (None, Some(scale)) => lines.push(format!("{measure} grow by {scale}")),
        _ => {}
    }
    lines
}

fn rows(m: &Matrix) -> Vec<Vec<f64>> {
    (0..m.rows()).map(|i| m.row(i).to_vec()).collect()
}

fn name(orientation: Orientation) -> &'static str {
    match orientation {
        Orientation::Preserved => "preserved",
        Orientation::Reversed => "reversed",
        Orientation::Degenerate => "degenerate",
    }
}
