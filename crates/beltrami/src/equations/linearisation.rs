//! The Jacobian at a point, and what it says about the map nearby.

use beltrami_diag::{Diagnostic, codes};
use beltrami_linalg::{Lu, Matrix, Svd};

use super::derived::failed;
use super::local::{at_point, directional};
use super::taylor::counted;
use super::{Read, Sought, SystemOptions};
use crate::session::{Failure, Session};

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
    pub determinant: Option<f64>,
    /// Its inverse, where it has one: the Jacobian of the inverse map at the value.
    pub inverse: Option<Matrix>,
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
    ) -> Result<Linearisation, Failure> {
        let mut read = self.read_equations(name, text, options)?;
        let names: Vec<String> = read.unknowns.iter().flat_map(Sought::entries).collect();
        counted(&read, &names, at)?;
        let n = names.len();
        let value = components(&read, at)?;
        let formulas = self
            .blocks(&mut read, options)?
            .iter()
            .map(|b| (b.equation, b.unknown, beltrami_print::text(&read.graph, b.derivative)))
            .collect();
        let mut matrix = Matrix::zeros(value.len(), n);
        for (row, column, block) in self.entries(&mut read, at, options)? {
            for i in 0..block.rows() {
                for j in 0..block.cols() {
                    matrix[(row + i, column + j)] = block.at(i, j);
                }
            }
        }
        for j in 0..n {
            let mut row = 0;
            for id in &read.equations {
                let numbers = directional::<2>(&read, *id, at, &[j])?;
                for x in numbers.data() {
                    let scale = matrix.max_abs().max(x.abs()).max(f64::MIN_POSITIVE);
                    if (matrix[(row, j)] - x).abs() > AGREEMENT * scale {
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
        let singular_values = Svd::new(&matrix).map_err(broken)?.s;
        let (mut determinant, mut inverse) = (None, None);
        if matrix.rows() == n {
            let lu = Lu::new(&matrix).map_err(broken)?;
            determinant = Some(lu.det().map_err(broken)?);
            if !is_singular(&singular_values) {
                inverse = Some(lu.inverse().map_err(broken)?);
            }
        }
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
            assumed: read.loaded.program.assumed.clone(),
            read,
        })
    }
}

impl Linearisation {
    /// What happens to the orientation, where the Jacobian is square.
    pub fn orientation(&self) -> Option<Orientation> {
        let determinant = self.determinant?;
        Some(if is_singular(&self.singular_values) {
            Orientation::Degenerate
        } else if determinant > 0.0 {
            Orientation::Preserved
        } else {
            Orientation::Reversed
        })
    }

    /// By how much lengths, areas or volumes in the variables grow: `sqrt(det(J'J))`, which is `|det(J)|` for a square `J`;
    /// `None` where the map has fewer components than variables.
    pub fn volume_scale(&self) -> Option<f64> {
        if self.matrix.rows() < self.matrix.cols() {
            return None;
        }
        Some(match self.determinant {
            Some(determinant) => determinant.abs(),
            None => self.singular_values.iter().product(),
        })
    }

    /// Whether the inverse function theorem gives a smooth inverse near the point.
    pub fn is_invertible(&self) -> bool {
        self.inverse.is_some()
    }

    /// The value of the map elsewhere; `None` where it has none.
    pub fn value_at(&self, x: &[f64]) -> Option<Vec<f64>> {
        components(&self.read, x).ok()
    }
}

fn components(read: &Read, at: &[f64]) -> Result<Vec<f64>, Failure> {
    let mut value = Vec::new();
    for id in &read.equations {
        value.extend(at_point(read, *id, at)?.into_data());
    }
    Ok(value)
}

/// Whether rounding of the entries alone could make the matrix singular.
fn is_singular(singular_values: &[f64]) -> bool {
    let (first, last) = (singular_values.first(), singular_values.last());
    let (Some(largest), Some(smallest)) = (first, last) else { return true };
    *smallest <= singular_values.len() as f64 * f64::EPSILON * largest || *smallest == 0.0
}
