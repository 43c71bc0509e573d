//! Critical points.

use beltrami::critical::CriticalPoint;
use beltrami::engine::solve::roots::All;
use serde::Serialize;

use crate::search::Search;
use crate::{Answer, Note};

/// All critical points in a box, and what they are.
#[derive(Clone, Debug, Serialize)]
pub struct Critical {
    /// Those that are proved to exist.
    pub points: Vec<Point>,
    /// The search that found them.
    #[serde(flatten)]
    pub search: Search,
    /// The unknowns.
    pub names: Vec<String>,
}

/// A critical point.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// Near it.
    pub x: Vec<f64>,
    /// How near.
    pub radius: f64,
    /// The Jacobian there, by rows.
    pub jacobian: Vec<Vec<f64>>,
    /// Its eigenvalues, real and imaginary parts.
    pub eigenvalues: Vec<[f64; 2]>,
    /// What the point is.
    pub class: &'static str,
    /// Whether it attracts.
    pub stability: &'static str,
    /// Always true.
    pub certified: bool,
    /// Whether the class is proved.
    pub class_certified: bool,
    /// More about the class.
    pub detail: Option<&'static str>,
}

impl Critical {
    /// The answer that a search gives; `late` where the time ended it, `stopped` where its reader did.
    pub fn new(
        points: &[CriticalPoint],
        all: &All,
        names: &[String],
        late: bool,
        stopped: bool,
    ) -> Critical {
        Critical {
            points: points.iter().map(Point::new).collect(),
            search: Search::new(all, late, stopped),
            names: names.to_vec(),
        }
    }
}

impl Answer for Critical {
    fn text(&self) -> String {
        if self.points.is_empty() {
            return "no certified critical point\n".to_owned();
        }
        self.points.iter().map(|point| point.line(&self.names)).collect()
    }

    fn notes(&self) -> Vec<Note<'_>> {
        self.search.notes(&self.names)
    }
}

impl Point {
    fn new(point: &CriticalPoint) -> Point {
        let rows = 0..point.jacobian.rows();
        Point {
            x: point.x.clone(),
            radius: point.radius,
            jacobian: rows.map(|i| point.jacobian.row(i).to_vec()).collect(),
            eigenvalues: point.eigenvalues.iter().map(|(re, im)| [*re, *im]).collect(),
            class: point.class.name(),
            stability: point.stability.name(),
            certified: true,
            class_certified: point.class_certified,
            detail: point.detail,
        }
    }

    fn line(&self, names: &[String]) -> String {
        let places = names.iter().zip(&self.x);
        let place: Vec<String> =
            places.map(|(name, x)| format!("{name} = {}", short(*x, self.radius))).collect();
        let sizes = self.eigenvalues.iter().map(|[re, im]| re.hypot(*im));
        // What is below this is rounding where nothing is proved.
        let least = if self.class_certified { 0.0 } else { 1e-8 * sizes.fold(0.0, f64::max) };
        let values: Vec<String> =
            self.eigenvalues.iter().map(|[re, im]| eigenvalue((*re, *im), least)).collect();
        let detail = self.detail.map_or(String::new(), |detail| format!(" ({detail})"));
        let proof =
            if self.class_certified { "certified" } else { "point certified, class numerical" };
        format!(
            "{}: {}{detail}, eigenvalues {}; {proof}\n",
            place.join(", "),
            self.class,
            values.join(", ")
        )
    }
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
