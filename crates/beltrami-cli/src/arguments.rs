//! The command line as clap reads it.

mod clip;
mod cost;
mod factors;
mod linear;
mod local;
mod solve;
mod tables;
mod time;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::usage::unshielded;
pub use clip::{Clip, ClipForm};
pub use cost::Cost;
pub use factors::{Factoring, Qr, QrMethod};
pub use linear::{Linear, LinearMethod};
pub use local::{Jacobian, Local, Taylor};
pub use solve::{Critical, RootMethod, Roots, System};
pub use tables::Tables;
use time::time;

/// Every language that `--to` names.
fn languages() -> PossibleValuesParser {
    let programs = beltrami::print::TARGETS.iter().map(|target| target.name);
    let known = ["text", "latex", "mathml"].into_iter().chain(programs);
    PossibleValuesParser::new(known.map(PossibleValue::new).collect::<Vec<_>>())
}

/// Matrix calculus: closed-form derivatives that are checked before they are shown.
#[derive(Debug, Parser)]
#[command(name = "beltrami", version, disable_help_subcommand = true, subcommand_required = true)]
#[command(after_help = "Try: beltrami derive 'norm2(A*x - y)^2' --by x")]
pub struct Arguments {
    /// Print one JSON object on standard output, and nothing else
    #[arg(long, global = true)]
    pub json: bool,
    /// End the computation after this time with what it found, as in `10s`, `500ms` or `2min`
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub timeout: Option<Duration>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Derivatives in closed form, of any order, compared with numbers before they are shown
    Derive(Derive),
    /// The value of an expression at given data, and its derivatives
    Eval(Eval),
    /// Roots of a system of equations: by Newton's method from a start, or all in a box, with proofs
    Roots(Roots),
    /// Critical points of an autonomous system or of a scalar field in a box, and what they are
    Critical(Critical),
    /// A minimum of an expression over some of its names
    Minimize(Minimize),
    /// A linear system by Jacobi's method, Gauss–Seidel and conjugate gradients, beside what theory says of them
    Linear(Linear),
    /// What forming and factoring a Hessian costs beside a product with it, measured at growing sizes
    Cost(Cost),
    /// The Taylor polynomial of an expression at a point
    Taylor(Taylor),
    /// The Jacobian of a map at a point: determinant, orientation, stretching, inverse
    Jacobian(Jacobian),
    /// Newton–Schulz schedules for the polar factor: published, designed, or the best for a budget
    Schedule(Schedule),
    /// The polar factor msign(M) = U*V' of a matrix, with a proved bound
    Polar(Polar),
    /// A matrix with its singular values clipped to an interval
    Clip(Clip),
    /// A function of a matrix with its condition number, its residual and its derivative along a direction
    Funm(Funm),
    /// Singular values and vectors of a matrix in a file, whole or as far as a rank, an energy or an error asks
    Svd(Svd),
    /// A matrix as an orthonormal and a triangular factor, A = Q*R
    Qr(Qr),
    /// A matrix as triangular factors by elimination, P*A = L*U
    Lu(Factoring),
    /// Eigenvalues and eigenvectors of a square matrix
    Eig(Factoring),
    /// A square matrix as A = Q*T*Q' with a quasi-triangular T
    Schur(Factoring),
    /// The manual: all operations, or the page of one operation or verb
    Help {
        /// An operation such as `tr`, `'` or `.*`, or a verb such as `derive`
        #[arg(value_name = "OP", allow_hyphen_values = true)]
        name: Option<String>,
    },
    /// The page of an error or warning, or the list of all
    Explain {
        /// A code such as `E0203`, or its name such as `shape-mismatch`
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// BibTeX of the works that the operations of an expression rest on
    Cite(Cite),
    /// The completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Verb {
    /// The files that are written, by the options that name them.
    pub fn outputs(&self) -> Vec<(&'static str, &Path)> {
        let (out, trace, plot) = match self {
            Verb::Derive(asked) => (&asked.out, &None, &None),
            Verb::Eval(asked) => (&asked.out, &None, &None),
            Verb::Roots(asked) => (&None, &asked.trace, &asked.plot),
            Verb::Critical(asked) => (&None, &None, &asked.plot),
            Verb::Minimize(asked) => (&asked.out, &asked.trace, &asked.plot),
            Verb::Linear(asked) => (&None, &asked.trace, &asked.plot),
            Verb::Cost(asked) => (&None, &None, &asked.plot),
            Verb::Taylor(asked) => (&None, &None, &asked.local.plot),
            Verb::Jacobian(asked) => (&None, &None, &asked.local.plot),
            Verb::Schedule(asked) => (&None, &None, &asked.plot),
            Verb::Polar(asked) => (&asked.out, &None, &None),
            Verb::Clip(asked) => (&asked.out, &None, &None),
            Verb::Funm(asked) => (&asked.out, &None, &None),
            Verb::Svd(asked) => (&asked.out, &None, &asked.plot),
            Verb::Qr(asked) => (&asked.factoring.out, &None, &None),
            Verb::Lu(asked) | Verb::Eig(asked) | Verb::Schur(asked) => (&asked.out, &None, &None),
            Verb::Help { .. } | Verb::Explain { .. } | Verb::Cite(_) | Verb::Completions { .. } => {
                (&None, &None, &None)
            }
        };
        [("--out", out), ("--trace", trace), ("--plot", plot)]
            .into_iter()
            .filter_map(|(option, path)| Some((option, path.as_deref()?)))
            .collect()
    }

    /// What is said of tables.
    pub fn tables(&self) -> Tables {
        match self {
            Verb::Eval(asked) => asked.tables,
            Verb::Roots(Roots { system, .. }) | Verb::Critical(Critical { system, .. }) => {
                system.tables
            }
            Verb::Minimize(asked) => asked.tables,
            Verb::Linear(asked) => asked.tables,
            Verb::Cost(asked) => asked.tables,
            Verb::Taylor(Taylor { local, .. }) | Verb::Jacobian(Jacobian { local, .. }) => {
                local.tables
            }
            Verb::Polar(asked) => asked.tables,
            Verb::Clip(asked) => asked.tables,
            Verb::Funm(asked) => asked.tables,
            Verb::Svd(asked) => asked.tables,
            Verb::Qr(asked) => asked.factoring.tables,
            Verb::Lu(asked) | Verb::Eig(asked) | Verb::Schur(asked) => asked.tables,
            Verb::Derive(_)
            | Verb::Schedule(_)
            | Verb::Help { .. }
            | Verb::Explain { .. }
            | Verb::Cite(_)
            | Verb::Completions { .. } => Tables::default(),
        }
    }
}

/// An expression with its declarations.
#[derive(Debug, Args)]
pub struct Given {
    /// An expression, a file ending in `.bel`, or `-` for standard input
    #[arg(value_name = "EXPR|FILE.bel")]
    program: String,
    /// Declarations, such as 'A: matrix(m,n), x: vector(n) > 0'
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
}

impl Given {
    /// The expression as it was typed.
    pub fn program(&self) -> &str {
        unshielded(&self.program)
    }
}

/// How a derivative is written.
#[derive(Debug, Args)]
pub struct Shown {
    /// The order; with as many variables as the order says, a mixed derivative
    #[arg(long, value_name = "N", value_parser = order)]
    pub order: Option<usize>,
    /// Whether rows follow the function (numerator) or the variable (denominator)
    #[arg(long, value_enum, default_value_t = Layout::Numerator)]
    pub layout: Layout,
    /// Matrix notation, the matrix by vec(X), one axis an index, or the linear map
    #[arg(long, value_enum, default_value_t = Form::Matrix)]
    pub form: Form,
    /// The convention for symmetric and other structured variables
    #[arg(long, value_enum, default_value_t = Symmetric::Frobenius)]
    pub symmetric: Symmetric,
    /// The seed of the random points of the check
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
}

/// `beltrami derive`.
#[derive(Debug, Args)]
pub struct Derive {
    #[command(flatten)]
    pub given: Given,
    /// The variables to differentiate by
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',', required = true)]
    pub by: Vec<String>,
    #[command(flatten)]
    pub shown: Shown,
    /// Show the derivation, a rule for each line
    #[arg(long)]
    pub steps: bool,
    /// Write every piece out, without names for what stands twice
    #[arg(long)]
    pub flat: bool,
    /// What to print
    #[arg(long, value_name = "LANGUAGE", default_value = "text", value_parser = languages())]
    pub to: String,
    /// Write the result to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `beltrami eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// An expression, a file ending in `.bel`, or `-` for standard input
    #[arg(value_name = "EXPR|FILE.bel", required_unless_present = "data")]
    program: Option<String>,
    /// Declarations, such as 'A: matrix(m,n), x: vector(n) > 0'
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
    /// NAME=VALUE, NAME=FILE or FILE.npz; values are 3, [1, 2] or [1, 2; 3, 4], files end in .npy, .npz or .csv or are -
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// The variables to differentiate by
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',')]
    pub by: Vec<String>,
    #[command(flatten)]
    pub shown: Shown,
    /// Multiply the derivative by this direction instead of forming it: with `--order 2` a Hessian-vector product
    #[arg(long, value_name = "V|FILE", allow_hyphen_values = true)]
    times: Option<String>,
    /// Solve with the derivative for this right-hand side, by the structure that `--form operator` shows
    #[arg(long, value_name = "B|FILE", conflicts_with = "times", allow_hyphen_values = true)]
    solve: Option<String>,
    /// Write the derivative, or without `--by` the value, to this file; both to a .npz, and an operator's factors
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub out: Option<PathBuf>,
    /// Print the plan: its kernels in order with their work, memory, and the cost node by node
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub tables: Tables,
}

