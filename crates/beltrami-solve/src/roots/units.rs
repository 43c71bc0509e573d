//! The units in which an iteration measures: one of each unknown, and one of each equation.

use beltrami_linalg::{Matrix, exponent_of, ldexp};

use super::System;

/// Exponents of powers of two, by which nothing is rounded: of the size of each unknown and of the terms of each equation
/// at the start.
///
/// Iterations say 1 for "the size at the start", so that no verdict depends on the units in which a system is written.
pub(super) struct Units {
    unknowns: Vec<i32>,
    equations: Vec<i32>,
}

/// The exponents of all numbers.
const EXPONENTS: std::ops::Range<i32> = -1074..1024;
/// The stride of the first look for the size of an unknown of which the start says nothing.
const STRIDE: usize = 4;
/// Errors below this may be those of numbers that are too small to be told from zero, which have no unit.
const UNDERFLOW: f64 = 1e-280;
/// An equation sees a change of this part of its size.
const SEEN: f64 = 0.125;

impl Units {
    /// The units at a start; all 1 where the system has no value or no derivative.
    pub fn at(system: &mut impl System, start: &[f64]) -> Units {
        let n = start.len();
        let (mut f, mut noise) = (vec![0.0; n], vec![0.0; n]);
        let mut j = Matrix::zeros(n, n);
        system.value(start, &mut f);
        system.jacobian(start, j.data_mut());
        system.noise(start, &mut noise);
        if !f.iter().chain(j.data()).all(|x| x.is_finite()) {
            return Units { unknowns: vec![0; n], equations: vec![0; n] };
        }
        let exponent = |size: f64| (size > 0.0 && size.is_finite()).then(|| exponent_of(size));
        let mut unknowns: Vec<Option<i32>> = start.iter().map(|x| exponent(x.abs())).collect();
        let terms = |i: usize| {
            // Rounding errors are relative to the terms.
            let told = noise[i].is_finite() && noise[i] > UNDERFLOW;
            let terms = if told { noise[i] / f64::EPSILON } else { 0.0 };
            let parts = j.row(i).iter().zip(start).map(|(j, x)| (j * x).abs());
            exponent(parts.fold(f[i].abs().max(terms), f64::max))
        };
        let mut equations: Vec<Option<i32>> = (0..n).map(terms).collect();
        // Zeros say nothing of a size: an unknown has that over which an equation changes by its size, and an equation that
        // by which it changes over those of its unknowns.
        let half = |exponent: i32| ldexp(0.5, exponent);
        let mut at_start = true;
        loop {
            let known = |sizes: &[Option<i32>]| sizes.iter().flatten().count();
            let before = known(&unknowns) + known(&equations);
            for k in (0..n).filter(|k| unknowns[*k].is_none()).collect::<Vec<_>>() {
                let slope = |i: usize| Some(ldexp(j[(i, k)].abs(), -equations[i]?));
                let steepest = (0..n).filter_map(slope).fold(0.0, f64::max);
                unknowns[k] = exponent(steepest).map(|exponent| -exponent);
            }
            for i in (0..n).filter(|i| equations[*i].is_none()).collect::<Vec<_>>() {
                let change = |k: usize| Some(ldexp(j[(i, k)].abs(), unknowns[k]?));
                equations[i] = exponent((0..n).filter_map(change).fold(0.0, f64::max));
            }
            if known(&unknowns) + known(&equations) > before {
                continue;
            }
            let mut hidden = (0..n).filter(|k| unknowns[*k].is_none());
            let seen = hidden.find_map(|k| Some((k, visible(system, start, k, &f, &equations)?)));
            match seen {
                Some((k, size)) => unknowns[k] = Some(size),
                None if at_start && unknowns.contains(&None) => {
                    // Where other unknowns are zero too, products hide what they change.
                    let moved = |(x, unit): (&f64, &Option<i32>)| x + unit.map_or(0.0, half);
                    let moved: Vec<f64> = start.iter().zip(&unknowns).map(moved).collect();
                    system.jacobian(&moved, j.data_mut());
                    at_start = false;
                    if !j.data().iter().all(|x| x.is_finite()) {
                        break;
                    }
                }
                None => break,
            }
        }
        let or_one = |sizes: Vec<Option<i32>>| sizes.into_iter().map(Option::unwrap_or_default);
        Units { unknowns: or_one(unknowns).collect(), equations: or_one(equations).collect() }
    }

    /// Unknowns in these units.
    pub fn inward(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.unknowns).map(|(x, unit)| ldexp(*x, -unit)).collect()
    }

    /// Unknowns in their own units.
    pub fn outward(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.unknowns).map(|(x, unit)| ldexp(*x, *unit)).collect()
    }

    /// Values of the equations, or bounds on them, in these units.
    pub fn values(&self, f: &[f64]) -> Vec<f64> {
        f.iter().zip(&self.equations).map(|(f, unit)| ldexp(*f, -unit)).collect()
    }

    /// A Jacobian in these units.
    pub fn jacobian(&self, j: &Matrix) -> Matrix {
        Matrix::from_fn(j.rows(), j.cols(), |i, k| {
            ldexp(j[(i, k)], self.unknowns[k] - self.equations[i])
        })
    }
}

/// The least power of two at which an unknown that is zero, as its derivatives are, changes an equation of known size.
fn visible(
    system: &mut impl System,
    start: &[f64],
    k: usize,
    f: &[f64],
    equations: &[Option<i32>],
) -> Option<i32> {
    let (mut x, mut other) = (start.to_vec(), vec![0.0; f.len()]);
    let mut seen = |exponent: i32| {
        x[k] = ldexp(1.0, exponent);
        system.value(&x, &mut other);
        (0..f.len())
            .any(|i| equations[i].is_some_and(|unit| ldexp((other[i] - f[i]).abs(), -unit) >= SEEN))
    };
    let end = EXPONENTS.step_by(STRIDE).find(|exponent| seen(*exponent))?;
    (end + 1 - STRIDE as i32..=end).find(|exponent| seen(*exponent))
}
