//! Expressions at a point: their Jacobians and Taylor polynomials.

use beltrami_diag::Error;
use beltrami_stop::Stop;

use crate::data::Given;
use crate::equations::{Expansion, Linearisation, SystemOptions};
use crate::problem::NAME;
use crate::session::Session;

/// How [`taylor`] and [`jacobian`] read a text.
#[derive(Clone, Debug)]
pub struct PointOptions {
    /// Declarations, as in `x: vector(n)`; variables are scalars unless something else is declared.
    pub declarations: String,
    /// Values of other names.
    pub data: Vec<Given>,
    /// The seed of the random points at which derivatives are compared.
    pub seed: u64,
    /// What ends it before there is a result.
    pub stop: Stop,
}

impl Default for PointOptions {
    fn default() -> PointOptions {
        let (declarations, data) = (String::new(), Vec::new());
        PointOptions { declarations, data, seed: 1, stop: Stop::default() }
    }
}

/// The Taylor polynomial of a scalar expression by variables at a point, a number for each of their entries: to any order up
/// to 16 in one number, to order 2 in several.
///
/// ```
/// use beltrami::{PointOptions, taylor};
///
/// let found = taylor("exp(x)", &["x"], &[0.0], 3, &PointOptions::default())?;
/// assert_eq!(found.coefficients, [1.0, 1.0, 0.5, 1.0 / 6.0]);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// What is wrong with the text or the data, with its place; E0702 for an order that is not available, E0503 at a point where
/// the expression has no value or is not smooth.
/// # References
/// Griewank and Walther 2008, *Evaluating Derivatives*, chapter 13.
pub fn taylor(
    text: &str,
    by: &[&str],
    at: &[f64],
    order: usize,
    options: &PointOptions,
) -> Result<Expansion, Error> {
    Session::global().expansion(NAME, text, &system(by, at, options), at, order)
}

/// The Jacobian of the components of a map by variables at a point, a number for each of their entries.
///
/// ```
/// use beltrami::{PointOptions, jacobian};
///
/// let found = jacobian("r*cos(t); r*sin(t)", &["r", "t"], &[2.0, 0.0], &PointOptions::default())?;
/// assert_eq!(found.matrix.data(), [1.0, 0.0, 0.0, 2.0]);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// What is wrong with the text or the data, with its place; E0503 at a point where the map has no value or is not smooth.
pub fn jacobian(
    text: &str,
    by: &[&str],
    at: &[f64],
    options: &PointOptions,
) -> Result<Linearisation, Error> {
    Session::global().linearisation(NAME, text, &system(by, at, options), at)
}

fn system(by: &[&str], at: &[f64], options: &PointOptions) -> SystemOptions {
    SystemOptions {
        unknowns: by.iter().map(|name| (*name).to_owned()).collect(),
        declarations: options.declarations.clone(),
        data: options.data.clone(),
        entries: Some(at.len()),
        // Derivatives are compared with numbers near the point where random points are outside of the domain.
        near: at.iter().map(|x| (x - 0.1 * x.abs().max(1.0), x + 0.1 * x.abs().max(1.0))).collect(),
        matrices: false,
        rates: true,
        seed: options.seed,
        stop: options.stop.clone(),
    }
}
