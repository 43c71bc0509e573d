//! The arguments of `beltrami linear`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Tables, count, real};
use crate::usage::unshielded;

/// `beltrami linear`.
#[derive(Debug, Args)]
pub struct Linear {
    /// The matrix: an expression such as '[4, 1; 1, 3]' or "X'*X + eye(n)", a file ending in `.bel`, `.npy`, `.npz` or `.csv`, or `-` for standard input
    #[arg(value_name = "MATRIX")]
    matrix: String,
    /// The right-hand side, written as the matrix is; the row sums of the matrix where nothing is said, so that the solution is all ones
    #[arg(long, value_name = "B")]
    rhs: Option<String>,
    /// Where iterations start, written as the matrix is; zero where nothing is said
    #[arg(long, value_name = "X")]
    start: Option<String>,
    /// Declarations, such as 'X: matrix(m,n)'
    #[arg(long = "let", value_name = "DECLARATIONS")]
    pub declarations: Vec<String>,
    /// Values of names: NAME=VALUE, NAME=FILE or FILE.npz; files end in .npy, .npz or .csv or are -
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// The methods, compared with each other; all that apply where nothing is said
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "METHOD[,...]",
        default_value = "auto"
    )]
    pub method: Vec<LinearMethod>,
    /// The factor of `sor`, between 0 and 2; Young's choice where nothing is said
    #[arg(long, value_name = "W", value_parser = real)]
    pub omega: Option<f64>,
    /// The residual that is small enough, relative to the right-hand side
    #[arg(long, value_name = "T", default_value_t = 1e-10, value_parser = real)]
    pub tol: f64,
    /// Steps before a method is given up
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = count)]
    pub max_iterations: usize,
    /// Write residual, error and prediction of every step to this file
    #[arg(long, value_name = "T.csv")]
    pub trace: Option<PathBuf>,
    /// Draw the residuals beside what theory says, and Gershgorin's discs with the eigenvalues
    #[arg(long, value_name = "F.svg|F.png")]
    pub plot: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

impl Linear {
    /// The matrix as it was typed.
    pub fn matrix(&self) -> &str {
        unshielded(&self.matrix)
    }

    /// The right-hand side as it was typed.
    pub fn rhs(&self) -> Option<&str> {
        self.rhs.as_deref().map(unshielded)
    }

    /// The start as it was typed.
    pub fn start(&self) -> Option<&str> {
        self.start.as_deref().map(unshielded)
    }

    /// The data as it was typed.
    pub fn data(&self) -> impl Iterator<Item = &str> {
        self.data.iter().map(|data| unshielded(data))
    }
}

/// `--method` of `beltrami linear`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinearMethod {
    Auto,
    Jacobi,
    GaussSeidel,
    Sor,
    Cg,
    ScaledCg,
}
