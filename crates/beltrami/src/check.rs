//! The check: a derivative is compared with numbers before anyone sees it.
//!
//! The numbers come from evaluating the *original* expression on jets, which know nothing of symbolic rules: the mixed
//! coefficient of nilpotent infinitesimals is the derivative along the chosen directions, exact to rounding.

mod assignment;
mod domain;
mod failure;
mod gaps;
mod tally;
mod tangent;
mod undefined;

pub use failure::CheckFailure;

use std::collections::BTreeMap;

use beltrami_calculus::{Derived, Operator, Placement, Symmetric};
use beltrami_core::{ExprId, Facts, Graph};
use beltrami_exec::{EvalError, Evaluator, ExecError, Jet, Noise, Scalar, Tensor};
use beltrami_stop::Stop;

pub(crate) use self::assignment::largest_rank;
use self::domain::Search;
use self::gaps::Gaps;
use self::tally::{Agreement, Found, Tally};
use crate::conditions::{Conditions, conditions};
use crate::sample::{Drawn, Point, Sampler, Style};

/// What the comparison found.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The number of points compared.
    pub points: usize,
    /// The number of size assignments among them.
    pub sizes: usize,
    /// Whether numbers of rows and columns were replaced by smaller ones.
    pub smaller: bool,
    /// Whether the derivative is 0 at all of them, though its formula is not: one that is wrong may vanish there too.
    pub vanishing: bool,
    /// The largest difference, relative to the largest entry of the derivative at that point.
    pub max_rel_error: f64,
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
    /// The numbers that names of sizes stand for; smaller ones in the same order take their place.
    pub numbers: &'a BTreeMap<String, i64>,
    /// Values like those of interest, from which the search for a point of the domain starts.
    pub near: Option<&'a Point>,
    /// The seed of the points.
    pub seed: u64,
    /// What ends the comparison.
    pub stop: &'a Stop,
}

/// Jets are exact to rounding; what is left is the conditioning of the two evaluations, kept moderate by the sampler.
pub const TOLERANCE: f64 = 1e-7;
/// A difference this much smaller than the value of the expression says nothing, because the value itself is rounded.
const LOST: f64 = 1e-10;
/// Points compared for each size assignment.
const POINTS: usize = 3;
/// Entries of a derivative compared one by one; beyond, random directions stand for all.
const MAX_ENTRIES: usize = 200;
/// So many random directions.
const DIRECTIONS: usize = 16;
/// Points of one size assignment at which rounding decides before it is given up: each costs several evaluations.
const ROUNDED: usize = 4;
/// Attempts to find a point of the domain for one size assignment.
const ATTEMPTS: usize = 60;

