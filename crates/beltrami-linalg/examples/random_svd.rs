//! Rank 50 of a dense 4096×4096 matrix with singular values 1/i, on one thread: time, and the error beyond the best one.
//!
//! `cargo run --release -p beltrami-linalg --example random_svd`; a smaller size may be given.

use std::time::Instant;

use beltrami_linalg::random::Method;
use beltrami_linalg::{
    Error, Matrix, Qr, RandomOptions, Rule, frobenius, matmul, random_svd, truncation,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() -> Result<(), Error> {
    let n = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(4096_usize);
    let values: Vec<f64> = (1..=n).map(|i| 1.0 / i as f64).collect();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut orthogonal = || {
        // Signs and scale of the entries do not matter: what counts is that the basis has nothing to do with the axes.
        let a =
            Matrix::from_fn(n, n, |_, _| (0..4).map(|_| random.random::<f64>()).sum::<f64>() - 2.0);
        Qr::new(&a).map(|qr| qr.q)
    };
    let (u, v) = (orthogonal()?, orthogonal()?);
    let us = Matrix::from_fn(n, n, |i, j| u[(i, j)] * values[j]);
    let a = matmul(&us, &v.transpose())?;
    let rank = 50;
    let best = truncation(&values, Rule::Rank(rank))?.frobenius;
    println!("best error {best:.10}");
    let rank_options = RandomOptions::new(Rule::Rank(rank));
    let cases = [
        ("Krylov, default", rank_options),
        ("Krylov, 1e-6", RandomOptions { accuracy: 1e-6, ..rank_options }),
        ("Krylov, 1e-4", RandomOptions { accuracy: 1e-4, ..rank_options }),
        ("power, q = 2", RandomOptions { method: Method::Power { iterations: 2 }, ..rank_options }),
        ("power, q = 7", RandomOptions { method: Method::Power { iterations: 7 }, ..rank_options }),
    ];
    for (name, options) in cases {
        let (start, before) = (Instant::now(), processor_seconds());
        let found = random_svd(&a, &options)?;
        let (seconds, busy) = (start.elapsed().as_secs_f64(), processor_seconds() - before);
        let error = frobenius(&a.plus(-1.0, &found.svd.product()));
        let worst =
            (found.svd.s.iter().zip(&values)).map(|(s, t)| (s / t - 1.0).abs()).fold(0.0, f64::max);
        println!(
            "{name:16} {seconds:6.3} s, processor {busy:6.3} s  excess {:9.2e}  estimate/error - 1 {:9.2e}  values {worst:8.1e}  {} blocks, {} columns, {} products",
            error / best - 1.0,
            found.error.frobenius / error - 1.0,
            found.blocks,
            found.columns,
            found.products,
        );
    }
    Ok(())
}

/// What this thread has computed, where the system tells; on a shared machine the clock on the wall says little.
fn processor_seconds() -> f64 {
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next().and_then(|first| first.parse::<f64>().ok()));
    nanoseconds.unwrap_or(f64::NAN) * 1e-9
}
