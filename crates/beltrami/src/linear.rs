//! Linear systems whose parts are expressions: solved by iterations, beside what theory says of them.

use beltrami_diag::{Code, Diagnostic, Error, Kind, Sources, codes};
use beltrami_linalg::{
    Equilibrated, Error as MatrixError, Lu, Matrix, exact_rank, exponent_of, ldexp, norm,
};
use beltrami_solve::linear::{self as solver, Method, Options, Run, Status, Theory};
use beltrami_stop::Stop;

use crate::data::{Array, Given, describe};
use crate::derivation::DeriveOptions;
use crate::eval::Value;
use crate::problem::NAME;
use crate::session::Session;

/// What stands for a matrix or a column.
#[derive(Clone, Debug)]
pub enum Operand {
    /// An expression or program, with what messages call it.
    Text {
        /// The name of the source.
        name: String,
        /// The expression.
        text: String,
    },
    /// Numbers.
    Array(Array),
}

/// A system and how it is solved.
#[derive(Clone, Debug)]
pub struct LinearRequest {
    /// The matrix.
    pub matrix: Operand,
    /// The right-hand side; `A*ones(n)` where nothing is given, whose solution is known.
    pub rhs: Option<Operand>,
    /// Where iterations start; zero where nothing is given.
    pub start: Option<Operand>,
    /// Declarations, as in `X: matrix(m,n)`.
    pub declarations: String,
    /// Values of the names of the expressions.
    pub data: Vec<Given>,
    /// The methods; all of them where none is named.
    pub methods: Vec<Method>,
    /// When iterations end.
    pub options: Options,
}

/// A system that was solved.
pub struct LinearSolution {
    /// The matrix.
    pub a: Matrix,
    /// The right-hand side.
    pub b: Vec<f64>,
    /// The solution by elimination, to compare with.
    pub direct: Vec<f64>,
    /// What can be said beforehand.
    pub theory: Theory,
    /// What the methods did, in the order they were named.
    pub runs: Vec<Run>,
    /// The relative distance of every iterate of each run to the direct solution, in the 2-norm.
    pub errors: Vec<Vec<f64>>,
    /// The run with a result in the fewest steps, else that of least residual.
    pub best: usize,
    /// A bound on the relative error of `x` of the best run in the 2-norm; none where nothing is known, or `b` is zero.
    pub error_bound: Option<f64>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
}

/// How [`linear`] solves.
#[derive(Clone, Debug, Default)]
pub struct LinearOptions {
    /// Where iterations start; zero where nothing is given.
    pub start: Option<Operand>,
    /// Declarations, as in `X: matrix(m,n)`.
    pub declarations: String,
    /// Values of the names of the expressions.
    pub data: Vec<Given>,
    /// The methods; those that suit the matrix where none is named.
    pub methods: Vec<Method>,
    /// When iterations end.
    pub stopping: Options,
    /// What ends them before.
    pub stop: Stop,
}

/// Solves `A*x = b` by iterations, for arrays or expressions, and says what theory predicts of them.
///
/// ```
/// use beltrami::linear::{LinearOptions, linear};
/// use beltrami::Array;
///
/// let a = Array::from([[4.0, 1.0], [1.0, 3.0]]);
/// let found = linear(a, Array::from(vec![1.0, 2.0]), &LinearOptions::default())?;
/// assert!((found.x()[0] - 1.0 / 11.0).abs() < 1e-9);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// Those of [`Session::linear`].
/// # References
/// Saad 2003, *Iterative Methods for Sparse Linear Systems*.
pub fn linear(
    matrix: impl Into<Operand>,
    rhs: impl Into<Operand>,
    options: &LinearOptions,
) -> Result<LinearSolution, Error> {
    let LinearOptions { start, declarations, data, methods, stopping, stop } = options.clone();
    let request = LinearRequest {
        matrix: matrix.into(),
        rhs: Some(rhs.into()),
        start,
        declarations,
        data,
        methods,
        options: stopping,
    };
    Session::global().linear(&request, &mut |_, _, _| !stop.is_wished())
}