impl Comparison<'_> {
    /// Compares at three random points of two different size assignments.
    pub fn run(&self, derived: &Derived) -> Result<Checked, CheckFailure> {
        let order = self.by.len() - self.lower.map_or(0, |lower| lower.order);
        self.at_points(&[derived.expr], &mut |point, noise, sampler| match order {
            0 | 1 => self.compare::<2>(derived, point, noise, sampler),
            2 => self.compare::<4>(derived, point, noise, sampler),
            3 => self.compare::<8>(derived, point, noise, sampler),
            _ => self.compare::<16>(derived, point, noise, sampler),
        })
    }

    /// The same for a derivative given as linear maps.
    pub fn run_operator(&self, operator: &Operator) -> Result<Checked, CheckFailure> {
        let adjoint = operator.adjoint.map(|(_, back)| back);
        let formulas: Vec<ExprId> = [operator.forward].into_iter().chain(adjoint).collect();
        self.at_points(&formulas, &mut |point, noise, sampler| match self.by.len() {
            0 | 1 => self.compare_operator::<2>(operator, point, noise, sampler),
            _ => self.compare_operator::<4>(operator, point, noise, sampler),
        })
    }

    fn at_points(
        &self,
        formulas: &[ExprId],
        compare: Compare<'_>,
    ) -> Result<Checked, CheckFailure> {
        let conditions = conditions(self.graph, self.root, formulas[0], self.by);
        let mut sampler = Sampler::new(self.seed);
        // What is 0 as a formula is 0 everywhere, and says all there is to say.
        let zero = formulas.iter().all(|formula| self.graph.is_zero(*formula));
        let mut tally = Tally { zero, ..Tally::default() };
        let mut assignments = self.assignments(formulas[0]);
        let wanted = assignments.len().min(2);
        let usual = assignments.len();
        if let Some(size) = self.excess(formulas, &assignments) {
            return Err(CheckFailure::TooLarge(size));
        }
        // A derivative that vanishes at usual sizes, as that of the determinant of `x*y'`, may not do so at smaller ones.
        assignments.extend(self.smallest(formulas[0]));
        for (place, sizes) in assignments.iter().enumerate() {
            if place >= usual && tally.vanishing == 0 {
                break;
            }
            let mut found = Found::default();
            for attempt in 0..ATTEMPTS {
                self.stop.check()?;
                match self.random_point(sizes, &mut sampler, attempt) {
                    Some(point) => {
                        let outcome = self.at_point(&point, &conditions, &mut sampler, compare);
                        let agreed = outcome.is_ok();
                        found.take(&mut tally, outcome)?;
                        if agreed {
                            self.at_mirrored(&point, formulas, &conditions, &sampler, compare)?;
                        }
                    }
                    None => {
                        tally.reason = "a size is not positive, or too large to be drawn".into()
                    }
                }
                let hopeless = found.points == 0 && attempt >= ATTEMPTS / 2 && tally.sizes > 0;
                if found.is_enough() || hopeless {
                    break;
                }
            }
            found.count(&mut tally);
            if tally.suffices(wanted) {
                break;
            }
        }
        if tally.sizes == 0 {
            self.in_domain(&assignments[..usual], &conditions, &mut tally, compare)?;
        }
        if tally.sizes == 0 {
            Err(CheckFailure::NoPoint { reason: tally.reason, outside: tally.outside })
        } else {
            Ok(tally.checked())
        }
    }

    /// Compares at points that are searched for, where random ones miss the domain.
    fn in_domain(
        &self,
        assignments: &[BTreeMap<String, i64>],
        conditions: &Conditions,
        tally: &mut Tally,
        compare: Compare<'_>,
    ) -> Result<(), CheckFailure> {
        let mut search = Search::new(self);
        for sizes in assignments {
            let mut found = Found::default();
            for _ in 0..2 * POINTS {
                self.stop.check()?;
                let Some(point) = search.point(sizes).filter(|_| !found.is_enough()) else { break };
                let outcome = self.at_point(&point, conditions, &mut search.sampler, compare);
                found.take(tally, outcome)?;
            }
            found.count(tally);
            if tally.suffices(assignments.len().min(2)) {
                break;
            }
        }
        Ok(())
    }

    fn random_point(
        &self,
        sizes: &BTreeMap<String, i64>,
        sampler: &mut Sampler,
        attempt: usize,
    ) -> Option<Point> {
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
        let values = sampler.values(self.graph, self.variables, sizes, &style)?;
        Some(Point { sizes: sizes.clone(), values, ..Point::default() })
    }

    fn at_point(
        &self,
        point: &Point,
        conditions: &Conditions,
        sampler: &mut Sampler,
        compare: Compare<'_>,
    ) -> Result<Agreement, Attempt> {
        let again = sampler.clone();
        let found = match compare(point, Noise::NONE, sampler) {
            Ok(found) => found,
            Err(Attempt::Undefined(cause)) => {
                return Err(self.undefined(point, conditions, &cause, &again, compare));
            }
            Err(other) => return Err(other),
        };
        let (error, difference) = (found.error(), found.largest());
        if error <= TOLERANCE {
            return match found.of_small(point, &again, compare) {
                Some(error) if !self.is_extreme(point) => {
                    Err(Attempt::Ended(CheckFailure::Differs { point: point.clone(), error }))
                }
                _ => Ok(Agreement { error, zero: found.scale == 0.0 }),
            };
        }
        if let Some(error) = found.of_zeros(point, &again, compare) {
            Ok(Agreement { error, zero: true })
        } else if difference <= LOST * found.value {
            Err(Attempt::Skipped(
                "the derivative is lost in the rounding of the value there".into(),
            ))
        } else if self.is_extreme(point) {
            Err(Attempt::Skipped(
                "a value is so large or small that its square has no number".into(),
            ))
        } else if found.are_rounding(point, &again, compare) {
            Err(Attempt::Rounded)
        } else {
            Err(Attempt::Ended(CheckFailure::Differs { point: point.clone(), error }))
        }
    }

    fn compare<const N: usize>(
        &self,
        derived: &Derived,
        point: &Point,
        noise: Noise,
        sampler: &mut Sampler,
    ) -> Result<Gaps, Attempt> {
        let symbol = |name: &str| point.values.get(name).cloned();
        let shapes: Vec<(usize, usize)> =
            self.by.iter().map(|x| dims(self.graph, *x, &point.sizes)).collect();
        let trials = trials(&shapes, sampler);
        let mut expected: Vec<Tensor<f64>> = Vec::new();
        let mut value = 0.0_f64;
        for directions in &trials {
            self.stop.check().map_err(|stopped| Attempt::Ended(stopped.into()))?;
            let (along, size) = self.along::<N>(point, noise, directions)?;
            expected.push(along);
            value = size;
        }
        let result = evaluate(self.graph, derived.expr, point, &symbol, [noise, noise])
            .map_err(Attempt::Undefined)?;
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
        let scale = scale.max(largest);
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
            let seed = Jet::seed(value, &own).map_err(|e| Attempt::Skipped(e.to_string()))?;
            seeds.insert(&variable.name, seed);
        }
        let lookup = |name: &str| seeds.get(name).cloned();
        let jet = evaluate(graph, start, point, &lookup, [noise, noise.other()])
            .map_err(Attempt::missing)?;
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
        let forward = evaluate(self.graph, operator.forward, point, &lookup, [noise, noise]);
        let units = trials(&[dims(self.graph, self.by[0], &point.sizes)], sampler);
        let inner = |a: &Tensor<f64>, b: &Tensor<f64>| -> f64 {
            a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum()
        };
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        let mut value = 0.0_f64;
        if self.by.len() == 1 {
            let (expected, size) =
                self.along::<N>(point, noise, std::slice::from_ref(&direction))?;
            let forward = forward.map_err(Attempt::Undefined)?;
            value = value.max(size);
            pairs.extend(forward.data().iter().copied().zip(expected.data().iter().copied()));
        } else {
            let mut expected = Vec::new();
            for unit in &units {
                let (second, size) =
                    self.along::<N>(point, noise, &[unit[0].clone(), direction.clone()])?;
                value = value.max(size);
                expected.push(second.data()[0]);
            }
            let forward = forward.map_err(Attempt::Undefined)?;
            pairs.extend(units.iter().map(|unit| inner(&forward, &unit[0])).zip(expected));
        }
        if let Some((_, back)) = operator.adjoint {
            let back = evaluate(self.graph, back, point, &lookup, [noise, noise])
                .map_err(Attempt::Undefined)?;
            for unit in &units {
                let (image, _) = self.along::<N>(point, noise, unit)?;
                pairs.push((inner(&back, &unit[0]), inner(&image, &cotangent)));
            }
        }
        let scale = pairs.iter().fold(0.0_f64, |m, (a, b)| m.max(a.abs()).max(b.abs()));
        if !scale.is_finite() {
            return Err(Attempt::Skipped("the derivative is not finite there".into()));
        }
        let gaps = pairs.iter().map(|(a, b)| a - b).collect();
        let expected = pairs.iter().map(|(_, b)| *b).collect();
        Ok(Gaps { gaps, expected, scale, value })
    }

    /// Whether a part of the expression leaves the range in which the products of a derivative are numbers.
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
        // A term of a derivative has up to two factors more than its order: 1e300 is left for their product.
        let largest = 1e300_f64.powf(1.0 / (2 + self.by.len()) as f64);
        let extreme = |x: &f64| *x != 0.0 && !(1.0 / largest..largest).contains(&x.abs());
        // Positive by its form and 0 as a number: too small for one.
        let vanished = |id: ExprId, x: &f64| *x == 0.0 && self.graph.facts(id).has(Facts::POSITIVE);
        values.is_ok_and(|values| {
            parts
                .iter()
                .zip(&values)
                .any(|(id, value)| value.data().iter().any(|x| extreme(x) || vanished(*id, x)))
        })
    }
}

