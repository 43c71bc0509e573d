//! The Jacobian at a point, and what it says about the map nearby.

use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::Noise;
use beltrami_linalg::{Equilibrated, Extended, Lu, Matrix, Svd, jacobi_svd, ldexp};

use super::derived::{Block, failed};
use super::local::{at_point, directional, disturbed, entries_of, seeded};
use super::taylor::counted;
use super::{Read, Sought, SystemOptions};
use crate::session::Session;

/// The Jacobian of a map at a point.
pub struct Linearisation {
    /// The entries of the variables.
    pub names: Vec<String>,
    /// The components of the map in the surface language.
    pub texts: Vec<String>,
    /// The blocks of the Jacobian that are not zero: component and variable, both counted from 0, and the derivative.
    pub formulas: Vec<(usize, usize, String)>,
    /// The point, an entry each.
    pub at: Vec<f64>,
    /// The value of the map there.
    pub value: Vec<f64>,
    /// The Jacobian, a row for each component of the map.
    pub matrix: Matrix,
    /// Its singular values, descending: by how much the map stretches.
    pub singular_values: Vec<f64>,
    /// Its determinant, where it is square.
    pub determinant: Option<Extended>,
    /// Its inverse, where it has one whose entries are numbers: the Jacobian of the inverse map at the value.
    pub inverse: Option<Matrix>,
    /// Whether it is square and no rounding errors of its entries could make it singular.
    regular: bool,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    read: Read,
}

/// What a map does to the orientation near a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// The determinant is positive.
    Preserved,
    /// The determinant is negative.
    Reversed,
    /// The Jacobian is singular to rounding.
    Degenerate,
}

/// Formulas and jets agree to rounding, which the condition of the formula enlarges.
const AGREEMENT: f64 = 1e-8;
/// Draws of other rounding errors.
const DRAWS: u64 = 4;
/// A few draws see less than the worst rounding, which this many times the most seen stands for.
const WORST: f64 = 8.0;
/// Powers of a matrix whose spectral radius is bounded.
const SWEEPS: usize = 30;

impl Session {
    /// The Jacobian of the components of a map at a point, compared with the map itself on jets there.
    ///
    /// # Errors
    /// What is wrong with the text or the data; a point where the map has no value or is not smooth.
    pub fn linearisation(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
        at: &[f64],
    ) -> Result<Linearisation, Error> {
        self.linearised(name, text, options, at)
            .map_err(|failure| self.naming_at(failure, (name, text), options, at))
    }

    fn linearised(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
        at: &[f64],
    ) -> Result<Linearisation, Error> {
        let mut read = self.read_equations(name, text, options)?;
        let names: Vec<String> = read.unknowns.iter().flat_map(Sought::entries).collect();
        counted(&read, &names, at)?;
        let n = names.len();
        let value = components(&read, at)?;
        let blocks = self.blocks(&mut read, options)?;
        let formulas = blocks
            .iter()
            .map(|b| (b.equation, b.unknown, beltrami_print::text(&read.graph, b.derivative)))
            .collect();
        let (m, quiet) = (value.len(), Noise::NONE);
        let matrix = entries(&read, &blocks, at, m, quiet)?;
        let mut errors = Matrix::from_fn(m, n, |i, j| f64::EPSILON * matrix[(i, j)].abs());
        for seed in 0..DRAWS {
            // Beside the point there may be no value, as at the edge of a domain; then the entries alone are rounded.
            let noise = Noise::new(f64::EPSILON, seed);
            let Ok(other) = entries(&read, &blocks, at, m, noise) else { continue };
            for i in 0..m {
                for j in 0..n {
                    let gap = WORST * (other[(i, j)] - matrix[(i, j)]).abs();
                    errors[(i, j)] = errors[(i, j)].max(gap);
                }
            }
        }
        for j in 0..n {
            let mut row = 0;
            for id in &read.equations {
                let numbers = directional::<2>(&read, *id, at, &[j])?;
                for x in numbers.data() {
                    // Rows may be of any size beside each other.
                    let largest = matrix.row(row).iter().fold(x.abs(), |m, x| m.max(x.abs()));
                    let tolerance = AGREEMENT * largest + errors[(row, j)];
                    if (matrix[(row, j)] - x).abs() > tolerance.max(f64::MIN_POSITIVE) {
                        let message = format!(
                            "the derivative of `{}` by {} is {x} there, and the formula gives {}, so it is not shown",
                            beltrami_print::text(&read.graph, *id),
                            names[j],
                            matrix[(row, j)]
                        );
                        let hint = "this is a defect: please report the command you ran";
                        let error = Diagnostic::error(&codes::E0501, message).hint(hint);
                        return Err(failed(&read, error));
                    }
                    row += 1;
                }
            }
        }
        let broken = |error: beltrami_linalg::Error| {
            failed(&read, Diagnostic::error(&codes::E0503, error.to_string()))
        };
        let (mut determinant, mut inverse) = (None, None);
        if matrix.rows() == n {
            determinant = Some(Lu::new(&matrix).map_err(broken)?.extended_det());
            inverse = regular_inverse(&matrix, &errors);
        }
        let singular_values = stretches(&matrix, determinant).map_err(broken)?;
        let regular = inverse.is_some();
        let inverse = inverse.filter(|inverse| inverse.data().iter().all(|x| x.is_finite()));
        let text = |id: &beltrami_core::ExprId| beltrami_print::text(&read.graph, *id);
        Ok(Linearisation {
            names,
            texts: read.equations.iter().map(text).collect(),
            formulas,
            at: at.to_vec(),
            value,
            matrix,
            singular_values,
            determinant,
            inverse,
            regular,
            assumed: read.loaded.program.assumed.clone(),
            read,
        })
    }
}

