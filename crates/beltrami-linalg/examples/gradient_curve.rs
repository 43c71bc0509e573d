//! The error of Newton–Schulz schedules on a gradient, by the number of matrix products.
//!
//! A network with two hidden layers learns to predict the next letter of the licence of this repository from the six before
//! it. The gradient of its square layer has a spectrum with a heavy tail, as gradients of large networks have, so that most
//! singular values lie below what a schedule is designed for, and the error falls late. For every degree the relative error
//! `‖X - msign(G)‖_F/√n` is printed after each step.

use beltrami_linalg::polar::{Proof, Request, polar};
use beltrami_linalg::schedule::{Design, design};
use beltrami_linalg::{Format, Matrix, Svd, matmul};

const TEXT: &str = include_str!("../../../LICENSE-APACHE");
const CONTEXT: usize = 6;
/// Letters, and one for all else.
const SYMBOLS: usize = 27;
const HIDDEN: usize = 160;
const BATCH: usize = 1024;
const STEPS: usize = 150;
const RATE: f64 = 0.5;
/// Matrix products of which the longest schedules are made.
const MOST_PRODUCTS: usize = 30;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let gradient = gradient()?;
    let Svd { u, s, v } = Svd::new(&gradient)?;
    let exact = matmul(&u, &v.transpose())?;
    let norm = s.iter().map(|s| s * s).sum::<f64>().sqrt();
    let quantile = |q: usize| s[q * (HIDDEN - 1) / 4] / norm;
    println!("gradient {HIDDEN}×{HIDDEN}, singular values over the Frobenius norm:");
    println!(
        "largest {:.2e}, quartiles {:.2e} {:.2e} {:.2e}, least {:.2e}",
        quantile(0),
        quantile(1),
        quantile(2),
        quantile(3),
        quantile(4)
    );
    for (degree, products) in [(5, 3), (9, 4), (17, 6)] {
        println!("degree {degree}, {products} products a step");
        for steps in 1..=MOST_PRODUCTS / products {
            let schedule = design(&Design {
                degrees: vec![degree; steps],
                lower: 1e-3,
                upper: 1.0,
                cushion: 0.024_073_274_241_827_61,
                safety: 0.0,
            })?;
            let request =
                Request { proof: Proof::Omitted, ..Request::schedule(schedule, Format::F64) };
            let difference = polar(&gradient, &request)?.factor.plus(-1.0, &exact);
            println!("{:>4} {:.4}", products * steps, size(&difference) / (HIDDEN as f64).sqrt());
        }
    }
    Ok(())
}

fn size(a: &Matrix) -> f64 {
    a.data().iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The gradient by the square layer after some steps of descent.
fn gradient() -> Outcome<Matrix> {
    let letters: Vec<usize> = TEXT
        .bytes()
        .map(|b| match b.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => usize::from(letter - b'a'),
            _ => SYMBOLS - 1,
        })
        .collect();
    let mut state = 1_u64;
    let mut weights = |rows: usize, cols: usize| {
        Matrix::from_fn(rows, cols, |_, _| uniform(&mut state) * (3.0 / cols as f64).sqrt())
    };
    let (mut first, mut square, mut last) =
        (weights(HIDDEN, CONTEXT * SYMBOLS), weights(HIDDEN, HIDDEN), weights(SYMBOLS, HIDDEN));
    let mut seed = 2_u64;
    for step in 0..=STEPS {
        let starts: Vec<usize> = (0..BATCH)
            .map(|_| {
                let place = 0.5 * uniform(&mut seed) + 0.5;
                (place * (letters.len() - CONTEXT - 1) as f64) as usize
            })
            .collect();
        let input = Matrix::from_fn(CONTEXT * SYMBOLS, BATCH, |i, b| {
            f64::from(u8::from(letters[starts[b] + i / SYMBOLS] == i % SYMBOLS))
        });
        let hidden = tanh(&matmul(&first, &input)?);
        let deep = tanh(&matmul(&square, &hidden)?);
        let scores = matmul(&last, &deep)?;
        // The derivative of the mean logarithmic loss by the scores: probabilities less the letter that came.
        let mut error = Matrix::zeros(SYMBOLS, BATCH);
        for (b, start) in starts.iter().enumerate() {
            let top = (0..SYMBOLS).map(|i| scores[(i, b)]).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..SYMBOLS).map(|i| (scores[(i, b)] - top).exp()).sum();
            for i in 0..SYMBOLS {
                let came = f64::from(u8::from(letters[start + CONTEXT] == i));
                error[(i, b)] = ((scores[(i, b)] - top).exp() / sum - came) / BATCH as f64;
            }
        }
        let by_deep = through_tanh(&matmul(&last.transpose(), &error)?, &deep);
        let by_square = matmul(&by_deep, &hidden.transpose())?;
        if step == STEPS {
            return Ok(by_square);
        }
        let by_hidden = through_tanh(&matmul(&square.transpose(), &by_deep)?, &hidden);
        first = first.plus(-RATE, &matmul(&by_hidden, &input.transpose())?);
        last = last.plus(-RATE, &matmul(&error, &deep.transpose())?);
        square = square.plus(-RATE, &by_square);
    }
    Err("no step was taken".into())
}

fn tanh(a: &Matrix) -> Matrix {
    Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(i, j)].tanh())
}

/// `G ⊙ (1 - T²)`.
fn through_tanh(g: &Matrix, t: &Matrix) -> Matrix {
    Matrix::from_fn(g.rows(), g.cols(), |i, j| g[(i, j)] * (1.0 - t[(i, j)] * t[(i, j)]))
}

/// Uniform in `[-1, 1)` (SplitMix64).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
