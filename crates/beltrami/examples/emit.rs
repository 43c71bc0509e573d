//! Writes one program for each identity of the acceptance table and each target language, and `index.json`, which says what
//! each one must compute; the same for the samples of all operations, and `samples.json` with what the executor computes.
//!
//! `cargo run --release -p beltrami --example emit [FOLDER]`; without a folder, `acceptance` in the target folder. Afterwards
//! `python suite/acceptance/run.py` runs the modules.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beltrami::engine::exec::Tensor;
use beltrami::{Derivation, DeriveOptions, Form, Layout, Session, Symmetric};
use serde_json::{Value, json};

#[allow(dead_code, reason = "the tests compare more")]
#[path = "../tests/it/conformance/points.rs"]
mod points;
#[allow(dead_code, reason = "the tests read more of the table")]
#[path = "../tests/it/table/mod.rs"]
mod table;

use points::Values;
use table::{Row, rows};

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(default_folder, PathBuf::from);
    match emit(&folder) {
        Ok((written, failed)) => {
            println!("{written} rows in {}, {failed} rows without a derivative", folder.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn default_folder() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), PathBuf::from)
        .join("acceptance")
}

/// A row without a derivative stays in the index with the reason, so that the run fails on it.
fn emit(folder: &Path) -> std::io::Result<(usize, usize)> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let mut index = Vec::new();
    let mut failed = 0;
    for row in rows().into_iter().filter(|row| !row.is_negative()) {
        let mut entry = described(&row);
        match derivation(&row) {
            Ok(derivation) => {
                entry["refused"] = modules(&derivation, &row.id, folder)?;
                entry["inputs"] = derivation.variables.iter().map(|v| v.name.clone()).collect();
                entry["derivative"] = derivation.text().into();
                entry["form"] = form(derivation.derived.form).into();
            }
            Err(reason) => {
                entry["error"] = reason.into();
                failed += 1;
            }
        }
        index.push(entry);
    }
    let written = index.len() - failed;
    std::fs::write(folder.join("index.json"), serde_json::to_string_pretty(&index)?)?;
    std::fs::write(folder.join("samples.json"), serde_json::to_string(&samples(folder)?)?)?;
    Ok((written, failed))
}

/// Functions of a matrix with equal singular values or eigenvalues, where quotients by their differences are not finite, and
/// some that do not exist there: the declaration, the expression, the sizes and the entries by columns.
///
/// The columns of the matrices are orthogonal, so that their lengths are the singular values.
const COINCIDING: &[(&str, &str, [usize; 2], &[f64])] = &[
    ("A: matrix(2,2)", "mclip(A, 0, 1)", [2, 2], &[0.75, 1.0, -1.0, 0.75]),
    ("A: matrix(2,2)", "dmclip(A, 0.5, 1)", [2, 2], &[0.75, 1.0, -1.0, 0.75]),
    ("A: matrix(3,2)", "mclip(A, 2, 3)", [3, 2], &[0.5, 1.0, 1.0, 1.0, 0.5, -1.0]),
    (
        "A: matrix(3,3)",
        "mclip(A, 0.7, 2)",
        [3, 3],
        &[0.5, 1.0, 1.0, 1.0, 0.5, -1.0, 0.4, -0.4, 0.2],
    ),
    ("A: matrix(3,3)", "lowrank(A, 2)", [3, 3], &[0.5, 1.0, 1.0, 1.0, 0.5, -1.0, 0.4, -0.4, 0.2]),
    ("A: matrix(3,3)", "lowrank(A, 1)", [3, 3], &[0.5, 1.0, 1.0, 0.4, 0.2, -0.4, 0.4, -0.4, 0.2]),
    ("A: matrix(2,2)", "dlowrank(A, 2)", [2, 2], &[0.75, 1.0, -1.0, 0.75]),
    ("S: symmetric(2)", "invroot(S, 3)", [2, 2], &[2.0, 0.0, 0.0, 2.0]),
    ("S: symmetric(2)", "dinvroot(S, 2)", [2, 2], &[2.0, 0.0, 0.0, 2.0]),
    // The executor refuses these.
    ("A: matrix(2,2)", "lowrank(A, 1)", [2, 2], &[0.75, 1.0, -1.0, 0.75]),
    ("A: matrix(2,2)", "mclip(A, 0.5, 1)", [2, 2], &[0.75, 1.0, 0.0, 0.0]),
    ("A: matrix(2,2)", "svdvals(A)", [2, 2], &[0.75, 1.0, -1.0, 0.75]),
    ("A: matrix(2,2)", "svdvals(A)", [2, 2], &[0.75, 1.0, 0.0, 0.0]),
    ("S: symmetric(2)", "dinvroot(S, 2)", [2, 2], &[2.0, 0.0, 0.0, -2.0]),
];

