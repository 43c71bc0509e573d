//! The check: a derivative is compared with numbers before anyone sees it.
//!
//! The numbers come from evaluating the *original* expression on jets, which know nothing of symbolic rules: the mixed
//! coefficient of nilpotent infinitesimals is the derivative along the chosen directions, exact to rounding.

mod assignment;

use std::collections::BTreeMap;

use beltrami_calculus::{Derived, Operator, Placement, Symmetric};
use beltrami_core::{ExprId, Facts, Graph};
use beltrami_exec::{EvalError, Evaluator, Jet, Noise, Scalar, Tensor};

use crate::sample::{Drawn, Point, Sampler, Style};

/// What the comparison found.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The number of points compared.
    pub points: usize,
    /// The number of size assignments among them.
    pub sizes: usize,
    /// The largest difference, relative to the largest entry of the derivative at that point.
    pub max_rel_error: f64,
}

/// Why there is no agreement to report.
#[derive(Clone, Debug)]
pub enum CheckFailure {
    /// The derivative differs from the numbers at this point.
    Differs {
        /// Where.
        point: Point,
        /// How much, relative.
        error: f64,
    },
    /// No point was found where value and derivative exist; the text is the last reason.
    NoPoint(String),
}

/// The order of the jets: so many differentiations are compared in one step.
pub const JET_ORDER: usize = 4;

/// A derivative of lower order that has passed its own check: the numbers of a higher one are its derivatives on jets.
#[derive(Clone, Copy)]
pub struct Lower<'a> {
    /// Where it lives; variables are the same as in the graph of the comparison.
    pub graph: &'a Graph,
    /// The derivative.
    pub derived: &'a Derived,
    /// Its order.
    pub order: usize,
}

/// What to compare.
pub struct Comparison<'a> {
    /// The expressions.
    pub graph: &'a Graph,
    /// The original expression.
    pub root: ExprId,
    /// The variables of each differentiation.
    pub by: &'a [ExprId],
    /// The derivative from which the numbers are taken, where the order is higher than that of jets.
    pub lower: Option<Lower<'a>>,
    /// The convention for structured variables.
    pub symmetric: Symmetric,
    /// All variables.
    pub variables: &'a [Drawn],
    /// Index names and the size each stays within.
    pub indices: &'a [(String, beltrami_core::Dim)],
    /// The seed of the points.
    pub seed: u64,
}

/// Jets are exact to rounding; what is left is the conditioning of the two evaluations, kept moderate by the sampler.
pub const TOLERANCE: f64 = 1e-7;
/// A derivative this much smaller than the value may be zero but for rounding; its differences are relative to the value.
const VANISHING: f64 = 1e-6;
/// A difference this much smaller than the value of the expression says nothing, because the value itself is rounded.
const LOST: f64 = 1e-10;
/// Points compared for each size assignment.
const POINTS: usize = 3;
/// Entries of a derivative compared one by one; beyond, random directions stand for all.
const MAX_ENTRIES: usize = 200;
/// Relative rounding errors drawn anew to tell rounding from a wrong derivative: from one rounding to what a kernel of many
/// operations collects.
const NOISE: [f64; 8] = [1e-16, 2e-16, 4e-16, 8e-16, 1.6e-15, 3.2e-15, 6.4e-15, 1.28e-14];
/// A difference that such errors change by more than this comes from them.
const CHANGED: f64 = 0.02;
/// Points of one size assignment at which rounding decides before it is given up: each costs several evaluations.
const ROUNDED: usize = 4;
/// Attempts to find a point of the domain for one size assignment.
const ATTEMPTS: usize = 60;

