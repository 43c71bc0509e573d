//! Times the polar factor of Gaussian matrices: `polar_speed M N THREADS ACCURACY` prints seconds, the proved bound and the
//! method as JSON.

use std::time::Instant;

use beltrami_linalg::Matrix;
use beltrami_linalg::polar::{Request, polar};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [m, n, threads, accuracy] = &arguments[..] else {
        return Err("usage: polar_speed M N THREADS ACCURACY".into());
    };
    let (m, n) = (m.parse()?, n.parse()?);
    let mut state = 1_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    // Box and Muller 1958.
    let a = Matrix::from_fn(m, n, |_, _| {
        (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
    });
    let request = Request { threads: threads.parse()?, ..Request::accuracy(accuracy.parse()?) };
    let mut best = f64::INFINITY;
    let mut found = polar(&a, &request)?;
    for _ in 0..5 {
        let start = Instant::now();
        found = polar(&a, &request)?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    let bound = found.certificate.map_or(f64::NAN, |c| c.bound);
    println!(
        "{{\"seconds\": {best:.5}, \"bound\": {bound:.2e}, \"method\": \"{}\"}}",
        found.method
    );
    Ok(())
}
