//! Derivations: every line of every derivation has the value of the line above it, and five of them read as they should.

mod table;

use std::collections::BTreeMap;

use beltrami::core::{ExprId, Facts, Graph};
use beltrami::exec::{Jet, Tensor, evaluate};
use beltrami::steps::render;
use beltrami::{Derivation, DeriveOptions, Drawn, Replay, Sampler, Session, Side, Steps, Style, Symmetric, size_names};
use table::{Row, rows};

/// Two formulas for one number at moderate points: rounding of some hundred operations, and conditioning of inverses, which
/// the sampler keeps below a few hundred.
const TOLERANCE: f64 = 1e-8;

/// Rows without a derivation, each with the reason.
const UNAVAILABLE: [(&str, &str); 0] = [];

#[test]
fn every_line_of_every_derivation_has_the_value_of_the_one_above() {
    let mut wrong = Vec::new();
    let (mut derivations, mut lines) = (0, 0);
    for row in rows().into_iter().filter(|row| !row.is_negative()) {
        let unavailable = UNAVAILABLE.iter().find(|(id, _)| *id == row.id);
        match (replayed(&row), unavailable) {
            (Ok(_), Some(_)) => wrong.push(format!("{}: listed as unavailable, and it is not", row.id)),
            (Ok(count), None) => {
                derivations += 1;
                lines += count;
            }
            (Err(_), Some(_)) => {}
            (Err(reason), None) => wrong.push(format!("{}  {}  by {}\n    {reason}", row.id, row.expression, row.by.join(","))),
        }
    }
    assert!(wrong.is_empty(), "{} rows fail:\n{}", wrong.len(), wrong.join("\n"));
    eprintln!("{derivations} derivations, {lines} lines");
    assert!(lines > 5 * derivations);
}

fn replayed(row: &Row) -> Result<usize, String> {
    let session = Session::global();
    let message = |failure: beltrami::Failure| failure.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ");
    let mut derived = session.derive("<expression>", &row.expression, &row.options()).map_err(message)?;
    let derivation = derived.remove(0);
    let written = derivation.steps(session).map_err(message)?;
    let replay = derivation.replay(session).map_err(message)?;
    let last = written.last().ok_or("no lines")?;
    if last.expr != derivation.text() || last.rule != "identification" {
        return Err(format!("the last line is not the derivative: {last:?}"));
    }
    let private = |text: &str| text.chars().any(|c| u32::from(c) >= 0xE000);
    if let Some(step) = written.iter().find(|step| private(&step.expr) || private(&step.latex) || step.rule.is_empty()) {
        return Err(format!("not written out: {step:?}"));
    }
    for stage in &replay.stages {
        if stage.lines.len() > 42 {
            return Err(format!("{} lines", stage.lines.len()));
        }
        // The last line of the last stage is the derivative itself, which exists because it was checked.
        at_random_points(&replay, stage, &derivation).map_err(|reason| format!("{reason}\n{}", render(&written)))?;
    }
    Ok(written.len())
}

/// Compares the lines with the directional derivative at three random points.
fn at_random_points(replay: &Replay, stage: &Steps, derivation: &Derivation) -> Result<(), String> {
    let graph = &replay.graph;
    let mut roots: Vec<ExprId> = stage.lines.iter().map(|line| line.expr).chain([stage.root]).collect();
    roots.extend(derivation.variables.iter().map(|v| v.id));
    let sizes: BTreeMap<String, i64> =
        size_names(graph, &roots).into_iter().map(|name| (name.clone(), table::size(&name))).collect();
    let mut sampler = Sampler::new(11);
    let (mut found, mut why) = (0, String::from("no point"));
    for attempt in 0..60 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let values = sampler.values(graph, &derivation.variables, &sizes, &style).ok_or("no sizes")?;
        let Some(variable) = derivation.variables.iter().find(|v| v.id == stage.symbol) else { return Err("no variable".into()) };
        let direction = direction(graph, variable, &values[&variable.name], derivation.symmetric, &mut sampler);
        let point = Point { graph, sizes: &sizes, values: &values, variable, direction: &direction };
        match point.compare(stage, derivation.symmetric) {
            Ok(true) => found += 1,
            Ok(false) => why = "the value is not finite or not moderate".into(),
            Err(Trouble::NoValue(reason)) => why = reason,
            Err(Trouble::Wrong(reason)) => return Err(reason),
        }
        if found == 3 {
            return Ok(());
        }
    }
    Err(why)
}