impl From<Array> for Operand {
    fn from(array: Array) -> Operand {
        Operand::Array(array)
    }
}

/// An expression.
impl From<&str> for Operand {
    fn from(text: &str) -> Operand {
        Operand::Text { name: NAME.into(), text: text.into() }
    }
}

impl LinearSolution {
    /// The solution of the best run.
    pub fn x(&self) -> &[f64] {
        &self.runs[self.best].x
    }
}

/// Theory takes work and memory of some hundred products; larger systems are for programs that know a matrix by products.
const MOST: usize = 1500;

impl Session {
    /// Solves a square system by iterations.
    ///
    /// `watch` sees the method, the number and the relative residual of every iterate, and ends the run of the method by
    /// returning `false`.
    /// # Errors
    /// An [`Error`] where the input does not fit or the matrix is singular.
    pub fn linear(
        &self,
        request: &LinearRequest,
        watch: &mut dyn FnMut(Method, usize, f64) -> bool,
    ) -> Result<LinearSolution, Error> {
        let mut reader = Reader::new(self, request);
        let a = matrix(reader.value("the matrix", &request.matrix)?)?;
        let n = a.rows();
        let mut read =
            |what: &str, operand: &Operand| column(what, reader.value(what, operand)?, n);
        let b = match &request.rhs {
            Some(rhs) => read("the right-hand side", rhs)?,
            None => (0..n).map(|i| a.row(i).iter().sum()).collect(),
        };
        let start = match &request.start {
            Some(start) => read("the start", start)?,
            None => vec![0.0; n],
        };
        let assumed = reader.finished(request)?;
        let theory = Theory::new(&a).map_err(|error| unsolved(&error, Some((&a, &b))))?;
        let direct = direct(&a, &b).map_err(|error| unsolved(&error, Some((&a, &b))))?;
        let methods = if request.methods.is_empty() { all(&a) } else { request.methods.clone() };
        let size = norm(&direct);
        let mut runs = Vec::new();
        let mut errors = Vec::new();
        for method in &methods {
            let mut distances = Vec::new();
            let mut seen = |number: usize, residual: f64, x: &[f64]| {
                let gap: Vec<f64> = x.iter().zip(&direct).map(|(x, y)| x - y).collect();
                distances.push(norm(&gap) / if size > 0.0 { size } else { 1.0 });
                watch(*method, number, residual)
            };
            runs.push(solver::solve(
                *method,
                (&a, &b),
                &theory,
                &start,
                &request.options,
                &mut seen,
            ));
            errors.push(distances);
        }
        let best = best(&runs);
        let run = &runs[best];
        let error_bound = run.forecast.and_then(|_| theory.error_bound((&a, &b), &run.x));
        Ok(LinearSolution { a, b, direct, theory, runs, errors, best, error_bound, assumed })
    }
}