/// Functions at points where they lose their digits as they are written, with values and two derivatives to 20 digits.
const STABLE: &str = include_str!("../tests/data/stable.tsv");

/// Writes the programs of the samples of operations, a derivative by each name; at one point the executor says the values.
fn samples(folder: &Path) -> std::io::Result<Vec<Value>> {
    let mut index = Vec::new();
    for sample in points::samples() {
        for name in sample.variables.iter().map(|v| v.name.clone()) {
            // An operation may have no derivative by a name.
            let Some(derivation) = sample_derivation(&sample.text, &sample.declarations, &name, 1)
            else {
                continue;
            };
            let mut point = None;
            // A point outside of the domain, or of the derivative's, is followed by another.
            let _ = sample.at_points(&mut |values, _| {
                point = results(&derivation, values).map(|results| (values.clone(), results));
                point.is_some().then_some(Ok(()))
            });
            if let Some((values, results)) = point {
                let sample = (sample.text.as_str(), name.as_str());
                let (place, results) = (index.len(), Some(results));
                index.push(written_sample(&derivation, sample, &values, results, place, folder)?);
            }
        }
    }
    for (declaration, expression, [rows, columns], entries) in COINCIDING {
        let name = declaration.split(':').next().unwrap_or(declaration);
        let value = Tensor::from_fn(*rows, *columns, |i, j| entries[i + rows * j]);
        let values = Values::from([(String::from(name), value)]);
        let derivation = sample_derivation(expression, declaration, name, 1)
            .ok_or_else(|| std::io::Error::other(format!("`{expression}` has no derivative")))?;
        let results = results(&derivation, &values);
        let sample = (*expression, name);
        index.push(written_sample(&derivation, sample, &values, results, index.len(), folder)?);
    }
    // Some of the rows, each in one order: a program takes longer to be compiled than to be right.
    for (place, row) in STABLE.lines().skip(1).step_by(3).enumerate() {
        let numbers = |text: &str| text.parse().map(Tensor::scalar).map_err(std::io::Error::other);
        let cells: Vec<&str> = row.split('\t').collect();
        let &[expression, at, value, first, second] = &cells[..] else {
            return Err(std::io::Error::other(format!("five columns: {row}")));
        };
        let order = 1 + place % 2;
        let derivation = sample_derivation(expression, "a: scalar", "a", order)
            .ok_or_else(|| std::io::Error::other(format!("`{expression}` has no derivative")))?;
        let values = Values::from([(String::from("a"), numbers(at)?)]);
        let slope = if order == 1 { first } else { second };
        let results = Some([numbers(value)?, numbers(slope)?]);
        let sample = (expression, "a");
        let mut sample =
            written_sample(&derivation, sample, &values, results, index.len(), folder)?;
        sample["exact"] = true.into();
        index.push(sample);
    }
    Ok(index)
}