enum Trouble {
    NoValue(String),
    Wrong(String),
}

struct Point<'a> {
    graph: &'a Graph,
    sizes: &'a BTreeMap<String, i64>,
    values: &'a BTreeMap<String, Tensor<f64>>,
    variable: &'a Drawn,
    direction: &'a Tensor<f64>,
}

impl Point<'_> {
    fn compare(&self, stage: &Steps, symmetric: Symmetric) -> Result<bool, Trouble> {
        let (value, expected) = self.jet(stage.root)?;
        let scale = largest(&expected);
        if !value.is_finite() || !(scale < 1e6) {
            return Ok(false);
        }
        let mut differentials: BTreeMap<String, Tensor<f64>> = BTreeMap::new();
        for (name, id) in self.graph.symbols() {
            if let Some(e) = stage.placeholders.get(&id) {
                differentials.insert(name.to_string(), self.jet(*e)?.1);
            }
        }
        for line in &stage.lines {
            let size = |name: &str| self.sizes.get(name).copied();
            let symbol = |name: &str| differentials.get(name).or_else(|| self.values.get(name)).cloned();
            let own = evaluate(self.graph, line.expr, &size, &symbol).map_err(|e| Trouble::NoValue(e.to_string()))?;
            let (own, expected) = match line.side {
                Side::Function => (own.data().to_vec(), value.data().to_vec()),
                Side::Differential => (own.data().to_vec(), expected.data().to_vec()),
                Side::Vectorised => (own.data().to_vec(), expected.transpose().data().to_vec()),
                Side::Derivative => match self.applied(&own, &value, symmetric) {
                    Some(applied) => (applied, expected.transpose().data().to_vec()),
                    // Index and Kronecker forms of higher derivatives are compared entry by entry before they exist.
                    None => continue,
                },
            };
            let rule = &line.rule;
            if own.len() != expected.len() {
                return Err(Trouble::Wrong(format!("[{rule}] has {} entries, not {}", own.len(), expected.len())));
            }
            let gap = own.iter().zip(&expected).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
            let size = expected.iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
            if !(gap <= TOLERANCE * size.max(scale)) {
                return Err(Trouble::Wrong(format!("[{rule}] differs by {:.1e}", gap / size.max(scale))));
            }
        }
        Ok(true)
    }

    /// The value and the derivative along the direction.
    fn jet(&self, e: ExprId) -> Result<(Tensor<f64>, Tensor<f64>), Trouble> {
        let size = |name: &str| self.sizes.get(name).copied();
        let symbol = |name: &str| {
            let value = self.values.get(name)?;
            let direction = (name == self.variable.name).then_some(self.direction);
            Jet::<2>::seed(value, &[direction]).ok()
        };
        let jet = evaluate(self.graph, e, &size, &symbol).map_err(|e| Trouble::NoValue(e.to_string()))?;
        Ok((Jet::part(&jet, 0), Jet::part(&jet, 1)))
    }

    /// A derivative applied to the direction, in the order of `vec`; either layout, told apart by what fits.
    fn applied(&self, own: &Tensor<f64>, value: &Tensor<f64>, symmetric: Symmetric) -> Option<Vec<f64>> {
        let step = self.weighted(symmetric);
        let (f, x) = (value.len(), step.len());
        if own.dims().len() != 2 || own.len() != f * x {
            return None;
        }
        let vec = |t: &Tensor<f64>| t.transpose().data().to_vec();
        if f == 1 {
            let own = if own.dims() == step.dims() { vec(own) } else { own.data().to_vec() };
            return Some(vec![own.iter().zip(vec(&step)).map(|(g, s)| g * s).sum()]);
        }
        if x == 1 {
            let own = if own.dims() == value.dims() { vec(own) } else { own.data().to_vec() };
            return Some(own.iter().map(|g| g * step.at(0, 0)).collect());
        }
        let jacobian = if own.dims() == [f, x] { own.clone() } else { own.transpose() };
        (jacobian.dims() == [f, x] && f != x)
            .then(|| (0..f).map(|i| vec(&step).iter().enumerate().map(|(j, s)| jacobian.at(i, j) * s).sum()).collect())
    }

    /// The direction as the derivative's entries count it: partial derivatives by free entries count for both places.
    fn weighted(&self, symmetric: Symmetric) -> Tensor<f64> {
        let symmetric = symmetric == Symmetric::Free && self.graph.facts(self.variable.id).has(Facts::SYMMETRIC);
        let d = self.direction;
        Tensor::from_fn(d.rows(), d.cols(), |i, j| d.at(i, j) * if symmetric && i != j { 0.5 } else { 1.0 })
    }
}

