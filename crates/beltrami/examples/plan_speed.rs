//! Times plans for `benches/peers/plans.py` and `maps.py`: one JSON request a line on standard input, one JSON answer a line.
//!
//! A request names an expression with declarations, variables, order and form, the roots wanted (`value`, `gradient`,
//! `derivative`), sizes, and for each variable a file of its entries, little-endian doubles row by row.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use beltrami::engine::exec::{Plan, PlanOptions, Real};
use beltrami::engine::linalg::dense::Buffer;
use beltrami::operator::{CompiledOperator, CompiledProduct};
use beltrami::{DeriveOptions, Form, Layout, Session};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Request {
    expression: String,
    declarations: String,
    by: Vec<String>,
    order: usize,
    kron: bool,
    value: bool,
    sizes: BTreeMap<String, i64>,
    data: BTreeMap<String, PathBuf>,
    constant: Vec<String>,
    single: bool,
    /// Whether the derivative is wanted as an operator, which keeps its structure; in double precision.
    #[serde(default)]
    compressed: bool,
    /// Whether the first variable differs a little in every run: what was factored for one run is of no use to the next.
    #[serde(default)]
    fresh: bool,
    /// A file with a direction: the product of the derivative with it is wanted; in double precision.
    #[serde(default)]
    along: Option<PathBuf>,
    threads: usize,
    seconds: f64,
    out: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let answer = if let Some(direction) = &request.along {
            time_product(&request, direction)?
        } else if request.compressed {
            time_operator(&request)?
        } else if request.single {
            time::<f32>(&request)?
        } else {
            time::<f64>(&request)?
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

/// The derivative by its structure: from the values of the inputs to the operator. What is written to the file is dense.
fn time_operator(request: &Request) -> Result<serde_json::Value, Box<dyn Error>> {
    let options = DeriveOptions {
        by: request.by.clone(),
        order: Some(request.order),
        declarations: request.declarations.clone(),
        form: Form::Kron,
        ..DeriveOptions::default()
    };
    let start = Instant::now();
    let mut derived = Session::global()
        .derive("<expression>", &request.expression, &options)
        .map_err(|failure| format!("{:?}", failure.diagnostics()))?;
    let derivation = derived.remove(0);
    let deriving = start.elapsed().as_secs_f64();
    let sizes = |name: &str| request.sizes.get(name).copied();
    let options = PlanOptions {
        threads: request.threads,
        constant: request.constant.clone(),
        ..PlanOptions::default()
    };
    let start = Instant::now();
    let mut operator = CompiledOperator::new(&derivation, &sizes, &options)?;
    let compiling = start.elapsed().as_secs_f64();
    let inputs: Vec<Buffer<f64>> =
        operator.inputs().map(|name| numbers(&request.data[name])).collect::<Result<_, _>>()?;
    let inputs: Vec<&[f64]> = inputs.iter().map(|input| &input[..]).collect();
    let mut times = Vec::new();
    let began = Instant::now();
    let mut found = None;
    while times.len() < 5 || began.elapsed().as_secs_f64() < request.seconds {
        let start = Instant::now();
        found = Some(std::hint::black_box(operator.run(&inputs)?));
        times.push(start.elapsed().as_secs_f64());
    }
    let found = found.ok_or("no run")?;
    let dense = found.to_dense()?;
    let bytes: Vec<u8> = dense.data().iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(&request.out, bytes)?;
    let first = times.remove(0);
    Ok(json!({
        "deriving": deriving,
        "compiling": compiling,
        "first": first,
        "best": times.iter().copied().fold(f64::INFINITY, f64::min),
        "runs": times.len(),
        "shape": [dense.rows(), dense.cols()],
        "text": derivation.text(),
        "plan": found.describe(),
    }))
}

/// The product of the derivative with a direction, by a formula of its own.
fn time_product(request: &Request, direction: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let options = DeriveOptions {
        by: request.by.clone(),
        order: Some(request.order),
        declarations: request.declarations.clone(),
        form: Form::Operator,
        ..DeriveOptions::default()
    };
    let start = Instant::now();
    let mut derived = Session::global()
        .derive("<expression>", &request.expression, &options)
        .map_err(|failure| format!("{:?}", failure.diagnostics()))?;
    let derivation = derived.remove(0);
    let deriving = start.elapsed().as_secs_f64();
    let sizes = |name: &str| request.sizes.get(name).copied();
    let options = PlanOptions { threads: request.threads, ..PlanOptions::default() };
    let start = Instant::now();
    let mut product = CompiledProduct::new(&derivation, false, &sizes, &options)?;
    let compiling = start.elapsed().as_secs_f64();
    let mut values: BTreeMap<&str, Buffer<f64>> = request
        .data
        .iter()
        .map(|(name, path)| Ok((name.as_str(), numbers(path)?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let direction: Buffer<f64> = numbers(direction)?;
    let mut times = Vec::new();
    let began = Instant::now();
    while times.len() < 2 || began.elapsed().as_secs_f64() < request.seconds {
        if let Some(entries) = values.get_mut(request.by[0].as_str()).filter(|_| request.fresh) {
            disturb(&mut entries[..]);
        }
        let value = |name: &str| values.get(name).map(|entries| &entries[..]);
        let start = Instant::now();
        product.run(&value, &direction)?;
        times.push(start.elapsed().as_secs_f64());
    }
    let value = |name: &str| values.get(name).map(|entries| &entries[..]);
    let entries = product.run(&value, &direction)?;
    let bytes: Vec<u8> = entries.iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(&request.out, bytes)?;
    let first = times.remove(0);
    Ok(json!({
        "deriving": deriving,
        "compiling": compiling,
        "first": first,
        "best": times.iter().copied().fold(f64::INFINITY, f64::min),
        "runs": times.len(),
        "shape": product.dims(),
        "text": derivation.text(),
    }))
}

fn time<T: Real>(request: &Request) -> Result<serde_json::Value, Box<dyn Error>> {
    let options = DeriveOptions {
        by: request.by.clone(),
        order: Some(request.order.max(1)),
        declarations: request.declarations.clone(),
        form: if request.kron { Form::Kron } else { Form::Matrix },
        layout: if request.order == 1 && !request.kron {
            Layout::Denominator
        } else {
            Layout::Numerator
        },
        ..DeriveOptions::default()
    };
    let start = Instant::now();
    // Order 0 is the expression itself.
    let (graph, root, derived) = if request.order == 0 {
        let loaded = Session::global()
            .load("<expression>", &request.expression, &request.declarations, &[])
            .map_err(|failure| format!("{:?}", failure.diagnostics()))?;
        let root = loaded.program.root;
        (loaded.program.graph, root, root)
    } else {
        let mut derived = Session::global()
            .derive("<expression>", &request.expression, &options)
            .map_err(|failure| format!("{:?}", failure.diagnostics()))?;
        let derivation = derived.remove(0);
        (derivation.graph, derivation.root, derivation.derived.expr)
    };
    let deriving = start.elapsed().as_secs_f64();
    let sizes = |name: &str| request.sizes.get(name).copied();
    let roots = [root, derived];
    let roots = if request.value { &roots[..] } else { &roots[1..] };
    let options = PlanOptions {
        threads: request.threads,
        constant: request.constant.clone(),
        ..PlanOptions::default()
    };
    let start = Instant::now();
    let (mut graph, forms) = (graph, &Session::global().rules.stable);
    let roots: Vec<_> = roots.iter().map(|root| forms.of(&mut graph, *root)).collect();
    let mut plan = Plan::<T>::compile(&graph, &roots, &sizes, &options)?;
    let compiling = start.elapsed().as_secs_f64();
    let mut inputs: Vec<Buffer<T>> = plan
        .inputs()
        .iter()
        .map(|input| numbers(&request.data[&*input.name]))
        .collect::<Result<_, _>>()?;
    let first = plan.inputs().iter().position(|input| *input.name == request.by[0]);
    let first = first.filter(|_| request.fresh);
    let mut times = Vec::new();
    let began = Instant::now();
    while times.len() < if request.fresh { 2 } else { 5 }
        || began.elapsed().as_secs_f64() < request.seconds
    {
        if let Some(place) = first {
            disturb(&mut inputs[place][..]);
        }
        let inputs: Vec<&[T]> = inputs.iter().map(|input| &input[..]).collect();
        let start = Instant::now();
        plan.evaluate(&inputs)?;
        times.push(start.elapsed().as_secs_f64());
    }
    let inputs: Vec<&[T]> = inputs.iter().map(|input| &input[..]).collect();
    let last = plan.evaluate(&inputs)?.last().map(|input| &input[..]).unwrap_or_default();
    let bytes: Vec<u8> = last.iter().flat_map(|x| x.to_f64().to_le_bytes()).collect();
    std::fs::write(&request.out, bytes)?;
    let first = times.remove(0);
    let explained = plan.explain();
    // What the first run alone computes is no part of the others.
    let repeated = || explained.kernels.iter().filter(|kernel| !kernel.once);
    Ok(json!({
        "deriving": deriving,
        "compiling": compiling,
        "first": first,
        "best": times.iter().copied().fold(f64::INFINITY, f64::min),
        "runs": times.len(),
        "shape": plan.outputs().last(),
        "text": beltrami::engine::print::text(&graph, derived),
        "flops": repeated().map(|kernel| kernel.flops).sum::<f64>(),
        "bytes": repeated().map(|kernel| kernel.bytes).sum::<f64>(),
        "plan": explained.table(&|id| beltrami::engine::print::text(&graph, id)),
    }))
}

/// The first entry, on the diagonal of a matrix, moves by a few units of rounding.
fn disturb<T: Real>(entries: &mut [T]) {
    if let Some(first) = entries.first_mut() {
        *first = T::from_f64(first.to_f64() * (1.0 + 4.0 * f64::EPSILON) + f64::MIN_POSITIVE);
    }
}

/// Entries of a file, in memory like that of NumPy's arrays.
fn numbers<T: Real>(path: &Path) -> Result<Buffer<T>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let chunks = bytes.chunks_exact(8);
    Ok(chunks
        .map(|b| T::from_f64(f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])))
        .collect())
}
