//! Times one function of a matrix for `benches/peers/spectral.py`:
//! `spectral_speed FILE M N RUNS (polar THREADS ACCURACY proved|aimed | svd f64|f32 | values f64 | random RANK ACCURACY) OUT`.
//!
//! The file holds `M*N` numbers in `f64`, row by row; the result is written the same way, seconds and method are printed as
//! JSON.

use std::error::Error;
use std::time::Instant;

use beltrami_linalg::polar::{Proof, Request, polar};
use beltrami_linalg::{Matrix, RandomOptions, Rule, SingleSvd, Svd, random_svd, singular_values};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [file, m, n, runs, asked @ .., out] = &arguments[..] else {
        return Err("usage: see the head of the source".into());
    };
    let bytes = std::fs::read(file)?;
    let numbers =
        bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default()));
    let a = Matrix::new(m.parse()?, n.parse()?, numbers.collect())?;
    let runs: usize = runs.parse()?;
    let (seconds, result, method, bound) = match asked {
        ["polar", threads, accuracy, proved] => {
            let proof = if *proved == "proved" { Proof::Enough } else { Proof::Omitted };
            let request = Request {
                threads: threads.parse()?,
                proof,
                ..Request::accuracy(accuracy.parse()?)
            };
            let (seconds, found) = best(runs, || Ok(polar(&a, &request)?))?;
            let bound = found.certificate.map(|c| c.bound);
            (seconds, found.factor, found.method, bound)
        }
        ["svd", "f64"] => {
            let (seconds, found) = best(runs, || Ok(Svd::new(&a)?))?;
            (seconds, found.product(), "f64".to_string(), None)
        }
        ["svd", _] => {
            let entries: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
            let (seconds, found) =
                best(runs, || Ok(SingleSvd::new(a.rows(), a.cols(), &entries)?))?;
            (seconds, found.widened(a.rows(), a.cols())?.product(), "f32".to_string(), None)
        }
        ["values", _] => {
            let (seconds, found) = best(runs, || Ok(singular_values(&a)?))?;
            (seconds, Matrix::new(found.len(), 1, found)?, "f64".to_string(), None)
        }
        ["random", rank, accuracy] => {
            let options = RandomOptions {
                accuracy: accuracy.parse()?,
                ..RandomOptions::new(Rule::Rank(rank.parse()?))
            };
            let (seconds, found) = best(runs, || Ok(random_svd(&a, &options)?))?;
            (seconds, found.svd.product(), format!("{} blocks", found.blocks), None)
        }
        _ => return Err("usage: see the head of the source".into()),
    };
    let bytes: Vec<u8> = result.data().iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(out, bytes)?;
    let bound = bound.map_or("null".to_string(), |bound| format!("{bound:e}"));
    println!("{{\"seconds\": {seconds:e}, \"bound\": {bound}, \"method\": \"{method}\"}}");
    Ok(())
}

/// The shortest of several runs, and the last result.
fn best<T>(
    runs: usize,
    run: impl Fn() -> Result<T, Box<dyn Error>>,
) -> Result<(f64, T), Box<dyn Error>> {
    let mut found = run()?;
    let mut seconds = f64::INFINITY;
    for _ in 0..runs {
        let start = Instant::now();
        found = run()?;
        seconds = seconds.min(start.elapsed().as_secs_f64());
    }
    Ok((seconds, found))
}