impl Eval {
    /// The direction of `--times`.
    pub fn times(&self) -> Option<&str> {
        self.times.as_deref().map(unshielded)
    }

    /// The right-hand side of `--solve`.
    pub fn solve(&self) -> Option<&str> {
        self.solve.as_deref().map(unshielded)
    }

    /// The expression and the data; an expression that follows the data has been read as data.
    pub fn program_and_data(&self) -> Option<(&str, Vec<&str>)> {
        let mut data: Vec<&str> = self.data.iter().map(|data| unshielded(data)).collect();
        if let Some(program) = &self.program {
            return Some((unshielded(program), data));
        }
        let last = data.pop().filter(|last| !last.contains('=') && !last.ends_with(".npz"))?;
        Some((last, data))
    }
}

/// `beltrami minimize`.
#[derive(Debug, Args)]
pub struct Minimize {
    #[command(flatten)]
    pub given: Given,
    /// The unknowns
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',', required = true)]
    pub over: Vec<String>,
    /// NAME=VALUE, NAME=FILE or FILE.npz; values are 3, [1, 2] or [1, 2; 3, 4], files end in .npy, .npz or .csv or are -
    #[arg(long, value_name = "DATA", num_args = 1..)]
    pub data: Vec<String>,
    /// Where unknowns start, written as data is
    #[arg(long, value_name = "DATA", num_args = 1..)]
    pub start: Vec<String>,
    /// The method; chosen by the structure of the objective where nothing is said
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// The largest entry of the gradient that counts as zero, relative to the objective where that is above 1
    #[arg(long, value_name = "X", value_parser = real)]
    pub tol: Option<f64>,
    /// Iterations before the search is given up
    #[arg(long, value_name = "N", value_parser = count)]
    pub max_iterations: Option<usize>,
    /// Bounds of all entries of an unknown, NAME=lo:hi, either end open
    #[arg(long, value_name = "BOUNDS", num_args = 1..)]
    pub bounds: Vec<String>,
    /// Write every iterate to this file
    #[arg(long, value_name = "T.csv|T.json")]
    pub trace: Option<PathBuf>,
    /// Draw objective and gradient along the iterations
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
    /// Write the unknowns to this file
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub out: Option<PathBuf>,
    /// The seed of the points at which derivatives are checked, and of a start that is drawn
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    #[command(flatten)]
    pub tables: Tables,
}

