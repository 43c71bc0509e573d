//! Systems of equations: text to values and Jacobians that solvers call.

mod compiled;
mod derived;
mod linearisation;
mod local;
mod pointwise;
mod posed;
mod rates;
mod read;
mod taylor;

use beltrami_core::{ExprId, Graph};
use beltrami_diag::Span;
use beltrami_exec::Tape;
use beltrami_stop::Stop;

use crate::data::Given;
use crate::sample::Point;
use crate::session::{Loaded, Session};
use beltrami_diag::Error;
pub use compiled::Compiled;
pub use linearisation::{Linearisation, Orientation};
pub use pointwise::Pointwise;
pub use taylor::Expansion;

/// What turns a text into a system of equations.
#[derive(Clone, Debug, Default)]
pub struct SystemOptions {
    /// The unknowns; when none are named, all names without data.
    pub unknowns: Vec<String>,
    /// Declarations, as in `x: vector(n)`; unknowns are scalars unless something else is declared.
    pub declarations: String,
    /// Values of the other names.
    pub data: Vec<Given>,
    /// The number of entries of all unknowns, where it is known: those of a start or of a box.
    pub entries: Option<usize>,
    /// Where each entry of the unknowns is expected, in order: the derivatives are compared with numbers there when random
    /// points lie outside of the domain.
    pub near: Vec<(f64, f64)>,
    /// Whether unknowns and equations may be matrices, which [`Session::equations_at_points`] solves.
    pub matrices: bool,
    /// Whether the text holds the components of a vector field or a map: `x' = b` says whose rate of change one is, and no
    /// other `=` is an equation.
    pub rates: bool,
    /// The seed of the random points at which derivatives are compared.
    pub seed: u64,
    /// What ends the derivation before there is a system.
    pub stop: Stop,
}

/// A system of equations with its Jacobian, derived and compared with numbers.
///
/// `S` computes values and Jacobians: [`Compiled`] on boxes too, [`Pointwise`] at points, whatever the functions.
pub struct Equations<S = Compiled> {
    /// The entries of the unknowns: `x`, or `x[1]`, `x[2]`, …, those of a matrix row by row.
    pub names: Vec<String>,
    /// The expressions that are to be zero, in the surface language.
    pub texts: Vec<String>,
    /// The blocks of the Jacobian that are not zero: equation and unknown, both counted from 0, and the derivative.
    pub jacobian: Vec<(usize, usize, String)>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Values and Jacobians.
    pub compiled: S,
    /// The scalar field whose gradient the equations are, if they are one.
    pub field: Option<Tape>,
}

/// A named unknown with its size.
#[derive(Clone, Debug)]
struct Sought {
    name: String,
    id: ExprId,
    rows: usize,
    cols: usize,
}

impl Session {
    /// Reads a system of equations, derives its Jacobian, compares that with numbers, and compiles both.
    ///
    /// # Errors
    /// What is wrong with the text or the data, with its place; a derivative that does not exist; counts of equations and
    /// unknowns that differ.
    pub fn equations(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
    ) -> Result<Equations, Error> {
        let read = self.read_equations(name, text, options)?;
        read.posed(false)?;
        self.compiled(read, options)
    }

    /// The system whose roots are the critical points of a scalar field: its gradient is to be zero, and the Jacobian is
    /// the Hessian.
    ///
    /// # Errors
    /// As [`Session::equations`]; a field that is no scalar.
    pub fn gradient_equations(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
    ) -> Result<Equations, Error> {
        let mut read = self.read_equations(name, text, options)?;
        read.posed(true)?;
        let field = read.compile(&read.equations)?;
        self.replace_by_gradient(&mut read, options)?;
        Ok(Equations { field: Some(field), ..self.compiled(read, options)? })
    }
}

/// A system that was read.
struct Read {
    loaded: Loaded,
    graph: Graph,
    equations: Vec<ExprId>,
    /// Where each of them stands in the text.
    places: Vec<Span>,
    /// The first equation as it was read.
    original: ExprId,
    unknowns: Vec<Sought>,
    point: Point,
}

impl Sought {
    fn len(&self) -> usize {
        self.rows * self.cols
    }

    /// The names of its entries.
    fn entries(&self) -> Vec<String> {
        let Sought { name, rows, cols, .. } = self;
        match (*rows, *cols) {
            (1, 1) => vec![name.clone()],
            (1, n) | (n, 1) => (1..=n).map(|i| format!("{name}[{i}]")).collect(),
            (m, n) => (1..=m)
                .flat_map(|i| (1..=*cols).map(move |j| format!("{name}[{i},{j}]")))
                .take(m * n)
                .collect(),
        }
    }
}
