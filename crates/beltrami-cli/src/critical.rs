//! `beltrami critical`.

use beltrami::Error;
use beltrami::critical::{CriticalPoint, critical_points};
use beltrami::diag::codes;
use beltrami_plot::{Contours, Portrait};
use serde_json::{Value, json};

use crate::arguments::Critical;
use crate::input::Input;
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
    if as_json {
        let object = json!({
            "complete": all.complete,
            "points": points.iter().map(object).collect::<Vec<_>>(),
            "undecided": system::undecided_object(all),
            "boxes": all.boxes,
            "late": found.late,
            "names": equations.names,
        });
        return Ok(Report { code: system::code(all), ..Report::json(&object) });
    }
    let mut out: String = points.iter().map(|point| line(point, &equations.names)).collect();
    if points.is_empty() {
        out.push_str("no certified critical point\n");
    }
    let mut report = Report::result(out);
    system::remarks(&found, &equations.names, &mut report);
    Ok(report)
}

fn object(point: &CriticalPoint) -> Value {
    json!({
        "x": point.x,
        "radius": point.radius,
        "jacobian": (0..point.jacobian.rows()).map(|i| point.jacobian.row(i)).collect::<Vec<_>>(),
        "eigenvalues": point.eigenvalues.iter().map(|(re, im)| [re, im]).collect::<Vec<_>>(),
        "class": point.class.name(),
        "stability": point.stability.name(),
        "certified": true,
        "class_certified": point.class_certified,
        "detail": point.detail,
    })
}

fn line(point: &CriticalPoint, names: &[String]) -> String {
    let place: Vec<String> = names
        .iter()
        .zip(&point.x)
        .map(|(name, x)| format!("{name} = {}", short(*x, point.radius)))
        .collect();
    let largest = point.eigenvalues.iter().map(|(re, im)| re.hypot(*im)).fold(0.0, f64::max);
    // What is below this is rounding where nothing is proved.
    let least = if point.class_certified { 0.0 } else { 1e-8 * largest };
    let values: Vec<String> =
        point.eigenvalues.iter().map(|value| eigenvalue(*value, least)).collect();
    let detail = point.detail.map_or(String::new(), |detail| format!(" ({detail})"));
    let proof =
        if point.class_certified { "certified" } else { "point certified, class numerical" };
    format!(
        "{}: {}{detail}, eigenvalues {}; {proof}\n",
        place.join(", "),
        point.class.name(),
        values.join(", ")
    )
}

/// A coordinate without the digits that its radius leaves open.
fn short(x: f64, radius: f64) -> String {
    let rounded = format!("{x:.12}").parse::<f64>().unwrap_or(x);
    // Adding zero turns -0 into 0.
    if (rounded - x).abs() <= radius { format!("{}", rounded + 0.0) } else { format!("{x}") }
}

/// An eigenvalue to eight decimals; parts above `least` that have no digits there with as many as show them.
fn eigenvalue((re, im): (f64, f64), least: f64) -> String {
    /// What eight decimals may lose of a part.
    const LOST: f64 = 1e-3;
    let trimmed = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    let digits = |x: f64| {
        let text = trimmed(&format!("{x:.8}"));
        let shown: f64 = text.parse().unwrap_or(x);
        if (shown - x).abs() > LOST * x.abs() && x.abs() > least {
            let text = format!("{x:.6e}");
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            return format!("{}e{exponent}", trimmed(mantissa));
        }
        if text == "-0" { "0".to_owned() } else { text }
    };
    match im {
        0.0 => digits(re),
        _ if im > 0.0 => format!("{} + {}i", digits(re), digits(im)),
        _ => format!("{} - {}i", digits(re), digits(-im)),
    }
}
