//! Random points of the declared types, at which results are checked.

use std::collections::BTreeMap;

use beltrami_core::{Facts, Graph, Node, Part, Sign, Space, Structure};
use beltrami_exec::Tensor;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::space::projected;

/// Values for sizes and variables.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// The value of each size name.
    pub sizes: BTreeMap<String, i64>,
    /// The value of each variable.
    pub values: BTreeMap<String, Tensor<f64>>,
    /// Variables whose values have the declared structure within a tolerance only; see [`beltrami_exec::PlanOptions`].
    pub rough: Vec<String>,
}

impl Point {
    /// The same values, large ones cut to their first rows and columns.
    pub(crate) fn excerpt(&self) -> Point {
        // Derivatives are compared at sizes far below this.
        let most = 32;
        let cut = |value: &Tensor<f64>| {
            let (rows, cols) = (value.rows().min(most), value.cols().min(most));
            Tensor::from_fn(rows, cols, |i, j| value.at(i, j))
        };
        let values = self.values.iter().map(|(name, value)| (name.clone(), cut(value)));
        Point { sizes: self.sizes.clone(), values: values.collect(), rough: self.rough.clone() }
    }
}

/// A variable to draw values for.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its name.
    pub name: String,
    /// Its expression.
    pub id: beltrami_core::ExprId,
    /// Bounds of its entries, where declared.
    pub range: Option<(f64, f64)>,
}

/// Draws points of a graph's variables, reproducibly.
#[derive(Clone)]
pub struct Sampler {
    rng: ChaCha8Rng,
}

/// Entries of the largest array that is drawn.
const MOST_DRAWN: i64 = 1 << 24;

/// How entries without declared bounds are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Standard normal, square matrices with a multiple of the identity added.
    Normal,
    /// Between 0.3 and 2.
    Positive,
    /// Between -0.8 and 0.8.
    Small,
    /// Between 0.1 and 0.9.
    Unit,
}

impl Style {
    /// All styles, the most general first.
    pub const ALL: [Style; 4] = [Style::Normal, Style::Positive, Style::Small, Style::Unit];
}

impl Sampler {
    /// A sampler of this seed.
    pub fn new(seed: u64) -> Sampler {
        Sampler { rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A uniform number between the bounds.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.rng.random::<f64>()
    }

    /// A style, the general one more often than not.
    pub fn style(&mut self) -> Style {
        Style::ALL[(self.rng.random::<u32>() % 4) as usize]
    }

    /// A standard normal number (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.rng.random::<f64>()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.rng.random::<f64>()).cos()
    }

    /// Values for the variables, of their types; `None` when a size is not known or too large to draw.
    pub fn values(
        &mut self,
        graph: &Graph,
        variables: &[Drawn],
        sizes: &BTreeMap<String, i64>,
        styles: &dyn Fn(&str) -> Style,
    ) -> Option<BTreeMap<String, Tensor<f64>>> {
        let mut values = BTreeMap::new();
        for variable in variables {
            let shape = graph.shape(variable.id);
            let size = |dim: &beltrami_core::Dim| {
                dim.evaluate(&|name| sizes.get(name).copied())
                    .filter(|n| (1..=MOST_DRAWN).contains(n))
                    .map(|n| n as usize)
            };
            let (rows, cols) = (size(&shape.rows)?, size(&shape.cols)?);
            if rows.saturating_mul(cols) > MOST_DRAWN as usize {
                return None;
            }
            let value = self.value(
                graph.facts(variable.id),
                rows,
                cols,
                variable.range,
                styles(&variable.name),
            );
            values.insert(variable.name.clone(), value);
        }
        Some(values)
    }

