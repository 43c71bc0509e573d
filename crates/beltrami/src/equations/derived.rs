//! The Jacobian of a system, a block for each equation and unknown, compared with numbers.

use std::collections::BTreeMap;

use beltrami_calculus::{Form, Layout, Symmetric, derive};
use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, codes};

use super::{Read, Sought, SystemOptions};
use crate::check::{CheckFailure, Comparison};
use crate::refusal::{refusal, unchecked};
use crate::sample::Drawn;
use crate::session::Session;

/// Derivatives by whole vectors are rewritten to their shortest form; entries of large systems are many, and evaluation
/// shares what they have in common anyway.
const SHORTENED: usize = 36;

/// A block of the Jacobian.
pub(super) struct Block {
    pub equation: usize,
    pub unknown: usize,
    pub derivative: ExprId,
}

impl Session {
    /// The blocks that are not zero for certain.
    pub(super) fn blocks(
        &self,
        read: &mut Read,
        options: &SystemOptions,
    ) -> Result<Vec<Block>, Error> {
        let mut blocks = Vec::new();
        let pairs = read.equations.len() * read.unknowns.len();
        for equation in 0..read.equations.len() {
            for unknown in 0..read.unknowns.len() {
                let (root, by) = (read.equations[equation], read.unknowns[unknown].id);
                if read.graph.depends_on(root, by) {
                    let derivative = self.partial(read, root, by, pairs <= SHORTENED, options)?;
                    blocks.push(Block { equation, unknown, derivative });
                }
            }
        }
        Ok(blocks)
    }

    /// Puts the gradient of the only equation, which must be a scalar, in its place.
    pub(super) fn replace_by_gradient(
        &self,
        read: &mut Read,
        options: &SystemOptions,
    ) -> Result<(), Error> {
        let [field] = read.equations[..] else {
            let message =
                format!("a field is one expression, and {} are given", read.equations.len());
            let hint = "drop `--field` for a system of equations";
            return Err(refused(read, Diagnostic::error(&codes::E0702, message).hint(hint)));
        };
        if !read.graph.shape(field).is_scalar() {
            let message = "a field is a scalar, and this is none";
            let hint = "drop `--field` for a system of equations";
            return Err(refused(read, Diagnostic::error(&codes::E0204, message).hint(hint)));
        }
        let ids: Vec<ExprId> = read.unknowns.iter().map(|unknown| unknown.id).collect();
        let parts = ids.into_iter().map(|by| self.partial(read, field, by, true, options));
        read.equations = parts.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// A derivative, `∂vec(F)/∂vec(X)'`, that agrees with numbers.
    fn partial(
        &self,
        read: &mut Read,
        root: ExprId,
        by: ExprId,
        shorten: bool,
        options: &SystemOptions,
    ) -> Result<ExprId, Error> {
        let scalars = [root, by].iter().all(|id| read.graph.shape(*id).is_scalar());
        let request = beltrami_calculus::Request {
            root,
            by: vec![by],
            layout: Layout::Numerator,
            form: if scalars { Form::Matrix } else { Form::Kron },
            symmetric: Symmetric::Frobenius,
            shorten,
            stop: options.stop.clone(),
        };
        let mut plain: Vec<ExprId> = Vec::new();
        let found = derive(&mut read.graph, &self.rules, &request, &mut |graph, expr| {
            plain.push(expr);
            if shorten { self.simplify(graph, expr) } else { expr }
        });
        let derived =
            found.map_err(|error| failed(read, refusal(&read.loaded, &read.graph, &error)))?;
        let mut outcome = Ok(());
        // A formula that has no value in the box has the same derivative elsewhere.
        let wider = options.near.iter().map(|(lo, hi)| {
            let (middle, reach) = (0.5 * lo + 0.5 * hi, 5.0 * (hi - lo).max(1.0));
            (middle - reach, middle + reach)
        });
        let ranges = [None, Some(options.near.clone()), Some(wider.collect())];
        for near in ranges.iter().map(|range| range.as_deref()) {
            if near.is_some_and(|range| range.is_empty()) {
                break;
            }
            let variables = drawn(read, near);
            let check = |expr: ExprId| {
                let comparison = Comparison {
                    graph: &read.graph,
                    root,
                    by: &[by],
                    lower: None,
                    symmetric: Symmetric::Frobenius,
                    variables: &variables,
                    indices: &[],
                    numbers: &BTreeMap::new(),
                    near: None,
                    seed: options.seed,
                    stop: &options.stop,
                };
                comparison.run(&beltrami_calculus::Derived { expr, ..derived.clone() })
            };
            let failure = match check(derived.expr) {
                Ok(_) => return Ok(derived.expr),
                Err(failure) => failure,
            };
            if matches!(failure, CheckFailure::Differs { .. }) {
                // A rule at fault need not cost the answer: what the rules started from is checked in its place.
                let other = plain.iter().find(|expr| check(**expr).is_ok());
                return other
                    .copied()
                    .ok_or_else(|| failed(read, unchecked(&read.loaded, &failure, options.seed)));
            }
            outcome = Err(failure);
        }
        match outcome {
            Err(failure) => Err(failed(read, unchecked(&read.loaded, &failure, options.seed))),
            Ok(()) => Ok(derived.expr),
        }
    }
}

/// The variables with the ranges from which random points take them.
fn drawn(read: &Read, near: Option<&[(f64, f64)]>) -> Vec<Drawn> {
    let mut first = 0;
    let ranges: Vec<(ExprId, (f64, f64))> = read
        .unknowns
        .iter()
        .filter_map(|unknown: &Sought| {
            let entries = near?.get(first..first + unknown.len())?;
            first += unknown.len();
            let low = entries.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
            let high = entries.iter().map(|r| r.1).fold(f64::NEG_INFINITY, f64::max);
            Some((unknown.id, (low, high)))
        })
        .collect();
    let variables = &read.loaded.program.variables;
    variables
        .iter()
        .map(|v| {
            let near = ranges.iter().find(|(id, _)| *id == v.id).map(|(_, range)| *range);
            Drawn { name: v.name.clone(), id: v.id, range: near.or(v.range) }
        })
        .collect()
}

pub(super) fn refused(read: &Read, diagnostic: Diagnostic) -> Error {
    Error::refused(diagnostic, &read.loaded.sources)
}

pub(super) fn failed(read: &Read, diagnostic: Diagnostic) -> Error {
    Error::failed(diagnostic, &read.loaded.sources)
}
