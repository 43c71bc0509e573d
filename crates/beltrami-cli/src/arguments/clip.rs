//! The arguments of `beltrami clip`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, Tables, count, real};

/// `beltrami clip`.
#[derive(Debug, Args)]
pub struct Clip {
    /// The matrix: .npy, .npz with one array or as F.npz:NAME, .csv, or - for standard input
    #[arg(value_name = "FILE.npy|.npz|.csv")]
    pub matrix: String,
    /// The least singular value of the result
    #[arg(long, value_name = "A", value_parser = real, allow_hyphen_values = true)]
    pub min: f64,
    /// The largest singular value of the result
    #[arg(long, value_name = "B", value_parser = real, allow_hyphen_values = true)]
    pub max: f64,
    /// The composition of polar factors, or the exact way
    #[arg(long, value_enum, default_value_t = ClipForm::Auto)]
    pub form: ClipForm,
    /// The number format in which matrices are stored
    #[arg(long, value_enum, default_value_t = Format::F64)]
    pub format: Format,
    /// The steps of every polar factor but those of `--form auto`
    #[arg(long, value_name = "NAME|FILE.json")]
    pub schedule: Option<String>,
    /// Threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count)]
    pub threads: usize,
    /// Write the result to this file
    #[arg(long, value_name = "FILE.npy|.npz|.csv")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: Tables,
}

/// `--form` of `beltrami clip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClipForm {
    Exact,
    Nested,
    Denested,
    Cancelling,
    Block,
    Auto,
}