    fn value(
        &mut self,
        facts: Facts,
        rows: usize,
        cols: usize,
        range: Option<(f64, f64)>,
        style: Style,
    ) -> Tensor<f64> {
        let mut raw = Tensor::from_fn(rows, cols, |_, _| self.entry(facts, range, style));
        let square = rows == cols && rows > 1;
        if facts.has(Facts::ORTHOGONAL) {
            return self.orthogonal(rows);
        }
        if facts.has(Facts::SPD) && (square || rows == 1 && cols == 1 && range.is_none()) {
            // A Gram matrix plus 0.7 on the diagonal is definite with moderate condition.
            let gram = gram(&raw);
            let spd = Tensor::from_fn(rows, rows, |i, j| {
                gram.at(i, j) / rows as f64 + if i == j { 0.7 } else { 0.0 }
            });
            let space = Space::Entries(Part::Diagonal);
            return if facts.has(Facts::DIAGONAL) { projected(space, &spd, &spd) } else { spd };
        }
        if facts.has(Facts::SPD) && raw.is_scalar() {
            return raw.map(|x| x.abs() + 0.3);
        }
        let space = Structure::of(facts).map(|structure| structure.space);
        if let Some(space @ Space::Mirrored(sign)) = space {
            raw = projected(space, &raw, &raw);
            if sign == Sign::Minus {
                return raw;
            }
        }
        let free = !facts.has(Facts::NONNEGATIVE) && !facts.has(Facts::SIGNS) && range.is_none();
        if square && free {
            // Away from singular, where inverses and determinants are well-conditioned.
            let shift = if style == Style::Normal { 1.7 } else { 1.0 };
            raw =
                Tensor::from_fn(rows, cols, |i, j| raw.at(i, j) + if i == j { shift } else { 0.0 });
        }
        match space {
            Some(space @ Space::Entries(_)) => projected(space, &raw, &raw),
            _ => raw,
        }
    }

    fn entry(&mut self, facts: Facts, range: Option<(f64, f64)>, style: Style) -> f64 {
        if facts.has(Facts::SIGNS) {
            return if self.rng.random::<bool>() { 1.0 } else { -1.0 };
        }
        if let Some((low, high)) = range {
            let (low, high) = match (low.is_finite(), high.is_finite()) {
                (true, true) => (low, high),
                (true, false) => (low, low + 2.0),
                (false, true) => (high - 2.0, high),
                (false, false) => (-1.0, 1.0),
            };
            // Inside an interval, away from its ends.
            return self.uniform(low + 0.1 * (high - low), high - 0.1 * (high - low));
        }
        let positive = facts.has(Facts::POSITIVE) || facts.has(Facts::NONNEGATIVE);
        match style {
            Style::Normal if !positive => self.normal(),
            Style::Small if !positive => self.uniform(-0.8, 0.8),
            Style::Unit => self.uniform(0.1, 0.9),
            Style::Small => self.uniform(0.1, 0.8),
            _ => self.uniform(0.3, 2.0),
        }
    }

    /// One of so many places, `None` when there is none.
    pub fn place(&mut self, count: usize) -> Option<usize> {
        (count > 0).then(|| (self.rng.random::<u64>() % count as u64) as usize)
    }

