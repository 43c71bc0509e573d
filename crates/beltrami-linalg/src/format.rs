//! Number formats.

use half::{bf16, f16};

/// A binary floating-point format in which matrices are stored; sums of products are accumulated in binary32 for the two
/// short ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// IEEE binary64.
    F64,
    /// IEEE binary32.
    F32,
    /// bfloat16: 8 significant bits, the range of binary32.
    Bf16,
    /// IEEE binary16: 11 significant bits, from 6e-8 to 65504.
    F16,
}

impl Format {
    /// All of them, most accurate first.
    pub const ALL: [Format; 4] = [Format::F64, Format::F32, Format::F16, Format::Bf16];

    /// Half the distance from 1 to the next number.
    pub fn unit_roundoff(self) -> f64 {
        match self {
            Format::F64 => f64::EPSILON / 2.0,
            Format::F32 => f64::from(f32::EPSILON) / 2.0,
            Format::Bf16 => 2.0_f64.powi(-8),
            Format::F16 => 2.0_f64.powi(-11),
        }
    }

    /// The nearest number of the format, ties to even; infinite beyond its range.
    pub fn round(self, x: f64) -> f64 {
        match self {
            Format::F64 => x,
            Format::F32 => f64::from(x as f32),
            Format::Bf16 => bf16::from_f64(x).to_f64(),
            Format::F16 => f16::from_f64(x).to_f64(),
        }
    }

    /// The name in `--format`.
    pub fn name(self) -> &'static str {
        match self {
            Format::F64 => "f64",
            Format::F32 => "f32",
            Format::Bf16 => "bf16",
            Format::F16 => "f16",
        }
    }
}
