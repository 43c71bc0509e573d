//! The arguments of the verbs that solve equations.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::time::seconds;
use super::{Tables, count, real, seed};
use crate::usage::unshielded;

/// A system of equations.
#[derive(Debug, Args)]
pub struct System {
    /// Equations separated by `;`, each `a = b` or an expression that is to be zero, for `critical` a vector field, each component `x' = b` or `b`; a file ending in `.bel`, or `-` for standard input
    #[arg(value_name = "SYSTEM|FILE.bel")]
    system: String,
    /// The unknowns, scalars unless declared otherwise; all names without data where nothing is said
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',')]
    pub vars: Vec<String>,
    /// Declarations, such as 'x: vector(n)'
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
    /// Values of other names: NAME=VALUE, NAME=FILE or FILE.npz; files end in .npy, .npz or .csv or are -
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// The box that is searched, an interval for each unknown
    #[arg(long = "box", value_name = "A:B[,C:D...]")]
    pub region: Option<String>,
    /// The most parts of the box that are looked at, a root that is proved counting as ten more
    #[arg(long, value_name = "N", default_value_t = 2_000_000, value_parser = count)]
    pub boxes: usize,
    /// Seconds after which the search ends with what it has; by the number of boxes alone where nothing is said
    #[arg(long, value_name = "S", value_parser = seconds, requires = "region")]
    pub seconds: Option<Duration>,
    /// The seed of the random points at which derivatives are checked
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    #[command(flatten)]
    pub tables: Tables,
}

impl System {
    /// The text as it was typed.
    pub fn text(&self) -> &str {
        unshielded(&self.system)
    }

    /// The data as it was typed.
    pub fn data(&self) -> impl Iterator<Item = &str> {
        self.data.iter().map(|data| unshielded(data))
    }
}

/// `beltrami roots`.
#[derive(Debug, Args)]
pub struct Roots {
    #[command(flatten)]
    pub system: System,
    /// Where the iteration starts, a number for each unknown
    #[arg(long, value_name = "A[,B...]", conflicts_with = "all")]
    pub start: Option<String>,
    /// Newton's method as it stands in textbooks, or with a trust region and damping
    #[arg(long, value_enum, default_value_t = RootMethod::Safeguarded)]
    pub method: RootMethod,
    /// All roots in the box, with proofs
    #[arg(long, requires = "region")]
    pub all: bool,
    /// A step below this fraction of the unknowns ends the iteration; with `--all`, sides below this fraction of the numbers in them are not halved
    #[arg(long, value_name = "T", value_parser = real)]
    pub tol: Option<f64>,
    /// Steps before the iteration is given up
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = count)]
    pub max_iterations: usize,
    /// Write every iterate to this file
    #[arg(long, value_name = "T.csv", conflicts_with = "all")]
    pub trace: Option<PathBuf>,
    /// Draw which root Newton's method reaches from each point of the box, for two unknowns
    #[arg(long, value_name = "F.svg|F.png", requires = "all")]
    pub plot: Option<PathBuf>,
}

/// `--method` of `beltrami roots`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RootMethod {
    Newton,
    Safeguarded,
}

/// `beltrami critical`.
#[derive(Debug, Args)]
pub struct Critical {
    #[command(flatten)]
    pub system: System,
    /// The critical points of a scalar field: minima, maxima and saddles
    #[arg(long)]
    pub field: bool,
    /// Draw the phase portrait, or the contours of the field, for two unknowns
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
}