/// `--method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Auto,
    Gradient,
    Newton,
    Trust,
    NewtonCg,
    Bfgs,
    Lbfgs,
    Lm,
}

/// `beltrami schedule`.
#[derive(Debug, Args)]
pub struct Schedule {
    /// A published schedule, such as polar-express, muon or su-50
    #[arg(long, value_name = "NAME", conflicts_with = "degree")]
    pub name: Option<String>,
    /// The number of steps
    #[arg(long, value_name = "T", value_parser = count)]
    pub steps: Option<usize>,
    /// The degree of all steps, or of each: 5, or 9,9,5
    #[arg(long, value_name = "D[,D...]", value_delimiter = ',', value_parser = count)]
    pub degree: Vec<usize>,
    /// The most accurate schedule within these operations, in units of n³: 20n3; with steps or a name, their limit
    #[arg(long, value_name = "OPERATIONS", alias = "cost")]
    pub budget: Option<String>,
    /// The smallest singular value that has to come out near 1
    #[arg(long, value_name = "L", default_value_t = 1e-3, value_parser = real)]
    pub lower: f64,
    /// The largest singular value
    #[arg(long, value_name = "U", default_value_t = 1.0, value_parser = real)]
    pub upper: f64,
    /// Do not aim below this fraction of the largest singular value, for stability
    #[arg(long, value_name = "C", default_value_t = 0.0, value_parser = real)]
    pub cushion: f64,
    /// Expect inputs larger by this fraction, against rounding
    #[arg(long, value_name = "S", default_value_t = 0.0, value_parser = real)]
    pub safety: f64,
    /// The longer side over the shorter one, for the cost
    #[arg(long, value_name = "A", default_value_t = 1.0, value_parser = real)]
    pub aspect: f64,
    /// The number format whose rounding is bounded
    #[arg(long, value_enum, default_value_t = Format::Bf16)]
    pub format: Format,
    /// Draw the composite polynomial with its proved band, and the way of singular values to 1
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
}