impl Linearisation {
    /// What happens to the orientation, where the Jacobian is square.
    pub fn orientation(&self) -> Option<Orientation> {
        let determinant = self.determinant?;
        Some(match determinant.sign() {
            _ if !self.regular => Orientation::Degenerate,
            1 => Orientation::Preserved,
            _ => Orientation::Reversed,
        })
    }

    /// By how much lengths, areas or volumes in the variables grow: `sqrt(det(J'J))`, which is `|det(J)|` for a square `J`;
    /// `None` where the map has fewer components than variables.
    pub fn volume_scale(&self) -> Option<Extended> {
        if self.matrix.rows() < self.matrix.cols() {
            return None;
        }
        Some(match self.determinant {
            Some(determinant) => determinant.abs(),
            None => Extended::product(self.singular_values.iter().copied()),
        })
    }

    /// Whether the inverse function theorem gives a smooth inverse near the point.
    pub fn is_invertible(&self) -> bool {
        self.regular
    }

    /// The value of the map elsewhere; `None` where it has none.
    pub fn value_at(&self, x: &[f64]) -> Option<Vec<f64>> {
        components(&self.read, x).ok()
    }
}

fn components(read: &Read, at: &[f64]) -> Result<Vec<f64>, Error> {
    let mut value = Vec::new();
    for id in &read.equations {
        value.extend(at_point(read, *id, at)?.into_data());
    }
    Ok(value)
}

/// The Jacobian from its blocks, with rounding errors of the point and of the operations drawn anew.
fn entries(
    read: &Read,
    blocks: &[Block],
    at: &[f64],
    rows: usize,
    noise: Noise,
) -> Result<Matrix, Error> {
    let values = seeded(read, &entries_of(read, at), |_, x| x);
    let mut heights = Vec::new();
    for id in &read.equations {
        heights.push(at_point(read, *id, at)?.len());
    }
    let mut matrix = Matrix::zeros(rows, at.len());
    for block in blocks {
        if noise == Noise::NONE {
            // Refuses what is not finite.
            at_point(read, block.derivative, at)?;
        }
        let value = disturbed(read, block.derivative, &values, noise, noise.other())?;
        let row: usize = heights[..block.equation].iter().sum();
        let column: usize = read.unknowns[..block.unknown].iter().map(Sought::len).sum();
        let width = read.unknowns[block.unknown].len();
        for (place, x) in value.data().iter().enumerate() {
            matrix[(row + place / width, column + place % width)] = *x;
        }
    }
    Ok(matrix)
}

/// The singular values, small ones beside large ones as accurate as these where rows or columns have sizes far apart.
///
/// The smallest may be beyond the numbers that fit beside the largest; then it is what the determinant leaves.
fn stretches(
    matrix: &Matrix,
    determinant: Option<Extended>,
) -> Result<Vec<f64>, beltrami_linalg::Error> {
    /// Rotations take six times the work of divide and conquer.
    const FEW: usize = 100;
    /// Values below this part of the largest have lost half of their digits to it.
    const SMALL: f64 = 1e-8;
    let mut found = Svd::new(matrix)?.s;
    let graded = found.last() < found.first().map(|largest| SMALL * largest).as_ref();
    if graded && matrix.rows().max(matrix.cols()) <= FEW {
        found = jacobi_svd(matrix)?.s;
    }
    if let (Some(determinant), Some((last, others))) = (determinant, found.split_last_mut())
        && *last == 0.0
        && determinant.sign() != 0
    {
        let rest = Extended::product(others.iter().copied());
        *last = determinant.abs().over(rest).and_then(|x| x.nearest()).unwrap_or(0.0);
    }
    Ok(found)
}

/// The inverse of a matrix that no changes of its entries by their errors make singular; entries may be infinite.
///
/// `A + E` is regular for all `|E| ≤ errors` where the spectral radius of `|A⁻¹|*errors` is below 1; neither changes with the
/// sizes of rows and columns.
fn regular_inverse(a: &Matrix, errors: &Matrix) -> Option<Matrix> {
    let n = a.rows();
    let Equilibrated { matrix, rows, cols } = Equilibrated::new(a);
    let inverse = Lu::new(&matrix).ok()?.inverse().ok()?;
    let errors = Matrix::from_fn(n, n, |i, j| ldexp(errors[(i, j)], -rows[i] - cols[j]));
    let product = Matrix::from_fn(n, n, |i, j| {
        (0..n).map(|k| inverse[(i, k)].abs() * errors[(k, j)]).sum::<f64>()
    });
    // Powers of a matrix without negative entries: the largest quotient of a row bounds the radius from above (Collatz).
    let mut x = vec![1.0; n];
    let regular = (0..SWEEPS).any(|_| {
        let y: Vec<f64> =
            (0..n).map(|i| product.row(i).iter().zip(&x).map(|(p, x)| p * x).sum()).collect();
        let quotient = |(y, x): (&f64, &f64)| y / x;
        let bound = y.iter().zip(&x).map(quotient).fold(0.0, f64::max);
        let largest = y.iter().fold(f64::MIN_POSITIVE, |m, y| m.max(*y));
        x = y.iter().map(|y| (y / largest).max(f64::EPSILON)).collect();
        bound < 1.0
    });
    regular.then(|| Matrix::from_fn(n, n, |i, j| ldexp(inverse[(i, j)], -cols[i] - rows[j])))
}
