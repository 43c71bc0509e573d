//! Solutions of systems of equations: Newton iterations from a starting point, and all roots in a box.
//!
//! A [`System`] gives values and Jacobians at points; [`newton`] iterates on it as the textbook does and [`safeguarded`] so
//! that it goes on where Newton's method would not. An [`Enclosure`] gives them on boxes; [`all_roots`] searches a box and
//! proves what it finds.

mod continuum;
mod damped;
mod dogleg;
mod iteration;
mod known;
mod krawczyk;
mod measure;
mod newton;
mod outcome;
mod refine;
mod root;
mod search;
mod undecided;
mod units;

use beltrami_linalg::Interval;
use dogleg::{Shape, Weights, dogleg};

pub use iteration::Options;
pub use newton::newton;
pub use outcome::{Method, Rest, Solution, Status};
pub use root::{All, Limits, Progress, Root};
pub use search::all_roots;
pub use undecided::Undecided;

/// As many equations as unknowns, at points.
///
/// Values may be NaN or infinite where a function does not exist; the solvers find out and say so.
pub trait System {
    /// The number of equations, which is that of the unknowns.
    fn size(&self) -> usize;

    /// The values of the equations at `x`.
    fn value(&mut self, x: &[f64], f: &mut [f64]);

    /// The Jacobian at `x`, `n×n`, row by row: a row for each equation.
    fn jacobian(&mut self, x: &[f64], j: &mut [f64]);

    /// Whether no value at `x` can be told from zero, given the rounding errors of its evaluation.
    fn vanishes(&mut self, x: &[f64]) -> bool;

    /// How far each value at `x` may be from the exact one by the rounding errors of its evaluation; infinite where that is
    /// not known.
    fn noise(&mut self, x: &[f64], noise: &mut [f64]);
}

/// Whether a function is continuous on a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It exists and is continuous everywhere on the box.
    Continuous,
    /// It may jump, or not exist, somewhere on the box.
    Doubtful,
    /// It exists nowhere on the box.
    Nowhere,
}

/// As many equations as unknowns, on boxes, with outward rounding.
pub trait Enclosure {
    /// The number of equations, which is that of the unknowns.
    fn size(&self) -> usize;

    /// Cuts from a box what holds no root for certain; false if that is all of it.
    fn narrow(&mut self, x: &mut [Interval]) -> bool;

    /// Cuts from a box what equations together leave no root in, as far as they are nearly linear there; false if that is all
    /// of it. It costs more than [`Enclosure::narrow`].
    fn cut(&mut self, x: &mut [Interval]) -> bool;

    /// Intervals that hold the values on a box, and whether the equations are continuous there.
    fn value(&mut self, x: &[Interval], f: &mut [Interval]) -> Existence;

    /// Intervals that hold the values at a point of a box on which the equations are continuous, sharper than
    /// [`Enclosure::value`] gives them where terms cancel.
    fn value_at(&mut self, x: &[f64], f: &mut [Interval]);

    /// Intervals that hold the entries of the Jacobian on a box, or of every limit of Jacobians where an equation has a
    /// kink; [`Existence::Doubtful`] where the entries do not bound the slopes of the equations.
    fn jacobian(&mut self, x: &[Interval], j: &mut [Interval]) -> Existence;
}

/// Newton's method with safeguards: trust regions, and where these end without a root, damping in the norm of the unknowns,
/// then the plain iteration.
///
/// They are stuck at different places: trust regions at minima of the residual that are no roots, which differ with the
/// weights of the equations, or where their shape leaves no room; damping where the Jacobian is singular; the plain
/// iteration where it jumps away.
pub fn safeguarded(system: &mut impl System, start: &[f64], options: &Options<'_>) -> Solution {
    // The one whose failure is told: it goes down in one residual, whose minima mean something.
    let mut told = None;
    for (shape, weights) in [
        (Shape::Columns, Weights::Here),
        (Shape::Columns, Weights::Start),
        (Shape::Sphere, Weights::Here),
        (Shape::Sphere, Weights::Start),
    ] {
        let found = dogleg(system, start, options, shape, weights);
        if found.status.is_final() {
            return found;
        }
        if weights == Weights::Start {
            told.get_or_insert(found);
        }
    }
    for method in [damped::damped, newton] {
        let found = method(system, start, options);
        if found.status.is_final() || told.is_none() {
            return found;
        }
    }
    told.unwrap_or_else(|| newton(system, start, options))
}
