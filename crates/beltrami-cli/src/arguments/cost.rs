//! The arguments of `beltrami cost`.

use std::path::PathBuf;

use clap::Args;

use super::{Tables, count, seed};
use crate::usage::unshielded;

/// `beltrami cost`.
#[derive(Debug, Args)]
pub struct Cost {
    /// An objective, a file ending in `.bel`, or `-` for standard input; the loss of logistic regression where nothing is said
    #[arg(value_name = "EXPR|FILE.bel", requires = "over")]
    program: Option<String>,
    /// The unknowns
    #[arg(long, value_name = "X[,Y...]", value_delimiter = ',')]
    pub over: Vec<String>,
    /// Declarations, such as 'A: matrix(m,n), x: vector(n) > 0'
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
    /// The values of every size that data does not settle
    #[arg(long, value_name = "N[,N...]", value_delimiter = ',', value_parser = count, default_values_t = [100, 200, 400, 800])]
    pub sizes: Vec<usize>,
    /// What stays the same, sizes such as m=1000 or values as `eval` takes them; all else is drawn
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// How many products with the Hessian a step of Newton–CG is taken to need
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = count)]
    pub products: usize,
    /// How often everything is run; the shortest time counts
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = count)]
    pub repeats: usize,
    /// Draw the times, and the ratio of the two ways
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
    /// The seed of what is drawn
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    #[command(flatten)]
    pub tables: Tables,
}

impl Cost {
    /// The objective as it was typed.
    pub fn program(&self) -> Option<&str> {
        self.program.as_deref().map(unshielded)
    }

    /// The data as it was typed.
    pub fn data(&self) -> impl Iterator<Item = &str> {
        self.data.iter().map(|data| unshielded(data))
    }
}
