//! Values and directional derivatives of an expression at a point of its unknowns.

use std::collections::BTreeMap;

use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::{Evaluator, Jet, Noise, Scalar, Tensor};

use super::derived::failed;
use super::{Read, SystemOptions};
use crate::sample::Point;
use crate::session::Session;
use crate::stable::smooth;

impl Session {
    /// The blocks of the Jacobian at a point: the first row, the first column, and the entries of each.
    pub(super) fn entries(
        &self,
        read: &mut Read,
        at: &[f64],
        options: &SystemOptions,
    ) -> Result<Vec<(usize, usize, Tensor<f64>)>, Error> {
        let blocks = self.blocks(read, options)?;
        let mut heights = Vec::new();
        for id in read.equations.clone() {
            heights.push(at_point(read, id, at)?.len());
        }
        let mut found = Vec::new();
        for block in blocks {
            let row = heights[..block.equation].iter().sum();
            let column = read.unknowns[..block.unknown].iter().map(super::Sought::len).sum();
            let value = at_point(read, block.derivative, at)?;
            let dims = vec![heights[block.equation], read.unknowns[block.unknown].len()];
            let value = Tensor::new(dims, value.into_data())
                .map_err(|error| no_value(read, block.derivative, &error.to_string()))?;
            found.push((row, column, value));
        }
        Ok(found)
    }
}

impl Session {
    /// A refusal of derivatives at a point with the conditions that fail there, of the equations as they are written.
    pub(super) fn naming_at(
        &self,
        failure: Error,
        (name, text): (&str, &str),
        options: &SystemOptions,
        at: &[f64],
    ) -> Error {
        let [diagnostic] = failure.diagnostics() else { return failure };
        if diagnostic.code.id != codes::E0503.id {
            return failure;
        }
        let Ok(read) = self.read_equations(name, text, options) else { return failure };
        let values = seeded(&read, &entries_of(&read, at), |_, x| x);
        let point = Point { values, ..read.point.clone() };
        let by: Vec<ExprId> = read.unknowns.iter().map(|unknown| unknown.id).collect();
        let named = self.naming(diagnostic.clone(), &read.graph, &read.equations, &by, &point);
        Error::failed(named, failure.sources())
    }
}

/// The value of an expression at a point; refused where it is not finite.
pub(super) fn at_point(read: &Read, id: ExprId, at: &[f64]) -> Result<Tensor<f64>, Error> {
    let value = evaluated(read, id, &seeded(read, &entries_of(read, at), |_, x| x))?;
    match value.data().iter().find(|x| !x.is_finite()) {
        Some(x) => Err(no_value(read, id, &format!("it is {x}"))),
        None => Ok(value),
    }
}

/// The derivative along one entry of the unknowns for each infinitesimal, from the expression itself on jets.
pub(super) fn directional<const N: usize>(
    read: &Read,
    id: ExprId,
    at: &[f64],
    along: &[usize],
) -> Result<Tensor<f64>, Error> {
    let seeds = seeded(read, &entries_of(read, at), |entry, x| {
        along
            .iter()
            .enumerate()
            .filter(|(_, other)| **other == entry)
            .fold(Jet::<N>::from_real(x), |jet, (which, _)| jet + Jet::variable(0.0, which))
    });
    Ok(Jet::part(&evaluated(read, id, &seeds)?, N - 1))
}

/// The unknowns with their values.
pub(super) fn entries_of(read: &Read, at: &[f64]) -> BTreeMap<String, Tensor<f64>> {
    let mut first = 0;
    let value = |rows: usize, cols: usize| {
        let block = &at[first..first + rows * cols];
        first += rows * cols;
        Tensor::from_fn(rows, cols, |i, j| block[i * cols + j])
    };
    let mut value = value;
    read.unknowns.iter().map(|u| (u.name.clone(), value(u.rows, u.cols))).collect()
}

/// Values of all names, those of unknowns changed entry by entry; entries are counted through all unknowns.
pub(super) fn seeded<S: Scalar>(
    read: &Read,
    unknowns: &BTreeMap<String, Tensor<f64>>,
    seed: impl Fn(usize, f64) -> S,
) -> BTreeMap<String, Tensor<S>> {
    let mut values: BTreeMap<String, Tensor<S>> = BTreeMap::new();
    for (name, value) in &read.point.values {
        values.insert(name.clone(), value.map(|x| S::from_real(*x)));
    }
    let mut first = 0;
    for unknown in &read.unknowns {
        let value = &unknowns[&unknown.name];
        let moved = Tensor::from_fn(value.rows(), value.cols(), |i, j| {
            seed(first + i * value.cols() + j, value.at(i, j))
        });
        first += value.len();
        values.insert(unknown.name.clone(), moved);
    }
    values
}

/// The value of an expression for given values of all names.
pub(super) fn evaluated<S: Scalar>(
    read: &Read,
    id: ExprId,
    values: &BTreeMap<String, Tensor<S>>,
) -> Result<Tensor<S>, Error> {
    disturbed(read, id, values, Noise::NONE, Noise::NONE)
}

/// The same, with rounding errors of the values of names and of operations drawn anew.
pub(super) fn disturbed<S: Scalar>(
    read: &Read,
    id: ExprId,
    values: &BTreeMap<String, Tensor<S>>,
    names: Noise,
    operations: Noise,
) -> Result<Tensor<S>, Error> {
    let size = |name: &str| read.point.sizes.get(name).copied();
    let symbol = |name: &str| values.get(name).cloned();
    if let Some((graph, forms)) = smooth(&read.graph, &[id]) {
        let evaluator = Evaluator::new(&graph, &size, &symbol).disturbed(names, operations);
        if let Ok(value) = evaluator.value(forms[0]) {
            return Ok(value);
        }
    }
    Evaluator::new(&read.graph, &size, &symbol)
        .disturbed(names, operations)
        .value(id)
        .map_err(|error| no_value(read, error.at(), &error.to_string()))
}

fn no_value(read: &Read, id: ExprId, reason: &str) -> Error {
    let text = beltrami_print::text(&read.graph, id);
    let message = format!("`{text}` has no smooth value at the point: {reason}");
    let hint = "choose a point inside the domain, away from kinks and poles";
    failed(read, Diagnostic::error(&codes::E0503, message).hint(hint))
}
