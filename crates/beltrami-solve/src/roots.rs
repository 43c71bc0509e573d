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

use beltrami_linalg::Interval;
use dogleg::{Shape, dogleg};

pub use iteration::Options;
pub use newton::newton;
pub use outcome::{Method, Solution, Status};
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

/// Newton's method with safeguards: a trust region, and where that ends without a root, a spherical one, damping in the norm
/// of the unknowns, then the plain iteration.
///
/// They are stuck at different places: trust regions at minima of the residual that are no roots, or where their shape
/// leaves no room, damping where the Jacobian is singular, the plain iteration where it jumps away.
pub fn safeguarded(system: &mut impl System, start: &[f64], options: &Options<'_>) -> Solution {
    let first = dogleg(system, start, options, Shape::Columns);
    if first.status.is_final() {
        return first;
    }
    let sphere = |system: &mut _, start: &[f64], options: &Options<'_>| {
        dogleg(system, start, options, Shape::Sphere)
    };
    for method in [sphere, damped::damped, newton] {
        let other = method(system, start, options);
        if other.status.is_final() {
            return other;
        }
    }
    first
}
