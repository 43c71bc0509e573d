//! Conditions of a derivative at given data: which do not hold there, and where.
//!
//! Data is taken as it is: an entry of it is 0 or is not. What was computed from it is off by rounding, as far as drawing the
//! rounding errors anew moves it, and a condition that fails within that is not known to hold.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Graph, Node, Sign, Space, Structure};
use beltrami_diag::{Diagnostic, codes};
use beltrami_exec::{Evaluator, Noise, Tensor};
use beltrami_linalg::{Matrix, singular_values};

use super::{Asked, Conditions, brief};
use crate::eval::planned;
use crate::sample::Point;
use crate::stable::stable;

/// A condition that fails at given data.
pub(crate) struct Kink {
    /// The application whose derivative it is about.
    pub(crate) at: ExprId,
    /// Why there is no derivative, or which of several was taken.
    pub(crate) diagnostic: Diagnostic,
    /// Whether the formula gives a value of its own there, as the page of the operation says.
    pub(crate) chosen: bool,
}

impl Conditions {
    /// The conditions of the derivative by these variables that fail at a point.
    pub(crate) fn kinks(&self, graph: &Graph, by: &[ExprId], point: &Point) -> Vec<Kink> {
        let own = self.forms(graph);
        let data = Data { graph: &own.0, forms: &own.1, by, point };
        self.asked
            .iter()
            .filter(|asked| asked.smooth)
            .filter_map(|asked| data.kink(asked))
            .collect()
    }

    /// The shown conditions that do not hold at a point, as far as they can be tested; those of kinks at which the formula has a
    /// value of its own, or the others.
    pub(super) fn unmet(
        &self,
        graph: &Graph,
        by: &[ExprId],
        point: &Point,
        chosen: bool,
    ) -> Vec<String> {
        let own = self.forms(graph);
        let data = Data { graph: &own.0, forms: &own.1, by, point };
        let fails = |asked: &&Asked| asked.chosen == chosen && data.fails(asked);
        let mut found: Vec<String> = Vec::new();
        for asked in self.asked.iter().filter(fails) {
            if !found.contains(&asked.text) {
                found.push(asked.text.clone());
            }
        }
        found
    }

    /// What is computed for the expressions that conditions are about.
    fn forms(&self, graph: &Graph) -> (Graph, BTreeMap<ExprId, ExprId>) {
        let of = |asked: &Asked| asked.args.iter().copied().chain([asked.of]).collect::<Vec<_>>();
        let ids: Vec<ExprId> = self.asked.iter().flat_map(of).collect();
        let (graph, forms) = stable(graph, &ids);
        (graph, ids.into_iter().zip(forms).collect())
    }
}

/// How large changes of the data are by which a rank is told from those beside it.
const BESIDE: f64 = 1e-3;
/// Draws of rounding errors.
const DRAWS: u64 = 3;
/// Entries of data beyond which none are drawn, as each draw copies the data; then what is equal is equal exactly.
const MOST_DRAWN: usize = 1 << 20;
/// Their size: a result is right to a few units.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// How far entries are apart, relative to their size, that are equal but for rounding where data was changed by [`BESIDE`].
const STAYS: f64 = 1e-9;

/// The condition of the largest entry, on the page of `norminf`.
const LARGEST: &str = "the largest absolute value of an entry of {A} is not 0, and attained once or by entries that stay equal";

/// That of `argmax`.
const LARGEST_ENTRY: &str =
    "the largest entry of {A} is the only one, or the largest ones stay equal";

struct Data<'a> {
    graph: &'a Graph,
    forms: &'a BTreeMap<ExprId, ExprId>,
    by: &'a [ExprId],
    point: &'a Point,
}

