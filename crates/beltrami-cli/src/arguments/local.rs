//! The arguments of the verbs that look at a point.

use std::path::PathBuf;

use clap::Args;

use super::{Tables, count, seed};
use crate::usage::unshielded;

/// An expression, or several, at a point.
#[derive(Debug, Args)]
pub struct Local {
    /// An expression, or several separated by `;`; a file ending in `.bel`, or `-` for standard input
    #[arg(value_name = "EXPR|FILE.bel")]
    program: String,
    /// The point, a number for each variable
    #[arg(long, value_name = "A[,B...]", allow_hyphen_values = true)]
    pub at: String,
    /// Declarations, such as 'x: vector(n)'; variables are scalars unless declared otherwise
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
    /// Values of other names: NAME=VALUE, NAME=FILE or FILE.npz; files end in .npy, .npz or .csv or are -
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// The seed of the random points at which derivatives are checked
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Where the picture starts and ends, for one variable
    #[arg(long, value_name = "A:B", allow_hyphen_values = true, requires = "plot")]
    pub range: Option<String>,
    /// Draw it
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

impl Local {
    /// The text as it was typed.
    pub fn text(&self) -> &str {
        unshielded(&self.program)
    }

    /// The data as it was typed.
    pub fn data(&self) -> impl Iterator<Item = &str> {
        self.data.iter().map(|data| unshielded(data))
    }
}

/// `beltrami taylor`.
#[derive(Debug, Args)]
pub struct Taylor {
    #[command(flatten)]
    pub local: Local,
    /// The variables
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',', required = true)]
    pub by: Vec<String>,
    /// The order: up to 16 in one variable, up to 2 in several
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = count)]
    pub order: usize,
}

/// `beltrami jacobian`.
#[derive(Debug, Args)]
pub struct Jacobian {
    #[command(flatten)]
    pub local: Local,
    /// The variables
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',', required = true)]
    pub vars: Vec<String>,
}