fn largest(t: &Tensor<f64>) -> f64 {
    t.data().iter().fold(0.0, |m, x| m.max(x.abs()))
}

/// A random direction within the variable's structure.
fn direction(graph: &Graph, variable: &Drawn, at: &Tensor<f64>, symmetric: Symmetric, sampler: &mut Sampler) -> Tensor<f64> {
    let facts = graph.facts(variable.id);
    let any = Tensor::from_fn(at.rows(), at.cols(), |_, _| sampler.uniform(-1.0, 1.0));
    if symmetric == Symmetric::Ambient || at.is_scalar() {
        return any;
    }
    let n = at.rows();
    let kept = |keep: &dyn Fn(usize, usize) -> bool| Tensor::from_fn(n, n, |i, j| if keep(i, j) { any.at(i, j) } else { 0.0 });
    if facts.has(Facts::DIAGONAL) {
        kept(&|i, j| i == j)
    } else if facts.has(Facts::SYMMETRIC) {
        Tensor::from_fn(n, n, |i, j| any.at(i, j) + any.at(j, i))
    } else if facts.has(Facts::SKEW) {
        Tensor::from_fn(n, n, |i, j| any.at(i, j) - any.at(j, i))
    } else if facts.has(Facts::ORTHOGONAL) {
        Tensor::from_fn(n, n, |i, j| (0..n).map(|k| at.at(i, k) * (any.at(k, j) - any.at(j, k))).sum())
    } else if facts.has(Facts::LOWER) {
        kept(&|i, j| i >= j)
    } else if facts.has(Facts::UPPER) {
        kept(&|i, j| i <= j)
    } else {
        any
    }
}

fn written(expression: &str, by: &str, declarations: &str) -> String {
    let options = DeriveOptions { by: vec![by.into()], declarations: declarations.into(), ..DeriveOptions::default() };
    let derived = Session::global().derive("<test>", expression, &options).expect("a derivative");
    render(&derived[0].steps(Session::global()).expect("a derivation"))
}

#[test]
fn derivations_read_as_they_should() {
    let mut all = String::new();
    for (expression, by, declarations) in [
        ("norm2(A*x - y)^2", "x", ""),
        ("logdet(X)", "X", "X: matrix(n,n)"),
        ("tr(A*X*B)", "X", "A: matrix(p,m), X: matrix(m,n), B: matrix(n,p)"),
        ("logsumexp(A*x) - y'*A*x", "x", ""),
        ("x'*A*x/(x'*x)", "x", "A: symmetric(n)"),
    ] {
        all.push_str(&format!("# {expression} by {by}\n{}\n", written(expression, by, declarations)));
    }
    assert_eq!(all.trim(), include_str!("data/steps.txt").trim(), "\n{all}");
}