impl Data<'_> {
    fn fails(&self, asked: &Asked) -> bool {
        let Asked { template, of, .. } = asked;
        match *template {
            "{A} >= 0" => self.entry(*of, |x, off| x < -off).is_some(),
            "{A} is invertible" | "{A} has full rank" => self.deficient(*of).is_some(),
            _ => self.found(asked).is_some(),
        }
    }

    /// How a condition on a derivative fails.
    fn found(&self, asked: &Asked) -> Option<String> {
        let Asked { template, args, .. } = asked;
        let first = *args.first()?;
        match *template {
            // What is positive may be too small for a number.
            "{A} > 0" | "{A} is not 0" | "no entry of {A} is 0"
                if self.name(first).is_none()
                    && self.graph.facts(self.form(first)).has(Facts::POSITIVE) =>
            {
                None
            }
            "no entry of {A} is 0" => self.entry(first, |x, off| x.abs() <= off),
            "{A} > 0" => self.entry(first, |x, off| x <= off),
            "abs({A}) < 1" => self.entry(first, |x, off| x.abs() + off >= 1.0),
            "{A} is not 0" => self.zero(first),
            "no entry of {A} equals that of {B}" => self.equal(first, *args.get(1)?),
            "the rank of {A} is constant" => self.rank(first),
            "the singular values of {A} are distinct and not 0" => self.distinct(first),
            "no singular value of {A} is {b}" => self.singular_value(first, *args.get(2)?),
            "no singular value of {A} is {a} unless {a} <= 0" => {
                let low = *args.get(1)?;
                if self.number(low)? <= 0.0 { None } else { self.singular_value(first, low) }
            }
            LARGEST => self.zero(first).or_else(|| self.largest(first, f64::abs)),
            LARGEST_ENTRY => self.largest(first, |x| x),
            _ => None,
        }
    }

    fn kink(&self, asked: &Asked) -> Option<Kink> {
        let Asked { at, text: condition, template, chosen, .. } = asked;
        let found = self.found(asked)?;
        // The largest entries share the weight.
        let chosen = *chosen || matches!(*template, LARGEST | LARGEST_ENTRY);
        let whole = brief(self.graph, *at);
        let diagnostic = match chosen {
            true => Diagnostic::warning(
                &codes::W0101,
                format!(
                    "`{whole}` is not differentiable at this data: {found}; the formula takes a value of its own there"
                ),
            ),
            false => Diagnostic::error(
                &codes::E0505,
                format!(
                    "no derivative is given at this data: the formula holds where {condition}, and {found}"
                ),
            )
            .hint("move the data away from the kink; the value itself needs no `--by`"),
        };
        Some(Kink { at: *at, diagnostic, chosen })
    }

    fn form(&self, id: ExprId) -> ExprId {
        self.forms.get(&id).copied().unwrap_or(id)
    }

    /// The value by a plan, and node by node where there is none.
    fn computed(&self, id: ExprId, point: &Point) -> Option<Tensor<f64>> {
        if let Some(value) = self.name(id).and_then(|name| point.values.get(name)) {
            return Some(value.clone());
        }
        match planned(self.graph, &[self.form(id)], point) {
            Ok((mut values, _)) => values.pop(),
            Err(_) => self.evaluated(id, point, Noise::NONE),
        }
    }

    /// Whether the rounding errors of an expression can be drawn: not of data, nor of much of it.
    fn is_drawn(&self, id: ExprId) -> bool {
        let entries: usize = self.point.values.values().map(|value| value.data().len()).sum();
        self.name(id).is_none() && entries <= MOST_DRAWN
    }

    fn evaluated(&self, id: ExprId, point: &Point, noise: Noise) -> Option<Tensor<f64>> {
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| point.values.get(name).cloned();
        let evaluator = Evaluator::<f64>::new(self.graph, &size, &symbol);
        evaluator.disturbed(Noise::NONE, noise).value(self.form(id)).ok()
    }

    /// The name of data, which is exact.
    fn name(&self, id: ExprId) -> Option<&str> {
        match self.graph.node(id) {
            Node::Symbol(name) => Some(name),
            _ => None,
        }
    }

    /// The value of an expression, and by how much each entry may be off.
    fn value(&self, id: ExprId) -> Option<(Tensor<f64>, Vec<f64>)> {
        let value = self.computed(id, self.point)?;
        let mut off = vec![0.0_f64; value.data().len()];
        if self.is_drawn(id) {
            for seed in 1..=DRAWS {
                let other = self.evaluated(id, self.point, Noise::new(ROUNDING, seed))?;
                for ((off, x), y) in off.iter_mut().zip(value.data()).zip(other.data()) {
                    *off = off.max(2.0 * (x - y).abs());
                }
            }
        }
        Some((value, off))
    }

    fn number(&self, id: ExprId) -> Option<f64> {
        self.value(id)?.0.data().first().copied()
    }

    /// The first entry that fails.
    fn entry(&self, id: ExprId, fails: impl Fn(f64, f64) -> bool) -> Option<String> {
        let (value, off) = self.value(id)?;
        let place = value.data().iter().zip(&off).position(|(x, off)| fails(*x, *off))?;
        let x = value.data()[place];
        let what = brief(self.graph, id);
        Some(match value.dims() {
            _ if value.data().len() == 1 => format!("`{what}` is {x}"),
            [_, 1] | [1, _] | [_] => format!("entry {} of `{what}` is {x}", place + 1),
            [_, cols] => {
                format!("entry ({}, {}) of `{what}` is {x}", place / cols + 1, place % cols + 1)
            }
            _ => format!("an entry of `{what}` is {x}"),
        })
    }

    fn zero(&self, id: ExprId) -> Option<String> {
        let (value, off) = self.value(id)?;
        let zero = value.data().iter().zip(&off).all(|(x, off)| x.abs() <= *off);
        let rounded = if value.data().iter().any(|x| *x != 0.0) { " to rounding" } else { "" };
        zero.then(|| format!("`{}` is 0{rounded}", brief(self.graph, id)))
    }

    fn equal(&self, a: ExprId, b: ExprId) -> Option<String> {
        let ((x, x_off), (y, y_off)) = (self.value(a)?, self.value(b)?);
        // A scalar is compared with every entry.
        let count = x.data().len().max(y.data().len());
        let place = (0..count).find(|k| {
            let at = |all: &[f64]| all.get(*k).or(all.first()).copied().unwrap_or(f64::NAN);
            (at(x.data()) - at(y.data())).abs() <= at(&x_off) + at(&y_off)
        })?;
        let (a, b) = (brief(self.graph, a), brief(self.graph, b));
        Some(match count {
            1 => format!("`{a}` is `{b}`"),
            _ => format!("entry {} of `{a}` is that of `{b}`", place + 1),
        })
    }

    /// The singular values, how far each may be off, and the rounding of a matrix of its size.
    fn singular_values(&self, id: ExprId, point: &Point) -> Option<(Vec<f64>, f64)> {
        let value = self.computed(id, point)?;
        let values = singular_values(&matrix(&value)?).ok()?;
        let largest = values.first().copied()?;
        let mut off = value.dims().iter().max().copied()? as f64 * f64::EPSILON * largest;
        if self.is_drawn(id) {
            let other = self.evaluated(id, point, Noise::new(ROUNDING, 1))?;
            let change: f64 =
                value.data().iter().zip(other.data()).map(|(x, y)| (x - y).powi(2)).sum();
            off += 2.0 * change.sqrt();
        }
        Some((values, off))
    }

    fn singular_value(&self, id: ExprId, bound: ExprId) -> Option<String> {
        let bound = self.number(bound)?;
        let (values, off) = self.singular_values(id, self.point)?;
        let off = off + f64::EPSILON * bound.abs();
        let place = values.iter().position(|s| (s - bound).abs() <= off)?;
        Some(format!("singular value {} of `{}` is {bound}", place + 1, brief(self.graph, id)))
    }

    fn distinct(&self, id: ExprId) -> Option<String> {
        let (values, off) = self.singular_values(id, self.point)?;
        let what = brief(self.graph, id);
        if let Some(k) = values.windows(2).position(|pair| pair[0] - pair[1] <= 2.0 * off) {
            return Some(format!(
                "singular values {} and {} of `{what}` are both {}",
                k + 1,
                k + 2,
                values[k]
            ));
        }
        let least = values.last().copied()?;
        (least <= off).then(|| format!("singular value {} of `{what}` is 0", values.len()))
    }

    fn deficient(&self, id: ExprId) -> Option<usize> {
        let (values, off) = self.singular_values(id, self.point)?;
        values.iter().position(|value| *value <= off)
    }

    /// Whether several entries are the largest here, by this measure of them, and not at data beside this.
    fn largest(&self, id: ExprId, measure: fn(f64) -> f64) -> Option<String> {
        let what = brief(self.graph, id);
        let (value, off) = self.value(id)?;
        let sizes: Vec<f64> = value.data().iter().map(|x| measure(*x)).collect();
        let first = (0..sizes.len()).max_by(|a, b| sizes[*a].total_cmp(&sizes[*b]))?;
        let tied: Vec<usize> =
            (0..sizes.len()).filter(|k| sizes[first] - sizes[*k] <= off[first] + off[*k]).collect();
        if tied.len() < 2 {
            return None;
        }
        let beside = self.computed(id, &self.beside()?)?;
        let there: Vec<f64> = tied.iter().map(|k| measure(beside.data()[*k])).collect();
        let place = there.iter().position(|x| (x - there[0]).abs() > STAYS * there[0].abs())?;
        Some(format!(
            "entries {} and {} of `{what}` are both the largest",
            tied[0] + 1,
            tied[place] + 1
        ))
    }

    /// Whether data beside this has a larger rank.
    fn rank(&self, id: ExprId) -> Option<String> {
        let rank = |point: &Point| {
            let (values, off) = self.singular_values(id, point)?;
            Some((values.iter().filter(|s| **s > off).count(), values.len()))
        };
        let (here, full) = rank(self.point)?;
        if here == full {
            return None;
        }
        let (beside, _) = rank(&self.beside()?)?;
        (beside > here).then(|| {
            format!(
                "the rank of `{}` is {here} here and {beside} at data beside it",
                brief(self.graph, id)
            )
        })
    }

    /// Data beside the given one, of the structure of the variables; `None` where that takes more than a change of entries.
    fn beside(&self) -> Option<Point> {
        let mut point = self.point.clone();
        // Some bits of a product with a large odd number: no entry is changed like another.
        let drawn = |k: usize| {
            let bits = (k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            (bits % 2048) as f64 / 1024.0 - 1.0
        };
        for id in self.by {
            let space = Structure::of(self.graph.facts(*id)).map(|structure| structure.space);
            if space == Some(Space::Rotations) {
                return None;
            }
            let value = point.values.get_mut(self.name(*id)?)?;
            let size = value.data().iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            let size = BESIDE * if size == 0.0 { 1.0 } else { size };
            let (rows, cols) = match value.dims() {
                [] => (1, 1),
                [n] => (*n, 1),
                [m, n] => (*m, *n),
                _ => return None,
            };
            let changed = |i: usize, j: usize, x: f64| {
                let (low, high) = (i.min(j), i.max(j));
                match space {
                    Some(Space::Entries(part)) if !part.has(i, j) => x,
                    Some(Space::Mirrored(Sign::Minus)) if i == j => x,
                    Some(Space::Mirrored(sign)) if i > j => {
                        x + size * sign.number() * drawn(low * cols + high)
                    }
                    _ => x + size * drawn(i * cols + j),
                }
            };
            let old = value.data().to_vec();
            *value = Tensor::from_fn(rows, cols, |i, j| changed(i, j, old[i * cols + j]));
        }
        Some(point)
    }
}

fn matrix(value: &Tensor<f64>) -> Option<Matrix> {
    let (rows, cols) = match value.dims() {
        [] => (1, 1),
        [n] => (*n, 1),
        [m, n] => (*m, *n),
        _ => return None,
    };
    Matrix::new(rows, cols, value.data().to_vec()).ok()
}