    /// A value of the same type that differs in one entry or in all, by a multiple or a sum.
    pub(crate) fn changed(
        &mut self,
        facts: Facts,
        range: Option<(f64, f64)>,
        value: &Tensor<f64>,
        step: f64,
    ) -> Tensor<f64> {
        let (rows, cols) = (value.rows(), value.cols());
        let style = self.style();
        let fresh = self.value(facts, rows, cols, range, style);
        let square = rows == cols && rows > 1;
        let keeps_nothing = facts.has(Facts::ORTHOGONAL) && square || facts.has(Facts::SIGNS);
        if keeps_nothing {
            return fresh;
        }
        // Steps of every size about the given one, so that near and far places are met.
        let step = step * self.uniform(-3.0, 3.0).exp2();
        let definite = facts.has(Facts::SPD) && square;
        // Numbers on one side of a bound are a cone about it.
        let (bounded, about) = match range {
            Some((low, high)) if low.is_finite() && high.is_finite() => (true, 0.0),
            Some((low, _)) if low.is_finite() => (false, low),
            Some((_, high)) if high.is_finite() => (false, high),
            _ => (false, 0.0),
        };
        let free = facts.without(Facts::POSITIVE | Facts::NONNEGATIVE) == Facts::NONE;
        let fresh = match range {
            // Up to the ends of an interval, which random points keep away from.
            Some((low, high)) if bounded && free => Tensor::from_fn(rows, cols, |_, _| {
                low + (high - low) * self.uniform(1e-6, 1.0 - 1e-6)
            }),
            _ => fresh,
        };
        let positive = facts.has(Facts::POSITIVE) || facts.has(Facts::NONNEGATIVE);
        let cone = definite || positive || range.is_some();
        let (kept, added) = match (bounded, cone) {
            (true, _) => (1.0 - step.min(1.0), step.min(1.0)),
            // Sums and multiples by positive numbers stay in a cone.
            (false, true) => match self.style() {
                Style::Normal | Style::Positive => (1.0, step),
                _ => (self.uniform(-2.0, 2.0).exp2(), 0.0),
            },
            (false, false) => match self.style() {
                Style::Normal => (1.0, step),
                Style::Positive => (1.0, -step),
                Style::Small => (self.uniform(-2.0, 2.0).exp2(), 0.0),
                Style::Unit => (-1.0, 0.0),
            },
        };
        let paired = square && (facts.has(Facts::SYMMETRIC) || facts.has(Facts::SKEW));
        let single = !definite && self.rng.random::<bool>();
        let mut entry = || (self.place(rows).unwrap_or(0), self.place(cols).unwrap_or(0));
        let ((row, col), (i, j)) = (entry(), entry());
        if single && free && self.style() == Style::Unit {
            // What is right for one entry is right for the others of a function of entries.
            let near = if range.is_none() { self.uniform(0.99, 1.01) } else { 1.0 };
            let other = value.at(i, j) * near;
            return Tensor::from_fn(rows, cols, |i, j| {
                if (i, j) == (row, col) { other } else { value.at(i, j) }
            });
        }
        Tensor::from_fn(rows, cols, |i, j| {
            let here = (i, j) == (row, col) || paired && (j, i) == (row, col);
            let outside_of_structure = value.at(i, j) == 0.0 && fresh.at(i, j) == 0.0;
            if single && !here || outside_of_structure {
                value.at(i, j)
            } else {
                about + kept * (value.at(i, j) - about) + added * (fresh.at(i, j) - about)
            }
        })
    }

    /// The Q of a random matrix by twice-repeated Gram–Schmidt, which is orthogonal to rounding at these sizes.
    fn orthogonal(&mut self, n: usize) -> Tensor<f64> {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        while columns.len() < n {
            let mut v: Vec<f64> = (0..n).map(|_| self.normal()).collect();
            for _ in 0..2 {
                for q in &columns {
                    let dot: f64 = q.iter().zip(&v).map(|(a, b)| a * b).sum();
                    v.iter_mut().zip(q).for_each(|(a, b)| *a -= dot * b);
                }
            }
            let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            if norm > 1e-3 {
                columns.push(v.iter().map(|x| x / norm).collect());
            }
        }
        Tensor::from_fn(n, n, |i, j| columns[j][i])
    }
}

/// The names of all sizes that occur in an expression and its variables, sorted.
pub fn size_names(graph: &Graph, roots: &[beltrami_core::ExprId]) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    for root in roots {
        for id in graph.reachable(*root) {
            let shape = graph.shape(id);
            for dim in shape.axes() {
                names.extend(dim.symbols().iter().map(|s| s.to_string()));
            }
            if let Node::Size(dim) = graph.node(id) {
                names.extend(dim.symbols().iter().map(|s| s.to_string()));
            }
        }
    }
    names.into_iter().collect()
}

fn gram(a: &Tensor<f64>) -> Tensor<f64> {
    Tensor::from_fn(a.rows(), a.rows(), |i, j| (0..a.cols()).map(|k| a.at(i, k) * a.at(j, k)).sum())
}