/// Values of operands, and which data they used.
struct Reader<'a> {
    session: &'a Session,
    declarations: &'a str,
    /// None of them has to occur in every operand.
    data: Vec<Given>,
    used: Vec<String>,
    assumed: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(session: &'a Session, request: &'a LinearRequest) -> Reader<'a> {
        // What was typed takes the place of what an archive holds.
        let all = &request.data;
        let typed = |name: &str| all.iter().any(|one| one.named && one.name == name);
        let kept = all.iter().filter(|one| one.named || !typed(&one.name));
        let data = kept.map(|one| Given { named: false, ..one.clone() }).collect();
        let declarations = &request.declarations;
        Reader { session, declarations, data, used: Vec::new(), assumed: Vec::new() }
    }

    /// The value of an operand; sizes that it settles hold for those that follow.
    fn value(&mut self, what: &str, operand: &Operand) -> Result<Value, Error> {
        let (name, text) = match operand {
            Operand::Array(array) => {
                let entries = array.to_f64().into_owned();
                let value = Value { axes: array.shape().to_vec(), entries };
                return finite(what, value);
            }
            Operand::Text { name, text } => (name, text),
        };
        let options = DeriveOptions {
            declarations: self.declarations.to_owned(),
            ..DeriveOptions::default()
        };
        let found = self.session.eval(name, text, &self.data, &options)?;
        self.used.extend(found.point.values.into_keys());
        for (name, size) in found.point.sizes {
            if !self.data.iter().any(|one| one.name == name) {
                let array = Array::number(size as f64).written_out();
                self.data.push(Given { name: name.clone(), array, named: false });
            }
            self.used.push(name);
        }
        let news = found.assumed.into_iter().filter(|one| !self.assumed.contains(one));
        let news: Vec<String> = news.collect();
        self.assumed.extend(news);
        finite(what, found.value)
    }

    /// What was assumed; an error where data was given under a name that stands nowhere.
    fn finished(self, request: &LinearRequest) -> Result<Vec<String>, Error> {
        match request.data.iter().find(|one| one.named && !self.used.contains(&one.name)) {
            Some(one) => Err(refused(
                &codes::E0302,
                format!("`{}` occurs in none of the expressions", one.name),
                "drop its data, or name it in the matrix or the right-hand side",
            )),
            None => Ok(self.assumed),
        }
    }
}

fn finite(what: &str, value: Value) -> Result<Value, Error> {
    match value.entries.iter().position(|x| !x.is_finite()) {
        None => Ok(value),
        Some(place) => Err(refused(
            &codes::E0605,
            format!("{what} is not finite: entry {} is {}", place + 1, value.entries[place]),
            "clean the data: no result could be trusted",
        )),
    }
}

fn matrix(value: Value) -> Result<Matrix, Error> {
    let (rows, cols) = match value.axes[..] {
        [] => (1, 1),
        [rows] => (rows, 1),
        [rows, cols] => (rows, cols),
        _ => (0, value.axes.len()),
    };
    if rows == 0 || rows != cols {
        let shape = value.axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×");
        return Err(refused(
            &codes::E0602,
            format!("the matrix of a system is square, this is {shape}"),
            "for least squares solve `A'*A` with the right-hand side `A'*b`",
        ));
    }
    if rows > MOST {
        return Err(refused(
            &codes::E0602,
            format!("the matrix has {rows} rows, at most {MOST} are looked at"),
            "its spectral radii take work that grows with the third power of the size",
        ));
    }
    Matrix::new(rows, cols, value.entries).map_err(|error| unsolved(&error, None))
}

fn column(what: &str, value: Value, n: usize) -> Result<Vec<f64>, Error> {
    let fits = match value.axes[..] {
        [] => n == 1,
        [m] => m == n,
        [m, 1] | [1, m] => m == n,
        _ => false,
    };
    if fits {
        return Ok(value.entries);
    }
    Err(refused(
        &codes::E0602,
        format!("{what} has {n} entries for this matrix, given is {}", describe(&value.axes)),
        "give as many numbers as the matrix has rows",
    ))
}

/// All methods, of two that do the same the first: a constant diagonal is no preconditioner.
fn all(a: &Matrix) -> Vec<Method> {
    let constant = (1..a.rows()).all(|i| a[(i, i)] == a[(0, 0)]);
    let differs = |method: &Method| !(constant && *method == Method::ScaledConjugateGradient);
    Method::ALL.into_iter().filter(differs).collect()
}

