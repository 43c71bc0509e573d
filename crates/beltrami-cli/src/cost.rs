//! `beltrami cost`.

use beltrami::diag::codes;
use beltrami::minimize::{Cost as Measured, CostOptions, Crossing, LOGISTIC, Row, Task};
use beltrami::{Error, Session};
use beltrami_plot::Cost as Picture;
use beltrami_report::columns;
use serde_json::{Value as Json, json};

use crate::arguments::Cost;
use crate::input::{Input, Program};
use crate::interrupt::{self, stopped};
use crate::plot::Target;
use crate::progress::Progress;
use crate::report::{Report, refusal};

/// What a Hessian costs beside a product with it, at growing sizes.
pub fn run(asked: &Cost, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let (program, over) = objective(asked, input)?;
    for (option, value) in [("--products", asked.products), ("--repeats", asked.repeats)] {
        if value == 0 {
            let message = format!("`{option}` is at least 1");
            return Err(refusal(&codes::E0701, message, Some(format!("as in `{option} 10`"))));
        }
    }
    let options = CostOptions {
        over,
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        sizes: asked.sizes.clone(),
        repeats: asked.repeats,
        seed: asked.seed,
    };
    let progress = Progress::new(0, as_json);
    let mut watch = |size: usize| progress.at(size as u64, || "is measured".into());
    let found = Session::global().cost(&program.name, &program.text, &options, &mut watch)?;
    progress.done();
    let products = asked.products as f64;
    if let Some(target) = target.filter(|_| found.rows.len() > 1) {
        target.draw(&Picture::new(&found, products))?;
    }
    let code = if stopped() { interrupt::code() } else { 0 };
    if as_json {
        return Ok(Report { code, ..Report::json(&object(&found, products)) });
    }
    let mut report = Report { code, ..Report::result(text(&found, products)) };
    report.remark(&format!(
        "seconds are the shortest of {} runs; the largest relative difference of the derivatives from jets is {:.1e}",
        asked.repeats, found.checked
    ));
    if !found.assumed.is_empty() {
        report.remark(&format!("assumed: {}", found.assumed.join(", ")));
    }
    Ok(report)
}

/// The objective and its unknowns, those of logistic regression where none is named.
fn objective(asked: &Cost, input: &mut Input) -> Result<(Program, Vec<String>), Error> {
    let names = asked.over.iter().map(|name| name.trim().to_owned());
    let over: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    match asked.program() {
        Some(program) => Ok((input.program(program)?, over)),
        None if over.is_empty() => {
            let name = "<logistic regression>".into();
            let program = Program { name, ..input.program(LOGISTIC)? };
            Ok((program, vec!["w".into()]))
        }
        None => Err(refusal(
            &codes::E0702,
            "`--over` names unknowns of an objective, and there is none",
            Some("it stands first: `beltrami cost 'norm2(X*w - y)^2' --over w`".into()),
        )),
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
        let growth = format!("{:.2}", found.fit(&Row::ratio).0);
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

fn object(found: &Measured, products: f64) -> Json {
    let enough = found.rows.len() > 1;
    let rows: Vec<Json> = found.rows.iter().map(row_object).collect();
    let mut exponents = serde_json::Map::new();
    if enough {
        for task in Task::ALL {
            let (measured, counted) = found.exponents(task);
            exponents
                .insert(task.name().into(), json!({ "measured": measured, "counted": counted }));
        }
        exponents.insert("memory".into(), json!({ "counted": found.memory_exponent() }));
        exponents.insert("ratio".into(), json!({ "measured": found.fit(&Row::ratio).0 }));
    }
    json!({
        "expression": found.expression,
        "varied": found.varied,
        "rows": rows,
        "exponents": exponents,
        "products": products,
        "crossing": if enough { found.crossing(products).unknowns() } else { None },
        "verdict": verdict(found, products),
        "constant_hessian": found.constant,
        "checked": found.checked,
        "assumed": found.assumed,
    })
}

fn row_object(row: &Row) -> Json {
    let each = |values: &[f64; 4]| -> Json {
        Task::ALL.iter().zip(values).map(|(task, x)| (task.name().to_owned(), json!(x))).collect()
    };
    json!({
        "size": row.size,
        "unknowns": row.unknowns,
        "seconds": each(&row.seconds),
        "operations": each(&row.operations),
        "hessian_bytes": row.bytes,
        "positive_definite": row.definite,
        "ratio": row.ratio(),
    })
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
