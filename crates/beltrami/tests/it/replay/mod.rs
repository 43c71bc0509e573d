//! The lines of a derivation, compared with directional derivatives by jets.

use std::collections::BTreeMap;

use beltrami::engine::core::{ExprId, Facts, Graph};
use beltrami::engine::exec::{Jet, Tensor, evaluate};
use beltrami::{
    Derivation, Drawn, Form, Layout, Line, Replay, Sampler, Side, Steps, Style, Symmetric,
    size_names,
};

use crate::table;

/// Two formulas for one number at moderate points: rounding of some hundred operations, and conditioning of inverses, which
/// the sampler keeps below a few hundred.
const TOLERANCE: f64 = 1e-8;

/// Compares the lines with the directional derivative at three random points.
pub fn at_random_points(
    replay: &Replay,
    stage: &Steps,
    derivation: &Derivation,
) -> Result<(), String> {
    let graph = &replay.graph;
    let mut roots: Vec<ExprId> =
        stage.lines.iter().map(|line| line.expr).chain([stage.root]).collect();
    roots.extend(derivation.variables.iter().map(|v| v.id));
    let sizes: BTreeMap<String, i64> = size_names(graph, &roots)
        .into_iter()
        .map(|name| (name.clone(), table::size(&name)))
        .collect();
    let variable =
        derivation.variables.iter().find(|v| v.id == stage.symbol).ok_or("no variable")?;
    let mut sampler = Sampler::new(11);
    let (mut found, mut why) = (0, String::from("no point"));
    for attempt in 0..60 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let values =
            sampler.values(graph, &derivation.variables, &sizes, &style).ok_or("no sizes")?;
        let direction =
            direction(graph, variable, &values[&variable.name], derivation.symmetric, &mut sampler);
        let point =
            Point { graph, sizes: &sizes, values: &values, variable, direction: &direction };
        match point.compare(stage, derivation) {
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

/// Where the entries of a derivative stand.
#[derive(Clone, Copy)]
enum Order {
    Rows(Layout),
    /// The function's axes, then the variable's.
    Axes,
    /// Those of a higher derivative of another function than this stage's; it was compared before it existed.
    Elsewhere,
}

fn order_of(line: &Line, stage: &Steps, derivation: &Derivation, scalar: bool) -> Order {
    let intermediate = if scalar { Layout::Denominator } else { Layout::Numerator };
    let derived = &derivation.derived;
    if line.rule.starts_with("projection") {
        return Order::Rows(Layout::Numerator);
    }
    if stage.lines.last().map(|line| line.expr) != Some(derived.expr) {
        return Order::Rows(intermediate);
    }
    match (derived.form, derivation.by.len()) {
        (Form::Index, 1) => Order::Axes,
        (_, 1) => Order::Rows(derivation.layout),
        (Form::Matrix | Form::Kron, 2) => Order::Rows(Layout::Numerator),
        _ => Order::Elsewhere,
    }
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
    fn compare(&self, stage: &Steps, derivation: &Derivation) -> Result<bool, Trouble> {
        let (value, expected) = self.jet(stage.root)?;
        let scale = largest(&expected);
        if !value.is_finite() || !expected.is_finite() || scale > 1e6 {
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
            let symbol =
                |name: &str| differentials.get(name).or_else(|| self.values.get(name)).cloned();
            let own = evaluate(self.graph, line.expr, &size, &symbol)
                .map_err(|e| Trouble::NoValue(e.to_string()))?;
            let (own, expected) = match line.side {
                Side::Function => (own.data().to_vec(), value.data().to_vec()),
                Side::Differential => (own.data().to_vec(), expected.data().to_vec()),
                Side::Vectorised => (own.data().to_vec(), expected.transpose().data().to_vec()),
                Side::Derivative => {
                    let step = self.weighted(derivation.symmetric);
                    match order_of(line, stage, derivation, value.is_scalar()) {
                        Order::Rows(layout) => (
                            applied(&own, &value, layout, &step),
                            expected.transpose().data().to_vec(),
                        ),
                        Order::Axes => {
                            let rows = own.data().chunks(step.len());
                            (
                                rows.map(|row| dot(row, step.data())).collect(),
                                expected.data().to_vec(),
                            )
                        }
                        Order::Elsewhere => continue,
                    }
                }
            };
            let rule = &line.rule;
            if own.len() != expected.len() {
                return Err(Trouble::Wrong(format!(
                    "[{rule}] has {} entries, not {}",
                    own.len(),
                    expected.len()
                )));
            }
            let gap = own.iter().zip(&expected).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
            let size = expected.iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
            let finite = own.iter().all(|x| x.is_finite());
            if !finite || gap > TOLERANCE * size.max(scale) {
                return Err(Trouble::Wrong(format!(
                    "[{rule}] differs by {:.1e}",
                    gap / size.max(scale)
                )));
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
        let jet =
            evaluate(self.graph, e, &size, &symbol).map_err(|e| Trouble::NoValue(e.to_string()))?;
        Ok((Jet::part(&jet, 0), Jet::part(&jet, 1)))
    }

    /// The direction as the derivative's entries count it: partial derivatives by free entries count for both places.
    fn weighted(&self, symmetric: Symmetric) -> Tensor<f64> {
        let facts = self.graph.facts(self.variable.id);
        let symmetric =
            symmetric == Symmetric::Free && (facts.has(Facts::SYMMETRIC) || facts.has(Facts::SKEW));
        let d = self.direction;
        Tensor::from_fn(d.rows(), d.cols(), |i, j| {
            d.at(i, j) * if symmetric && i != j { 0.5 } else { 1.0 }
        })
    }
}

/// A derivative applied to a direction, in the order of `vec`.
fn applied(own: &Tensor<f64>, value: &Tensor<f64>, layout: Layout, step: &Tensor<f64>) -> Vec<f64> {
    let vec = |t: &Tensor<f64>| t.transpose().data().to_vec();
    let turned = layout == Layout::Denominator;
    if value.is_scalar() {
        let own = if turned { vec(own) } else { own.data().to_vec() };
        return vec![dot(&own, &vec(step))];
    }
    if step.is_scalar() {
        let own = if turned { own.data().to_vec() } else { vec(own) };
        return own.iter().map(|g| g * step.at(0, 0)).collect();
    }
    let jacobian = if turned { own.transpose() } else { own.clone() };
    jacobian.data().chunks(step.len()).map(|row| dot(row, &vec(step))).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn largest(t: &Tensor<f64>) -> f64 {
    t.data().iter().fold(0.0, |m, x| m.max(x.abs()))
}

/// A random direction within the variable's structure.
fn direction(
    graph: &Graph,
    variable: &Drawn,
    at: &Tensor<f64>,
    symmetric: Symmetric,
    sampler: &mut Sampler,
) -> Tensor<f64> {
    let facts = graph.facts(variable.id);
    let any = Tensor::from_fn(at.rows(), at.cols(), |_, _| sampler.uniform(-1.0, 1.0));
    if symmetric == Symmetric::Ambient || at.is_scalar() {
        return any;
    }
    let n = at.rows();
    let kept = |keep: &dyn Fn(usize, usize) -> bool| {
        Tensor::from_fn(n, n, |i, j| if keep(i, j) { any.at(i, j) } else { 0.0 })
    };
    if facts.has(Facts::DIAGONAL) {
        kept(&|i, j| i == j)
    } else if facts.has(Facts::SYMMETRIC) {
        Tensor::from_fn(n, n, |i, j| any.at(i, j) + any.at(j, i))
    } else if facts.has(Facts::SKEW) {
        Tensor::from_fn(n, n, |i, j| any.at(i, j) - any.at(j, i))
    } else if facts.has(Facts::ORTHOGONAL) {
        Tensor::from_fn(n, n, |i, j| {
            (0..n).map(|k| at.at(i, k) * (any.at(k, j) - any.at(j, k))).sum()
        })
    } else if facts.has(Facts::LOWER) {
        kept(&|i, j| i >= j)
    } else if facts.has(Facts::UPPER) {
        kept(&|i, j| i <= j)
    } else {
        any
    }
}