/// By elimination, refined once; rows and columns of sizes far apart are brought near each other first.
fn direct(a: &Matrix, b: &[f64]) -> Result<Vec<f64>, MatrixError> {
    let scaled = Equilibrated::where_needed(a);
    // The right-hand side by the sizes of the rows may be beyond all numbers; divided by its largest entry it is not.
    let nonzero = b.iter().zip(&scaled.rows).filter(|(b, _)| **b != 0.0);
    let exponent = nonzero.map(|(b, row)| exponent_of(*b) - row).max().unwrap_or(0);
    let b: Vec<f64> =
        b.iter().zip(&scaled.rows).map(|(b, row)| ldexp(*b, -exponent - row)).collect();
    let lu = Lu::new(&scaled.matrix)?;
    let stacked = |x: &[f64]| Matrix::new(x.len(), 1, x.to_vec());
    let mut x = lu.solve(&stacked(&b)?)?.into_data();
    let product = |i: usize, x: &[f64]| -> f64 {
        scaled.matrix.row(i).iter().zip(x).map(|(a, x)| a * x).sum()
    };
    let r: Vec<f64> = b.iter().enumerate().map(|(i, b)| b - product(i, &x)).collect();
    let step = lu.solve(&stacked(&r)?)?;
    x.iter_mut().zip(step.data()).for_each(|(x, step)| *x += step);
    x.iter_mut().zip(&scaled.cols).for_each(|(x, col)| *x = ldexp(*x, exponent - col));
    if x.iter().all(|x| x.is_finite()) {
        Ok(x)
    } else {
        Err(MatrixError::Overflow { function: "linear" })
    }
}

fn best(runs: &[Run]) -> usize {
    let rank = |run: &Run| {
        let converged = run.status == Status::Converged;
        let steps = if converged { run.iterations() } else { usize::MAX };
        (steps, run.residual().filter(|_| !converged).unwrap_or(f64::INFINITY))
    };
    let order = |i: &usize, j: &usize| {
        let ((k, r), (l, s)) = (rank(&runs[*i]), rank(&runs[*j]));
        k.cmp(&l).then(r.total_cmp(&s))
    };
    (0..runs.len()).min_by(order).unwrap_or(0)
}

/// Why a system has no result; of a singular one what is known of its solutions.
fn unsolved(error: &MatrixError, system: Option<(&Matrix, &[f64])>) -> Error {
    let (code, hint) = match error {
        MatrixError::Singular { .. } => {
            (&codes::E0503, "`minimize` finds a solution of least squares")
        }
        MatrixError::NotFinite { .. } => {
            (&codes::E0605, "clean the data: no result could be trusted")
        }
        _ => (&codes::E0503, "scale the matrix, its entries are at the ends of what numbers hold"),
    };
    let why = match (error, system) {
        (MatrixError::Singular { rcond }, Some(system)) => singular(*rcond, system),
        _ => error.to_string(),
    };
    let failure = refused(code, format!("the system is not solved: {why}"), hint);
    match error {
        MatrixError::NotFinite { .. } => failure,
        _ => failure.of_kind(Kind::Computation),
    }
}

/// What arithmetic without rounding says of a system whose matrix is singular to rounding.
fn singular(rcond: f64, (a, b): (&Matrix, &[f64])) -> String {
    let n = a.rows();
    let to_rounding = format!(
        "the matrix is singular to working precision (reciprocal condition {rcond:.1e} with rows and columns of alike sizes)"
    );
    let extended = Matrix::from_fn(n, n + 1, |i, j| if j < n { a[(i, j)] } else { b[i] });
    match exact_rank(a) {
        None => format!(
            "{to_rounding}; whether there is no solution, one, or more than one is not decided"
        ),
        Some(rank) if rank == n => format!(
            "{to_rounding}; the numbers as they are stored determine one solution, which rounding of any of them changes altogether"
        ),
        Some(rank) => {
            let singular =
                format!("the matrix is singular: its rank is {rank} of {n}, without rounding");
            match exact_rank(&extended) {
                Some(more) if more > rank => format!("{singular}, and there is no solution"),
                Some(_) => format!("{singular}, and there is more than one solution"),
                None => format!(
                    "{singular}; whether there is no solution or more than one is not decided"
                ),
            }
        }
    }
}

fn refused(code: &'static Code, message: impl Into<String>, hint: &str) -> Error {
    let diagnostic = Diagnostic::error(code, message).hint(hint);
    Error::refused(diagnostic, &Sources::new())
}