impl Comparison<'_> {
    /// Compares at three random points of two different size assignments.
    pub fn run(&self, derived: &Derived) -> Result<Checked, CheckFailure> {
        let order = self.by.len() - self.lower.map_or(0, |lower| lower.order);
        self.at_points(derived.expr, &mut |point, noise, sampler| match order {
            0 | 1 => self.compare::<2>(derived, point, noise, sampler),
            2 => self.compare::<4>(derived, point, noise, sampler),
            3 => self.compare::<8>(derived, point, noise, sampler),
            _ => self.compare::<16>(derived, point, noise, sampler),
        })
    }

    /// The same for a derivative given as linear maps.
    pub fn run_operator(&self, operator: &Operator) -> Result<Checked, CheckFailure> {
        self.at_points(operator.forward, &mut |point, noise, sampler| match self.by.len() {
            0 | 1 => self.compare_operator::<2>(operator, point, noise, sampler),
            _ => self.compare_operator::<4>(operator, point, noise, sampler),
        })
    }

    fn at_points(&self, derivative: ExprId, compare: Compare<'_>) -> Result<Checked, CheckFailure> {
        let mut sampler = Sampler::new(self.seed);
        let mut checked = Checked { points: 0, sizes: 0, max_rel_error: 0.0 };
        let mut reason = String::from("no size assignment could be tried");
        let assignments = self.assignments(derivative);
        let wanted = assignments.len().min(2);
        for sizes in &assignments {
            let (mut found, mut rounded) = (0, 0);
            for attempt in 0..ATTEMPTS {
                match self.at_random(sizes, &mut sampler, attempt, compare) {
                    Ok(error) => {
                        checked.max_rel_error = checked.max_rel_error.max(error);
                        found += 1;
                    }
                    Err(Attempt::Differs(failure)) => return Err(failure),
                    Err(Attempt::Skipped(why)) => reason = why,
                    Err(Attempt::Rounded) => {
                        reason = "rounding errors exceed the tolerance there".into();
                        rounded += 1;
                    }
                }
                if rounded >= ROUNDED {
                    break;
                }
                if found == POINTS || (found == 0 && attempt >= ATTEMPTS / 2 && checked.sizes > 0) {
                    break;
                }
            }
            if found == POINTS {
                checked.points += found;
                checked.sizes += 1;
                if checked.sizes == wanted {
                    break;
                }
            }
        }
        if checked.sizes == 0 { Err(CheckFailure::NoPoint(reason)) } else { Ok(checked) }
    }

    fn at_random(
        &self,
        sizes: &BTreeMap<String, i64>,
        sampler: &mut Sampler,
        attempt: usize,
        compare: Compare<'_>,
    ) -> Result<f64, Attempt> {
        // General points first; then every variable gets a style of its own.
        let styles: BTreeMap<String, Style> = self
            .variables
            .iter()
            .map(|v| {
                (
                    v.name.clone(),
                    if attempt < 8 { Style::ALL[attempt % 4] } else { sampler.style() },
                )
            })
            .collect();
        let style = |name: &str| styles.get(name).copied().unwrap_or(Style::Normal);
        let values = sampler
            .values(self.graph, self.variables, sizes, &style)
            .ok_or_else(|| Attempt::Skipped("a size is not positive".into()))?;
        let point = Point { sizes: sizes.clone(), values };
        let again = sampler.clone();
        let found = compare(&point, Noise::NONE, sampler)?;
        let (error, difference) = (found.error(), found.largest());
        if error <= TOLERANCE {
            Ok(error)
        } else if difference <= LOST * found.value {
            Err(Attempt::Skipped(
                "the derivative is lost in the rounding of the value there".into(),
            ))
        } else if self.is_extreme(&point) {
            Err(Attempt::Skipped(
                "a value is so large or small that its square has no number".into(),
            ))
        } else if found.are_rounding(&point, &again, compare) {
            Err(Attempt::Rounded)
        } else {
            Err(Attempt::Differs(CheckFailure::Differs { point, error }))
        }
    }

    fn compare<const N: usize>(
        &self,
        derived: &Derived,
        point: &Point,
        noise: Noise,
        sampler: &mut Sampler,
    ) -> Result<Gaps, Attempt> {
        let skipped = |e: &dyn std::fmt::Display| Attempt::Skipped(e.to_string());
        let symbol = |name: &str| point.values.get(name).cloned();
        let shapes: Vec<(usize, usize)> =
            self.by.iter().map(|x| dims(self.graph, *x, &point.sizes)).collect();
        let entries: usize = shapes.iter().map(|(m, n)| m * n).product();
        let trials: Vec<Vec<Tensor<f64>>> = if entries <= MAX_ENTRIES {
            unit_directions(&shapes)
        } else {
            (0..16)
                .map(|_| {
                    shapes
                        .iter()
                        .map(|(m, n)| Tensor::from_fn(*m, *n, |_, _| sampler.uniform(-1.0, 1.0)))
                        .collect()
                })
                .collect()
        };
        let mut expected: Vec<Tensor<f64>> = Vec::new();
        let mut value = 0.0_f64;
        for directions in &trials {
            let (along, size) = self.along::<N>(point, noise, directions)?;
            expected.push(along);
            value = size;
        }
        let result = evaluate(self.graph, derived.expr, point, &symbol, [noise, noise])
            .map_err(|e| skipped(&e))?;
        let scale = expected.iter().flat_map(|t| t.data()).fold(0.0_f64, |m, x| m.max(x.abs()));
        let largest = result.data().iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        if !scale.is_finite() || !largest.is_finite() {
            return Err(Attempt::Skipped("the derivative is not finite there".into()));
        }
        let mut gaps = Vec::new();
        let mut numbers = Vec::new();
        for (directions, expected) in trials.iter().zip(&expected) {
            match contract(&result, &derived.placement, directions, expected.dims(), &shapes) {
                Some(own) => gaps.extend(own.iter().zip(expected.data()).map(|(a, b)| a - b)),
                None => gaps.push(f64::INFINITY),
            }
            numbers.extend(expected.data());
        }
        let scale = scale.max(largest).max(VANISHING * value);
        Ok(Gaps { gaps, expected: numbers, scale, value })
    }

    /// The mixed derivative of the original expression along one direction for each differentiation, and the largest value
    /// of what was differentiated on jets.
    fn along<const N: usize>(
        &self,
        point: &Point,
        noise: Noise,
        directions: &[Tensor<f64>],
    ) -> Result<(Tensor<f64>, f64), Attempt> {
        let skipped = |e: &dyn std::fmt::Display| Attempt::Skipped(e.to_string());
        let (graph, start, known) = match self.lower {
            Some(lower) => (lower.graph, lower.derived.expr, lower.order),
            None => (self.graph, self.root, 0),
        };
        let mut seeds: BTreeMap<&str, Tensor<Jet<N>>> = BTreeMap::new();
        for variable in self.variables {
            let value = &point.values[&variable.name];
            let own: Vec<Option<Tensor<f64>>> = self.by[known..]
                .iter()
                .zip(&directions[known..])
                .map(|(x, e)| (*x == variable.id).then(|| self.tangent(*x, e, value)))
                .collect();
            let own: Vec<Option<&Tensor<f64>>> = own.iter().map(Option::as_ref).collect();
            seeds.insert(&variable.name, Jet::seed(value, &own).map_err(|e| skipped(&e))?);
        }
        let lookup = |name: &str| seeds.get(name).cloned();
        let jet = evaluate(graph, start, point, &lookup, [noise, noise.other()])
            .map_err(|e| skipped(&e))?;
        let mut part = Jet::part(&jet, N - 1);
        if let Some(lower) = self.lower {
            let size = |dim: &beltrami_core::Dim| {
                dim.evaluate(&|name| point.sizes.get(name).copied()).unwrap_or(1).max(1) as usize
            };
            let own: Vec<usize> = self.graph.shape(self.root).axes().iter().map(size).collect();
            let shapes: Vec<(usize, usize)> =
                self.by[..known].iter().map(|x| dims(self.graph, *x, &point.sizes)).collect();
            let along =
                contract(&part, &lower.derived.placement, &directions[..known], &own, &shapes);
            part = along
                .and_then(|data| Tensor::new(own, data).ok())
                .ok_or_else(|| Attempt::Skipped("the lower derivative has another size".into()))?;
        }
        let value = Jet::part(&jet, 0);
        if part.is_finite() && value.is_finite() {
            Ok((part, value.data().iter().fold(0.0, |m, x| x.abs().max(m))))
        } else {
            Err(Attempt::Skipped("the value is not finite there".into()))
        }
    }

    fn compare_operator<const N: usize>(
        &self,
        operator: &Operator,
        point: &Point,
        noise: Noise,
        sampler: &mut Sampler,
    ) -> Result<Gaps, Attempt> {
        let skipped = |e: &dyn std::fmt::Display| Attempt::Skipped(e.to_string());
        let last = self.by[self.by.len() - 1];
        let mut random = |id: ExprId| {
            let (m, n) = dims(self.graph, id, &point.sizes);
            Tensor::from_fn(m, n, |_, _| sampler.uniform(-1.0, 1.0))
        };
        let direction = random(last);
        let cotangent = random(self.root);
        let name_of = |id: ExprId| match self.graph.node(id) {
            beltrami_core::Node::Symbol(name) => name.to_string(),
            _ => String::new(),
        };
        let value = &point.values[&name_of(last)];
        let tangent = self.tangent(last, &direction, value);
        let mut bound: BTreeMap<String, Tensor<f64>> = point.values.clone();
        bound.insert(name_of(operator.direction), tangent);
        if let Some((symbol, _)) = operator.adjoint {
            bound.insert(name_of(symbol), cotangent.clone());
        }
        let lookup = |name: &str| bound.get(name).cloned();
        let forward = evaluate(self.graph, operator.forward, point, &lookup, [noise, noise])
            .map_err(|e| skipped(&e))?;
        let units = unit_directions(&[dims(self.graph, self.by[0], &point.sizes)]);
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        let mut magnitude = f64::MIN_POSITIVE;
        if self.by.len() == 1 {
            let (expected, size) =
                self.along::<N>(point, noise, std::slice::from_ref(&direction))?;
            magnitude = magnitude.max(VANISHING * size);
            pairs.extend(forward.data().iter().copied().zip(expected.data().iter().copied()));
        } else {
            for (place, unit) in units.iter().enumerate() {
                let (expected, size) =
                    self.along::<N>(point, noise, &[unit[0].clone(), direction.clone()])?;
                magnitude = magnitude.max(VANISHING * size);
                pairs.push((forward.data()[place], expected.data()[0]));
            }
        }
        if let Some((_, back)) = operator.adjoint {
            let back = evaluate(self.graph, back, point, &lookup, [noise, noise])
                .map_err(|e| skipped(&e))?;
            for (place, unit) in units.iter().enumerate() {
                let (image, _) = self.along::<N>(point, noise, unit)?;
                let inner: f64 =
                    image.data().iter().zip(cotangent.data()).map(|(a, b)| a * b).sum();
                pairs.push((back.data()[place], inner));
            }
        }
        let scale = pairs.iter().fold(magnitude, |m, (a, b)| m.max(a.abs()).max(b.abs()));
        if !scale.is_finite() {
            return Err(Attempt::Skipped("the derivative is not finite there".into()));
        }
        let gaps = pairs.iter().map(|(a, b)| a - b).collect();
        let expected = pairs.iter().map(|(_, b)| *b).collect();
        Ok(Gaps { gaps, expected, scale, value: magnitude / VANISHING })
    }

    /// Whether a part of the expression leaves the range in which squares and products of values are numbers.
    fn is_extreme(&self, point: &Point) -> bool {
        let parts: Vec<ExprId> = self
            .graph
            .reachable(self.root)
            .into_iter()
            .filter(|id| !matches!(self.graph.node(*id), beltrami_core::Node::Text(_)))
            .collect();
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| point.values.get(name).cloned();
        let values = Evaluator::<f64>::new(self.graph, &size, &symbol).values(&parts);
        let extreme = |x: &f64| *x != 0.0 && !(1e-100..1e100).contains(&x.abs());
        // Positive by its form and 0 as a number: too small for one.
        let vanished = |id: ExprId, x: &f64| *x == 0.0 && self.graph.facts(id).has(Facts::POSITIVE);
        values.is_ok_and(|values| {
            parts
                .iter()
                .zip(&values)
                .any(|(id, value)| value.data().iter().any(|x| extreme(x) || vanished(*id, x)))
        })
    }

    /// The direction within the variable's structure along which the derivative is the entry of the projected gradient.
    fn tangent(&self, symbol: ExprId, e: &Tensor<f64>, value: &Tensor<f64>) -> Tensor<f64> {
        let facts = self.graph.facts(symbol);
        let n = e.rows();
        if self.symmetric == Symmetric::Ambient || e.is_scalar() {
            return e.clone();
        }
        let masked = |keep: &dyn Fn(usize, usize) -> bool| {
            Tensor::from_fn(n, e.cols(), |i, j| if keep(i, j) { e.at(i, j) } else { 0.0 })
        };
        if facts.has(Facts::DIAGONAL) {
            masked(&|i, j| i == j)
        } else if facts.has(Facts::SYMMETRIC) {
            match self.symmetric {
                Symmetric::Free => {
                    Tensor::from_fn(
                        n,
                        n,
                        |i, j| if i == j { e.at(i, i) } else { e.at(i, j) + e.at(j, i) },
                    )
                }
                _ => Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) + e.at(j, i))),
            }
        } else if facts.has(Facts::SKEW) {
            Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) - e.at(j, i)))
        } else if facts.has(Facts::ORTHOGONAL) {
            let product = |a: &Tensor<f64>, b: &Tensor<f64>| {
                Tensor::from_fn(n, n, |i, j| (0..n).map(|k| a.at(i, k) * b.at(k, j)).sum())
            };
            let reflected = product(&product(value, &e.transpose()), value);
            Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) - reflected.at(i, j)))
        } else if facts.has(Facts::LOWER) {
            masked(&|i, j| i >= j)
        } else if facts.has(Facts::UPPER) {
            masked(&|i, j| i <= j)
        } else {
            e.clone()
        }
    }
}

