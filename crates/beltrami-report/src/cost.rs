//! What a Hessian costs beside a product with it.

use std::collections::BTreeMap;

use beltrami::minimize::{self, Cost as Measured, Crossing, Task};
use serde::Serialize;

use crate::{Answer, assumed, columns};

/// Times at growing sizes, and what follows from them.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    /// The objective.
    pub expression: String,
    /// What grows.
    pub varied: Vec<String>,
    /// A row for each size.
    pub rows: Vec<Row>,
    /// How times grow, where there is more than one size.
    pub exponents: BTreeMap<&'static str, Exponents>,
    /// Products that a step takes.
    pub products: f64,
    /// Unknowns from which products are the cheaper way.
    pub crossing: Option<f64>,
    /// The same in words.
    pub verdict: String,
    /// Whether the Hessian is the same at all points.
    pub constant_hessian: bool,
    /// The largest relative difference between derivatives and jets.
    pub checked: f64,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Runs of which the shortest time was taken.
    #[serde(skip)]
    pub repeats: usize,
    #[serde(skip)]
    text: String,
}

/// What was measured at a size.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The size.
    pub size: usize,
    /// Unknowns.
    pub unknowns: usize,
    /// Of each part of the work.
    pub seconds: BTreeMap<&'static str, f64>,
    /// Of each part of the work.
    pub operations: BTreeMap<&'static str, f64>,
    /// Memory of the Hessian.
    pub hessian_bytes: f64,
    /// Whether it was.
    pub positive_definite: bool,
    /// Products that take as long as a factorised Hessian.
    pub ratio: f64,
}

/// The power of the number of unknowns with which something grows.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Exponents {
    /// By its times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// By its operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<f64>,
}

impl Cost {
    /// The answer that measurements give, for a method that takes so many products a step.
    pub fn new(found: &Measured, products: f64, repeats: usize) -> Cost {
        let enough = found.rows.len() > 1;
        let mut exponents = BTreeMap::new();
        if enough {
            for task in Task::ALL {
                let (measured, counted) = found.exponents(task);
                let both = Exponents { measured: Some(measured), counted: Some(counted) };
                exponents.insert(task.name(), both);
            }
            let memory = Exponents { measured: None, counted: Some(found.memory_exponent()) };
            exponents.insert("memory", memory);
            let (ratio, _) = found.fit(&minimize::Row::ratio);
            exponents.insert("ratio", Exponents { measured: Some(ratio), counted: None });
        }
        Cost {
            expression: found.expression.clone(),
            varied: found.varied.clone(),
            rows: found.rows.iter().map(Row::new).collect(),
            exponents,
            products,
            crossing: if enough { found.crossing(products).unknowns() } else { None },
            verdict: verdict(found, products),
            constant_hessian: found.constant,
            checked: found.checked,
            assumed: found.assumed.clone(),
            repeats,
            text: text(found, products),
        }
    }
}

impl Row {
    fn new(row: &minimize::Row) -> Row {
        let each = |values: &[f64; 4]| Task::ALL.map(|task| task.name()).into_iter().zip(*values);
        Row {
            size: row.size,
            unknowns: row.unknowns,
            seconds: each(&row.seconds).collect(),
            operations: each(&row.operations).collect(),
            hessian_bytes: row.bytes,
            positive_definite: row.definite,
            ratio: row.ratio(),
        }
    }
}

impl Answer for Cost {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let how = format!(
            "seconds are the shortest of {} runs; the largest relative difference of the derivatives from jets is {:.1e}",
            self.repeats, self.checked
        );
        [how].into_iter().chain(assumed(&self.assumed)).collect()
    }
}

fn text(found: &Measured, products: f64) -> String {
    let mut titles = vec!["unknowns".to_owned()];
    titles.extend(Task::ALL.map(|task| task.name().to_owned()));
    titles.extend(["Hessian".into(), "Hessian : product".into()]);
    let mut rows = vec![titles];
    for row in &found.rows {
        let mut cells = vec![row.unknowns.to_string()];
        cells.extend(Task::ALL.map(|task| seconds(row.seconds(task))));
        cells.extend([bytes(row.bytes), format!("{:.0}", row.ratio())]);
        rows.push(cells);
    }
    if found.rows.len() > 1 {
        let exponents = Task::ALL.map(|task| found.exponents(task));
        let memory = format!("{:.2}", found.memory_exponent());
        let line = |name: &str, part: &dyn Fn(&(f64, f64)) -> f64, last: String| {
            let mut cells = vec![name.to_owned()];
            cells.extend(exponents.iter().map(|pair| format!("{:.2}", part(pair))));
            cells.extend([memory.clone(), last]);
            cells
        };
        let growth = format!("{:.2}", found.fit(&minimize::Row::ratio).0);
        rows.push(line("exponent, measured", &|pair| pair.0, growth));
        rows.push(line("exponent, counted", &|pair| pair.1, String::new()));
    }
    let mut out = format!("{}\n{}", found.expression, columns(&rows));
    out.push_str(&format!("{}\n", verdict(found, products)));
    if found.constant {
        out.push_str("The Hessian is the same at all points: it is formed and factored once, and not at every step.\n");
    }
    if found.rows.iter().any(|row| !row.definite) {
        out.push_str(
            "Where the Hessian was not positive definite it was shifted before it was factored.\n",
        );
    }
    out
}

/// Where a factorised Hessian stops being worth its price.
fn verdict(found: &Measured, products: f64) -> String {
    let Some(last) = found.rows.last() else {
        return "nothing was measured".into();
    };
    let price = format!(
        "at {} unknowns forming and factoring the Hessian takes as long as {:.0} products",
        last.unknowns,
        last.ratio()
    );
    if found.rows.len() < 2 {
        return price;
    }
    let cheaper = format!("Newton–CG with {products} products a step is the cheaper one");
    let advice = match found.crossing(products) {
        Crossing::Always => format!("{cheaper} at all sizes measured"),
        Crossing::At(k) => format!("{cheaper} from about {} unknowns on", rounded(k)),
        Crossing::Beyond(k) => format!(
            "{cheaper} from about {} unknowns on, if times grow as the operations do",
            rounded(k)
        ),
        Crossing::Never => format!(
            "the operations of both ways grow alike, and {products} products stay the dearer way"
        ),
    };
    format!("{price}; {advice}")
}

/// Two digits: a fit tells no more.
fn rounded(x: f64) -> String {
    let unit = 10.0_f64.powf((x.log10().floor() - 1.0).max(0.0));
    format!("{:.0}", (x / unit).round() * unit)
}

fn seconds(x: f64) -> String {
    scaled(x, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")])
}

fn bytes(x: f64) -> String {
    scaled(x, &[(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// Three digits with the largest unit that leaves one before the point.
fn scaled(x: f64, units: &[(f64, &str)]) -> String {
    let fits = units.iter().find(|(unit, _)| x >= *unit);
    let (unit, name) = fits.or(units.last()).copied().unwrap_or((1.0, ""));
    let value = x / unit;
    let places = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.places$} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_three_digits_and_a_unit() {
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(seconds(1.5e-7), "150 ns");
        assert_eq!(bytes(8e4), "80.0 kB");
        assert_eq!(bytes(5.12e6), "5.12 MB");
        assert_eq!(rounded(1234.0), "1200");
        assert_eq!(rounded(7.3), "7");
    }
}
