//! What all iterations share: the true residual, and the decision whether to go on.

use beltrami_linalg::dense::dot;
use beltrami_linalg::{Matrix, ldexp, norm};

use super::{Options, Status, Watch};

/// Growth of the residual after which a radius of 1 or more is believed.
const GROWTH: f64 = 1e6;

/// The record of an iteration.
pub struct Iteration<'a> {
    pub a: &'a Matrix,
    pub b: &'a [f64],
    options: &'a Options,
    /// The spectral radius of the iteration matrix, where there is one.
    radius: Option<f64>,
    watch: Watch<'a>,
    /// Exponents of powers of two by which the rows are divided.
    rows: &'a [i32],
    /// What residuals are relative to.
    scale: f64,
    residuals: Vec<f64>,
    best: Option<(usize, Vec<f64>)>,
}

impl<'a> Iteration<'a> {
    pub fn new(
        (a, b): (&'a Matrix, &'a [f64]),
        (options, rows): (&'a Options, &'a [i32]),
        radius: Option<f64>,
        watch: Watch<'a>,
    ) -> Iteration<'a> {
        let residuals = Vec::new();
        let mut made =
            Iteration { a, b, options, rows, radius, watch, scale: 0.0, residuals, best: None };
        made.scale = made.size(b.iter().copied());
        made
    }

    /// The norm of a column whose entries belong to the rows. Where these are of sizes far apart the equations are divided by
    /// those, as no equation is to be met less than another because of its units.
    fn size(&self, column: impl Iterator<Item = f64>) -> f64 {
        norm(&column.zip(self.rows).map(|(x, row)| ldexp(x, -row)).collect::<Vec<f64>>())
    }

    /// Records an iterate with its residual `b - A*x`, which is handed back, and says whether it is the last.
    pub fn record(&mut self, x: &[f64]) -> (Vec<f64>, Option<Status>) {
        let r: Vec<f64> =
            self.b.iter().enumerate().map(|(i, b)| b - dot(self.a.row(i), x)).collect();
        let absolute = self.size(r.iter().copied());
        if self.residuals.is_empty() && self.scale == 0.0 {
            self.scale = if absolute > 0.0 { absolute } else { 1.0 };
        }
        let residual = absolute / self.scale;
        if !residual.is_finite() {
            return (r, Some(Status::Diverged));
        }
        let number = self.residuals.len();
        self.residuals.push(residual);
        if self.best.as_ref().is_none_or(|(best, _)| residual < self.residuals[*best]) {
            self.best = Some((number, x.to_vec()));
        }
        let ended = self.ended(number, residual, absolute, x);
        let goes_on = (self.watch)(number, residual, x);
        (r, ended.or((!goes_on).then_some(Status::Interrupted)))
    }

    fn ended(&self, number: usize, residual: f64, absolute: f64, x: &[f64]) -> Option<Status> {
        if residual <= self.options.tolerance {
            return Some(Status::Converged);
        }
        let grows = self.radius.is_some_and(|radius| radius >= 1.0);
        if grows && residual > GROWTH * self.residuals[0].max(1.0) {
            return Some(Status::Diverged);
        }
        // The residual of the exact solution rounded to working precision is about this large.
        let terms = self.b.iter().enumerate().map(|(i, b)| {
            b.abs() + self.a.row(i).iter().zip(x).map(|(a, x)| (a * x).abs()).sum::<f64>()
        });
        let floor = 0.5 * f64::EPSILON * self.size(terms);
        // Conjugate gradients and matrices far from normal may pause, but not for as long as this.
        let patience = 1000 + 10 * x.len();
        let best = self.best.as_ref().map_or(0, |(best, _)| *best);
        if absolute <= floor || number - best > patience {
            let diverges = grows && residual > self.residuals[0];
            return Some(if diverges { Status::Diverged } else { Status::NoProgress });
        }
        (number >= self.options.max_iterations).then_some(Status::IterationLimit)
    }

    /// The best iterate and all residuals.
    pub fn end(self, start: &[f64]) -> (Vec<f64>, Vec<f64>) {
        (self.best.map_or_else(|| start.to_vec(), |(_, x)| x), self.residuals)
    }
}