/// What the two evaluations of a derivative differ by at a point.
struct Gaps {
    gaps: Vec<f64>,
    /// The numbers that the derivative is compared with.
    expected: Vec<f64>,
    /// The largest entry of the derivative, or what stands for it where it vanishes.
    scale: f64,
    /// The largest entry of the expression.
    value: f64,
}

impl Gaps {
    fn largest(&self) -> f64 {
        largest(&self.gaps)
    }

    fn error(&self) -> f64 {
        self.largest() / self.scale.max(f64::MIN_POSITIVE)
    }

    /// Whether they come from rounding: such gaps, or the numbers themselves, change when the rounding errors of both
    /// evaluations are drawn anew (or there is no value any more); those of a wrong derivative stay.
    fn are_rounding(&self, point: &Point, sampler: &Sampler, compare: Compare<'_>) -> bool {
        // A few units in the last place of numbers near 1: nothing more can be told.
        self.largest() < 1e-14
            || NOISE.into_iter().enumerate().any(|(draw, level)| {
                let other = compare(point, Noise::new(level, draw as u64), &mut sampler.clone());
                other.map_or(true, |other| {
                    changed(&self.gaps, &other.gaps) || changed(&self.expected, &other.expected)
                })
            })
    }
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |m, x| if x.is_nan() { f64::INFINITY } else { x.abs().max(m) })
}

