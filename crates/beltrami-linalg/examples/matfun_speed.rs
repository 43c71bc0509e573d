//! Times functions of matrices and their derivatives: `matfun_speed N [FUNCTION]` prints for each the seconds of the value, of
//! the value with one direction, and of one and two directions once the value is there.

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Instant;

use beltrami_linalg::Matrix;
use beltrami_linalg::matfun::{
    Clip, Cosm, Expm, InvRoot, Logm, LowRank, MatrixFunction, NuclearNorm, Odd, Sign, Sqrtm,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let n: usize = arguments.first().ok_or("usage: see the head of the source")?.parse()?;
    let mut state = 1_u64;
    let mut random = |rows: usize, cols: usize| {
        Matrix::from_fn(rows, cols, |_, _| {
            // A linear congruential generator (Knuth, MMIX); its upper bits are good enough for times.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        })
    };
    let general = random(n, n).scaled(0.5 / (n as f64).sqrt()).shifted(1.2);
    let symmetric = general.symmetric_part();
    let (e, d) = (random(n, n), random(n, n));
    let four = NonZeroU32::MIN.saturating_add(3);
    let functions: [(&str, Box<dyn MatrixFunction>, &Matrix); 12] = [
        ("expm", Box::new(Expm), &general),
        ("cosm", Box::new(Cosm), &general),
        ("logm", Box::new(Logm), &general),
        ("sqrtm", Box::new(Sqrtm), &general),
        ("logm symmetric", Box::new(Logm), &symmetric),
        ("sqrtm symmetric", Box::new(Sqrtm), &symmetric),
        ("invroot symmetric", Box::new(InvRoot(four)), &symmetric),
        ("expm symmetric", Box::new(Expm), &symmetric),
        ("msign", Box::new(Odd(Sign)), &general),
        ("mclip", Box::new(Odd(Clip::new(0.0, 1.0).ok_or("bounds")?)), &general),
        ("lowrank", Box::new(LowRank(n / 2)), &general),
        ("normnuc", Box::new(NuclearNorm), &general),
    ];
    println!("function            value   with one     one     two");
    for (name, f, a) in functions {
        if arguments.get(1).is_some_and(|asked| asked != name) {
            continue;
        }
        let value = seconds(|| f.value(a))?;
        let both = seconds(|| {
            let at = f.prepare(a)?;
            at.value()?;
            at.higher(&[&e])
        })?;
        let at = f.prepare(a)?;
        let one = seconds(|| at.higher(&[&e]))?;
        let two = seconds(|| at.higher(&[&e, &d]))?;
        println!("{name:18} {value:7.4} {both:10.4} {one:7.4} {two:7.4}");
    }
    Ok(())
}

fn seconds(
    f: impl Fn() -> Result<Matrix, beltrami_linalg::Error>,
) -> Result<f64, beltrami_linalg::Error> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        f()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}
