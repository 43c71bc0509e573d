//! Compares the forms of `mclip` in several number formats: `clip_forms STEPS`.
//!
//! The setting is that of Su 2025 (kexue.fm/archives/11059) at a quarter of the size: a matrix with an eighth of its singular
//! values from 1 to the largest and the others from 0 to 1, clipped to `[0, 1]`. Three numbers are printed for each form: the
//! mean absolute error of the singular values, the relative error in the Frobenius norm, and the relative error of the part
//! that clipping leaves alone, which belongs to the singular vectors of values below 1.

use beltrami_linalg::clip::{Form, Request, mclip, name};
use beltrami_linalg::schedule::{Design, design};
use beltrami_linalg::{Format, Matrix, Qr, Svd, matmul};

const ROWS: usize = 1024;
const OUTSIDE: usize = 32;
const INSIDE: usize = 224;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let steps = match std::env::args().nth(1) {
        Some(steps) => steps.parse()?,
        None => 8,
    };
    let schedule = design(&Design {
        degrees: vec![5; steps],
        lower: 1e-3,
        upper: 1.0,
        cushion: 0.024,
        safety: 0.01,
    })?;
    for largest in [1000.0, 3.0] {
        let sample = Sample::new(largest)?;
        println!("{ROWS}x{}, largest singular value {largest}, {steps} steps", OUTSIDE + INSIDE);
        println!(
            "{:<10}  {:<6}{:>12}{:>10}{:>10}",
            "form", "format", "mean |ds|", "all", "below 1"
        );
        for format in [Format::F64, Format::F32, Format::Bf16] {
            for form in [Form::Nested, Form::Denested, Form::Cancelling, Form::Block, Form::Auto] {
                let schedule = Some(schedule.clone());
                let asked = Request { lower: 0.0, upper: 1.0, form, format, schedule, threads: 1 };
                let [mean, all, below] = sample.errors(&mclip(&sample.matrix, &asked)?.value)?;
                let (form, format) = (name(form), format.name());
                println!("{form:<10}  {format:<6}{mean:>12.1e}{all:>10.1e}{below:>10.1e}");
            }
        }
    }
    Ok(())
}

/// A matrix with known singular values and vectors.
struct Sample {
    matrix: Matrix,
    u: Matrix,
    v: Matrix,
    clipped: Vec<f64>,
}

impl Sample {
    fn new(largest: f64) -> Result<Sample, Box<dyn std::error::Error>> {
        let line = |k: usize, count: usize, from: f64, to: f64| {
            from + (to - from) * k as f64 / (count - 1) as f64
        };
        let outside = (0..OUTSIDE).map(|k| line(k, OUTSIDE, 1.0, largest));
        let values: Vec<f64> =
            outside.rev().chain((0..INSIDE).rev().map(|k| line(k, INSIDE, 0.0, 1.0))).collect();
        let mut state = 1_u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        // Box and Muller 1958.
        let mut gaussian = |rows: usize| {
            Matrix::from_fn(rows, values.len(), |_, _| {
                (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
            })
        };
        let (u, v) = (Qr::new(&gaussian(ROWS))?.q, Qr::new(&gaussian(values.len()))?.q);
        let scaled = Matrix::from_fn(ROWS, values.len(), |i, j| u[(i, j)] * values[j]);
        let matrix = matmul(&scaled, &v.transpose())?;
        let clipped = values.iter().map(|s| s.min(1.0)).collect();
        Ok(Sample { matrix, u, v, clipped })
    }

    /// Of a computed clip: of the mean singular value, of all of it, and of what lies below 1.
    fn errors(&self, found: &Matrix) -> Result<[f64; 3], Box<dyn std::error::Error>> {
        let n = self.clipped.len();
        let values = Svd::new(found)?.s;
        let mean = values.iter().zip(&self.clipped).map(|(a, b)| (a - b).abs()).sum::<f64>();
        // In singular coordinates; what is outside the range of U counts in `all` alone.
        let inner = matmul(&matmul(&self.u.transpose(), found)?, &self.v)?;
        let error = |i: usize, j: usize| inner[(i, j)] - if i == j { self.clipped[i] } else { 0.0 };
        let squares = |from: usize| {
            let block = (from..n).flat_map(|i| (from..n).map(move |j| (i, j)));
            let size = self.clipped[from..].iter().map(|s| s * s).sum::<f64>();
            (block.map(|(i, j)| error(i, j).powi(2)).sum::<f64>(), size)
        };
        let outside = matmul(&self.u, &inner)?;
        let outside = found.plus(-1.0, &matmul(&outside, &self.v.transpose())?);
        let beyond = outside.data().iter().map(|x| x * x).sum::<f64>();
        let ((all, size), (below, part)) = (squares(0), squares(OUTSIDE));
        Ok([mean / n as f64, ((all + beyond) / size).sqrt(), (below / part).sqrt()])
    }
}