fn changed(before: &[f64], after: &[f64]) -> bool {
    let change = before.iter().zip(after).fold(0.0_f64, |m, (a, b)| (a - b).abs().max(m));
    change > CHANGED * largest(before)
}

/// One comparison at a point.
type Compare<'a> = &'a mut dyn FnMut(&Point, Noise, &mut Sampler) -> Result<Gaps, Attempt>;

enum Attempt {
    Skipped(String),
    Rounded,
    Differs(CheckFailure),
}

fn dims(graph: &Graph, id: ExprId, sizes: &BTreeMap<String, i64>) -> (usize, usize) {
    let shape = graph.shape(id);
    let size = |dim: &beltrami_core::Dim| {
        dim.evaluate(&|n| sizes.get(n).copied()).unwrap_or(1).max(1) as usize
    };
    (size(&shape.rows), size(&shape.cols))
}

/// The value of an expression, with the noise of names and that of operations.
fn evaluate<S: Scalar>(
    graph: &Graph,
    root: ExprId,
    point: &Point,
    symbols: &dyn Fn(&str) -> Option<Tensor<S>>,
    [names, operations]: [Noise; 2],
) -> Result<Tensor<S>, EvalError> {
    let size = |name: &str| point.sizes.get(name).copied();
    Evaluator::new(graph, &size, symbols).disturbed(names, operations).value(root)
}