fn sample_derivation(text: &str, declarations: &str, by: &str, order: usize) -> Option<Derivation> {
    let options = DeriveOptions {
        by: vec![String::from(by)],
        order: Some(order),
        declarations: String::from(declarations),
        symmetric: Symmetric::Ambient,
        ..DeriveOptions::default()
    };
    let derived = Session::global().derive("<sample>", text, &options);
    derived.ok()?.into_iter().next()
}

/// Value and derivative, if they exist and are finite.
fn results(derivation: &Derivation, values: &Values) -> Option<[Tensor<f64>; 2]> {
    let at = |root| points::value(&derivation.graph, root, values).ok();
    let results = [at(derivation.root)?, at(derivation.derived.expr)?];
    results.iter().all(Tensor::is_finite).then_some(results)
}

/// Without results the functions must fail.
fn written_sample(
    derivation: &Derivation,
    (expression, by): (&str, &str),
    values: &Values,
    results: Option<[Tensor<f64>; 2]>,
    place: usize,
    folder: &Path,
) -> std::io::Result<Value> {
    let id = format!("OP{place:03}");
    let given: serde_json::Map<String, Value> =
        values.iter().map(|(name, value)| (name.clone(), numbers(value))).collect();
    let [value, slope] = match results {
        Some(results) => results.map(|tensor| numbers(&tensor)),
        None => [Value::Null, Value::Null],
    };
    Ok(json!({
        "id": id,
        "expression": expression,
        "by": [by],
        "inputs": derivation.variables.iter().map(|v| v.name.clone()).collect::<Vec<_>>(),
        "given": given,
        "value": value,
        "slope": slope,
        "refused": modules(derivation, &id, folder)?,
    }))
}

/// The sizes and the entries of a tensor, row by row.
fn numbers(tensor: &Tensor<f64>) -> Value {
    let (dims, data) = (tensor.dims(), tensor.data());
    json!({ "sizes": dims, "entries": data })
}

fn described(row: &Row) -> Value {
    let options = row.options();
    let layout = match options.layout {
        Layout::Numerator => "numerator",
        Layout::Denominator => "denominator",
    };
    let symmetric = match options.symmetric {
        Symmetric::Frobenius => "frobenius",
        Symmetric::Free => "free",
        Symmetric::Ambient => "ambient",
    };
    let order = options.order.unwrap_or(1);
    json!({
        "id": row.id,
        "expression": row.expression,
        "variables": row.variables,
        "by": row.by,
        "order": order,
        "expected": row.expected,
        "layout": row.layout,
        // The same derivative on the command line.
        "arguments": [
            "derive", "--let", row.declarations(), "--by", row.by.join(","), "--order", order.to_string(), "--layout", layout,
            "--form", form(options.form), "--symmetric", symmetric, "--", row.expression,
        ],
    })
}

fn derivation(row: &Row) -> Result<Derivation, String> {
    let derivations = Session::global()
        .derive("<expression>", &row.expression, &row.options())
        .map_err(|failure| {
            let messages = failure.diagnostics().iter().map(|d| d.message.clone());
            messages.collect::<Vec<_>>().join("; ")
        })?;
    derivations.into_iter().next().ok_or_else(|| "no derivative".into())
}

/// Writes the module of each target to `TARGET/ID.EXTENSION`; the result has the reasons of those that refuse.
fn modules(derivation: &Derivation, id: &str, folder: &Path) -> std::io::Result<Value> {
    let mut refused = json!({});
    for target in beltrami::engine::print::TARGETS {
        match derivation.code(target) {
            Ok(code) => {
                let folder = folder.join(target.name);
                std::fs::create_dir_all(&folder)?;
                std::fs::write(folder.join(format!("{id}.{}", target.extension)), code)?;
            }
            Err(unsupported) => refused[target.name] = unsupported.to_string().into(),
        }
    }
    Ok(refused)
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Matrix => "matrix",
        Form::Kron => "kron",
        Form::Index => "index",
        Form::Operator => "operator",
    }
}
