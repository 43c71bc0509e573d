//! Values and Jacobians of a system at points, for functions that are no formula in the entries of the unknowns.

use std::collections::BTreeMap;

use beltrami_core::ExprId;
use beltrami_exec::{Evaluator, Noise, Tensor};
use beltrami_solve::roots::System;

use super::local::entries_of;
use super::{Compiled, Equations, Read, Sought, SystemOptions};
use crate::session::Session;
use beltrami_diag::Error;

/// Values and Jacobians of a system at points.
pub struct Pointwise(Form);

enum Form {
    /// A program over the entries.
    Entries(Box<Compiled>),
    /// Matrix by matrix.
    Whole(Box<Whole>),
}

struct Whole {
    read: Read,
    /// The derivative of each block.
    derivatives: Vec<ExprId>,
    blocks: Vec<Place>,
    n: usize,
}

/// A block of the Jacobian: the shapes of equation and unknown, and the first row and column.
struct Place {
    equation: (usize, usize),
    unknown: (usize, usize),
    row: usize,
    column: usize,
}

/// Draws of other rounding errors.
const DRAWS: u64 = 4;
/// A few draws see less than the worst rounding, which this many times the most seen stands for.
const WORST: f64 = 8.0;

impl Session {
    /// The system for methods that start from a point: any function with a derivative, and with
    /// [`SystemOptions::matrices`] unknowns and equations that are matrices, whose entries count row by row.
    ///
    /// # Errors
    /// As [`Session::equations`].
    pub fn equations_at_points(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
    ) -> Result<Equations<Pointwise>, Error> {
        let mut read = self.read_equations(name, text, options)?;
        read.posed(false)?;
        let flat = read.unknowns.iter().all(|u| u.rows == 1 || u.cols == 1);
        if flat && read.compile(&read.equations).is_ok() {
            // A derivative may be no formula in the entries although the equation is one.
            let tried = self.read_equations(name, text, options)?;
            if let Ok(Equations { names, texts, jacobian, assumed, compiled, field }) =
                self.compiled(tried, options)
            {
                let compiled = Pointwise(Form::Entries(Box::new(compiled)));
                return Ok(Equations { names, texts, jacobian, assumed, compiled, field });
            }
        }
        let n = read.unknowns.iter().map(Sought::len).sum();
        let size = |name: &str| read.point.sizes.get(name).copied();
        let shapes: Vec<(usize, usize)> = (read.equations.iter())
            .filter_map(|id| {
                let shape = read.graph.shape(*id);
                Some((shape.rows.evaluate(&size)? as usize, shape.cols.evaluate(&size)? as usize))
            })
            .collect();
        read.counted(shapes.iter().map(|(rows, cols)| rows * cols).sum(), n)?;
        let blocks = self.blocks(&mut read, options)?;
        let places = blocks.iter().map(|block| {
            let unknown = &read.unknowns[block.unknown];
            Place {
                equation: shapes[block.equation],
                unknown: (unknown.rows, unknown.cols),
                row: shapes[..block.equation].iter().map(|(rows, cols)| rows * cols).sum(),
                column: read.unknowns[..block.unknown].iter().map(Sought::len).sum(),
            }
        });
        let places = places.collect();
        let Equations { names, texts, jacobian, assumed, field, .. } = read.told(&blocks, ());
        let derivatives = blocks.iter().map(|block| block.derivative).collect();
        let whole = Whole { read, derivatives, blocks: places, n };
        let compiled = Pointwise(Form::Whole(Box::new(whole)));
        Ok(Equations { names, texts, jacobian, assumed, compiled, field })
    }
}

impl Whole {
    /// The values of expressions at a point, with rounding errors drawn anew; none outside the domain.
    fn values(&self, roots: &[ExprId], x: &[f64], noise: Noise) -> Option<Vec<Tensor<f64>>> {
        let unknowns: BTreeMap<String, Tensor<f64>> = entries_of(&self.read, x);
        let point = &self.read.point;
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| unknowns.get(name).or_else(|| point.values.get(name)).cloned();
        let evaluator = Evaluator::new(&self.read.graph, &size, &symbol);
        evaluator.disturbed(Noise::NONE, noise).values(roots).ok()
    }

    fn equations(&self, x: &[f64], noise: Noise) -> Option<Vec<f64>> {
        let values = self.values(&self.read.equations, x, noise)?;
        Some(values.into_iter().flat_map(Tensor::into_data).collect())
    }

    /// How far rounding errors may move values, from a few that were drawn otherwise.
    fn noise(&self, x: &[f64], values: &[f64]) -> Option<Vec<f64>> {
        let mut most = vec![0.0_f64; values.len()];
        for seed in 0..DRAWS {
            let other = self.equations(x, Noise::new(f64::EPSILON, seed))?;
            for ((most, value), other) in most.iter_mut().zip(values).zip(&other) {
                *most = most.max((value - other).abs());
            }
        }
        Some(most.into_iter().map(|most| WORST * most).collect())
    }
}

impl System for Pointwise {
    fn size(&self) -> usize {
        match &self.0 {
            Form::Entries(compiled) => System::size(&**compiled),
            Form::Whole(whole) => whole.n,
        }
    }

    fn value(&mut self, x: &[f64], f: &mut [f64]) {
        match &mut self.0 {
            Form::Entries(compiled) => System::value(&mut **compiled, x, f),
            Form::Whole(whole) => match whole.equations(x, Noise::NONE) {
                Some(values) => f.copy_from_slice(&values),
                None => f.fill(f64::NAN),
            },
        }
    }

    fn jacobian(&mut self, x: &[f64], j: &mut [f64]) {
        let whole = match &mut self.0 {
            Form::Entries(compiled) => return System::jacobian(&mut **compiled, x, j),
            Form::Whole(whole) => whole,
        };
        let Some(values) = whole.values(&whole.derivatives, x, Noise::NONE) else {
            j.fill(f64::NAN);
            return;
        };
        j.fill(0.0);
        for (block, value) in whole.blocks.iter().zip(values) {
            let width = block.unknown.0 * block.unknown.1;
            for (place, entry) in value.into_data().into_iter().enumerate() {
                let row = block.row + by_rows(block.equation, place / width);
                let column = block.column + by_rows(block.unknown, place % width);
                j[row * whole.n + column] = entry;
            }
        }
    }

    fn vanishes(&mut self, x: &[f64]) -> bool {
        let whole = match &mut self.0 {
            Form::Entries(compiled) => return compiled.vanishes(x),
            Form::Whole(whole) => whole,
        };
        let Some(values) = whole.equations(x, Noise::NONE) else { return false };
        let Some(noise) = whole.noise(x, &values) else { return false };
        values.iter().zip(&noise).all(|(value, noise)| value.abs() <= *noise)
    }

    fn noise(&mut self, x: &[f64], noise: &mut [f64]) {
        let whole = match &mut self.0 {
            Form::Entries(compiled) => return System::noise(&mut **compiled, x, noise),
            Form::Whole(whole) => whole,
        };
        let values = whole.equations(x, Noise::NONE);
        match values.and_then(|values| whole.noise(x, &values)) {
            Some(found) => noise.copy_from_slice(&found),
            None => noise.fill(f64::INFINITY),
        }
    }
}

/// The place, row by row, of an entry of a matrix that stands at this place column by column.
fn by_rows((rows, cols): (usize, usize), place: usize) -> usize {
    (place % rows) * cols + place / rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_put_into_rows() {
        let places: Vec<usize> = (0..6).map(|place| by_rows((2, 3), place)).collect();
        assert_eq!(places, [0, 3, 1, 4, 2, 5]);
    }
}