/// All combinations of unit matrices, one for each variable.
fn unit_directions(shapes: &[(usize, usize)]) -> Vec<Vec<Tensor<f64>>> {
    shapes.iter().fold(vec![Vec::new()], |all, (m, n)| {
        all.iter()
            .flat_map(|before| {
                (0..m * n).map(move |k| {
                    let unit =
                        Tensor::from_fn(*m, *n, |i, j| if i * n + j == k { 1.0 } else { 0.0 });
                    before.iter().cloned().chain([unit]).collect()
                })
            })
            .collect()
    })
}

/// The derivative contracted with directions: entries of a value of the function's shape, row by row.
///
/// `None` when the result does not have the size its placement says.
fn contract(
    result: &Tensor<f64>,
    placement: &Placement,
    directions: &[Tensor<f64>],
    value: &[usize],
    shapes: &[(usize, usize)],
) -> Option<Vec<f64>> {
    let lead = value.len();
    let mut axes = value.to_vec();
    for (m, n) in shapes {
        axes.extend([*m, *n]);
    }
    let total: usize = axes.iter().product();
    if result.len() != total {
        return None;
    }
    let order: Vec<usize> = match placement {
        Placement::Matrix(rows, cols) => rows.iter().chain(cols).copied().collect(),
        Placement::Tensor(places) => places.clone(),
    };
    let mut sums = vec![0.0; value.iter().product()];
    let mut at = vec![0_usize; axes.len()];
    for _ in 0..total {
        let weight: f64 = directions
            .iter()
            .enumerate()
            .map(|(k, e)| e.at(at[lead + 2 * k], at[lead + 2 * k + 1]))
            .product();
        if weight != 0.0 {
            // Axes left out of the placement have size 1.
            let place = order.iter().fold(0, |place, axis| place * axes[*axis] + at[*axis]);
            let own = (0..lead).fold(0, |place, axis| place * axes[axis] + at[axis]);
            sums[own] += weight * result.data()[place];
        }
        for axis in (0..axes.len()).rev() {
            at[axis] += 1;
            if at[axis] < axes[axis] {
                break;
            }
            at[axis] = 0;
        }
    }
    Some(sums)
}