/// `beltrami svd`.
#[derive(Debug, Args)]
pub struct Svd {
    /// The matrix: .npy, .npz with one array or as F.npz:NAME, .csv, or - for standard input
    #[arg(value_name = "FILE.npy|.npz|.csv")]
    pub file: String,
    /// Keep this many singular values, or as many as there are
    #[arg(long, value_name = "R", value_parser = count, conflicts_with_all = ["energy", "error"])]
    pub rank: Option<usize>,
    /// Keep this part of the sum of squares, from 0 to 1
    #[arg(long, value_name = "E", value_parser = real, conflicts_with = "error")]
    pub energy: Option<f64>,
    /// Stay within this error, relative to the norm of the matrix
    #[arg(long, value_name = "X", value_parser = real)]
    pub error: Option<f64>,
    /// The norm of the error
    #[arg(long, value_enum, default_value_t = Norm::Frobenius)]
    pub norm: Norm,
    /// Take `--error` as it is, and not relative
    #[arg(long, requires = "error")]
    pub absolute: bool,
    /// From products with random vectors, for a rank far below the size
    #[arg(long)]
    pub randomized: bool,
    /// The seed of the random vectors
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Draw the singular values
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
    /// Write U, S and Vt to this file
    #[arg(long, value_name = "FILE.npz")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

/// `--norm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Norm {
    Frobenius,
    Spectral,
}

/// `beltrami polar`.
#[derive(Debug, Args)]
pub struct Polar {
    /// The matrix: .npy, .npz with one array or as F.npz:NAME, .csv, or - for standard input
    #[arg(value_name = "FILE.npy|.npz|.csv")]
    pub matrix: String,
    /// The error that is allowed: Frobenius norm over the root of the rank, proved (1e-6 where nothing is said)
    #[arg(long, value_name = "X", value_parser = real, conflicts_with = "schedule")]
    pub accuracy: Option<f64>,
    /// The steps of a published schedule, or of a file that `beltrami schedule --json` wrote
    #[arg(long, value_name = "NAME|FILE.json")]
    pub schedule: Option<String>,
    /// Compute the steps of the schedule on the Gram matrix of the smaller side: quicker where one side is clearly longer
    #[arg(long, requires = "schedule")]
    pub gram_side: bool,
    /// Begin the Gram side anew after these steps, which short formats need; 0 for never
    #[arg(
        long,
        value_name = "K[,K..]",
        value_delimiter = ',',
        default_value = "2",
        requires = "gram_side"
    )]
    pub restart: Vec<usize>,
    /// The number format of the iteration; the planner chooses where nothing is said
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Prove a bound near the error itself, which takes several times as long for a large matrix
    #[arg(long)]
    pub sharp: bool,
    /// Threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count)]
    pub threads: usize,
    /// Write the factor to this file
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

impl From<Format> for beltrami::linalg::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::F64 => Self::F64,
            Format::F32 => Self::F32,
            Format::Bf16 => Self::Bf16,
            Format::F16 => Self::F16,
        }
    }
}

/// `beltrami funm`.
#[derive(Debug, Args)]
pub struct Funm {
    /// The matrix: .npy, .npz with one array or as F.npz:NAME, .csv, or - for standard input
    #[arg(value_name = "FILE.npy|.npz|.csv")]
    pub matrix: String,
    /// The function: the principal value of it
    #[arg(long, value_enum)]
    pub function: Function,
    /// The p of the p-th root, for `root` and `invroot`
    #[arg(long, value_name = "P", value_parser = count)]
    pub p: Option<usize>,
    /// Also the derivative along this direction, a matrix of the same shape
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub direction: Option<String>,
    /// Compute `invroot` by products alone, matrices stored in this format
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the value to this file; with `--direction` value and derivative, to a .npz
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

/// `--function`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Function {
    Sqrtm,
    Logm,
    Expm,
    Invroot,
    Root,
    Cosm,
    Sinm,
    Msign,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    F64,
    F32,
    Bf16,
    F16,
}

/// `beltrami cite`.
#[derive(Debug, Args)]
pub struct Cite {
    #[command(flatten)]
    pub given: Given,
}

/// `--layout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    Numerator,
    Denominator,
}

/// `--form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Matrix,
    Kron,
    Index,
    Operator,
}

/// `--symmetric`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Symmetric {
    Frobenius,
    Free,
    Ambient,
}

fn count(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| "a whole number is expected".into())
}

fn real(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| "a number is expected".into())
}

fn seed(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| "the seed is a whole number from 0".into())
}

fn order(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| "the order is a whole number from 1".into())
}
