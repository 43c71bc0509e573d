//! The arguments of `beltrami qr`, `lu`, `eig` and `schur`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Tables;

/// A matrix to be factored.
#[derive(Debug, Args)]
pub struct Factoring {
    /// The matrix: .npy, .npz with one array or as F.npz:NAME, .csv, or - for standard input
    #[arg(value_name = "FILE.npy|.npz|.csv")]
    pub matrix: String,
    /// Write the factors to this archive
    #[arg(long, value_name = "FILE.npz")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

/// `beltrami qr`.
#[derive(Debug, Args)]
pub struct Qr {
    #[command(flatten)]
    pub factoring: Factoring,
    /// How the orthonormal factor is made; `pivoted` reveals the rank
    #[arg(long, value_enum, default_value_t = QrMethod::Householder)]
    pub method: QrMethod,
}

/// `--method` of `beltrami qr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QrMethod {
    Householder,
    Givens,
    GramSchmidt,
    Pivoted,
}