/// One comparison at a point.
type Compare<'a> = &'a mut dyn FnMut(&Point, Noise, &mut Sampler) -> Result<Gaps, Attempt>;

enum Attempt {
    /// Value or derivative do not exist at the point.
    Skipped(String),
    /// The value does not exist, as the point lies outside of the domain of an operation.
    Outside(String),
    /// They do, and the formula has no value.
    Undefined(EvalError),
    Rounded,
    /// Nothing else is to be tried.
    Ended(CheckFailure),
}

impl Attempt {
    /// Value or derivative do not exist at a point.
    fn missing(error: EvalError) -> Attempt {
        use ExecError::{Domain, NotFinite};
        match &error {
            EvalError::Kernel { cause: Domain { .. } | NotFinite { .. }, .. } => {
                Attempt::Outside(error.to_string())
            }
            _ => Attempt::Skipped(error.to_string()),
        }
    }
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

/// Directions that tell all entries of a derivative: unit matrices, or random ones where those are too many.
fn trials(shapes: &[(usize, usize)], sampler: &mut Sampler) -> Vec<Vec<Tensor<f64>>> {
    let entries: usize = shapes.iter().map(|(m, n)| m * n).product();
    if entries <= MAX_ENTRIES {
        return unit_directions(shapes);
    }
    let mut random =
        |(m, n): &(usize, usize)| Tensor::from_fn(*m, *n, |_, _| sampler.uniform(-1.0, 1.0));
    (0..DIRECTIONS).map(|_| shapes.iter().map(&mut random).collect()).collect()
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
