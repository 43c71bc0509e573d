//! The published stress set of the polar factor, and dyads with noise, in every format.

use crate::sample::{Sampler, norm, with_values};
use beltrami_linalg::polar::{Proof, Request, polar};
use beltrami_linalg::schedule::named;
use beltrami_linalg::{Format, Matrix, SymmetricEigen, matmul};

/// Measures of a computed polar factor `X` of `A` with singular values `s`, as a published stress test has them.
struct Measures {
    /// `‖X'X - I‖_F/√n`, of the singular values that are not zero.
    orthogonality: f64,
    /// `‖X*sym(X'A) - A‖_F/‖A‖_F`.
    residual: f64,
    /// The negative part of the spectrum of `sym(X'A)`, relative.
    indefinite: f64,
    /// `(‖A‖_* - <A, X>)/‖A‖_*`: 0 for the polar factor alone among all `X` with `‖X‖₂ ≤ 1`.
    dual: f64,
    /// How far the largest singular value of `X` is beyond 1.
    violation: f64,
}

impl Measures {
    fn of(a: &Matrix, x: &Matrix, rank: usize, nuclear: f64) -> Measures {
        let gram = matmul(&x.transpose(), x).expect("they fit");
        let h = matmul(&x.transpose(), a).expect("they fit").symmetric_part();
        let spectrum = SymmetricEigen::new(&h).expect("finite").values;
        let values = SymmetricEigen::new(&gram).expect("finite").values;
        let inner: f64 = x.data().iter().zip(a.data()).map(|(x, a)| x * a).sum();
        let leading = values.iter().rev().take(rank);
        let left = leading.map(|value| (value - 1.0).powi(2)).sum::<f64>();
        let largest = values.last().copied().unwrap_or(0.0).max(0.0).sqrt();
        Measures {
            orthogonality: (left / rank as f64).sqrt(),
            residual: norm(&matmul(x, &h).expect("they fit").plus(-1.0, a)) / norm(a),
            indefinite: -spectrum[0].min(0.0) / norm(a),
            dual: (nuclear - inner) / nuclear,
            violation: (largest - 1.0).max(0.0),
        }
    }
}

/// The spectra of the stress test of gram-newton-schulz, Gamma(3, 0.5) by sums of three exponential variables.
fn stress_spectra(sample: &mut Sampler, n: usize) -> Vec<(&'static str, Vec<f64>)> {
    let line = |i: usize| i as f64 / (n - 1) as f64;
    let log = |from: f64, to: f64| move |i: usize| 10.0_f64.powf(from + (to - from) * line(i));
    let first = |k: usize| move |i: usize| f64::from(u8::from(i < k));
    let of = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
    let mut exponential = || -(0.5 * sample.number() + 0.5).max(1e-12).ln();
    let gamma: Vec<f64> =
        (0..n).map(|_| 0.5 * (exponential() + exponential() + exponential())).collect();
    vec![
        ("linspace(0, .5)", of(&|i| 0.5 * line(i))),
        ("logspace(0, -3)", of(&log(0.0, -3.0))),
        ("logspace(0, -5)", of(&log(0.0, -5.0))),
        ("logspace(0, -7)", of(&log(0.0, -7.0))),
        ("logspace(0, -9)", of(&log(0.0, -9.0))),
        ("half zeros", of(&|i| if i < n / 2 { 1.0 - line(i) } else { 0.0 })),
        ("rank 10", of(&first(10))),
        ("rank 2", of(&first(2))),
        ("rank 2 + logspace(-4, -7)", of(&|i| if i < 2 { 1.0 } else { log(-4.0, -7.0)(i) })),
        ("logspace(0, -10) mixed", of(&|i| if i % 2 == 0 { log(0.0, -10.0)(i) } else { 1.0 })),
        ("gamma(3, .5)", gamma),
    ]
}

#[test]
fn the_stress_set_of_gram_newton_schulz_holds() {
    // 768 with BELTRAMI_LONG, the size of the published set, where the test takes minutes.
    let n = if std::env::var_os("BELTRAMI_LONG").is_some() { 768 } else { 96 };
    let mut sample = Sampler::new(26);
    for (name, mut values) in stress_spectra(&mut sample, n) {
        values.sort_by(|a, b| b.total_cmp(a));
        let (a, _, _) = with_values(&mut sample, 4 * n, &values);
        let rank = values.iter().filter(|s| **s > 1e-14 * values[0]).count();
        let nuclear: f64 = values.iter().sum();
        let accuracy = 1e-4;
        let found =
            polar(&a, &Request::accuracy(accuracy)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(found.factor.is_finite(), "{name}");
        let found = Measures::of(&a, &found.factor, rank, nuclear);
        // All follow from ‖X - msign(A)‖ ≤ accuracy*√rank: the first is twice as large at most, the others hold in the
        // Frobenius norm with the root.
        let all = accuracy * (rank as f64).sqrt();
        println!(
            "{name}: {:.1e} {:.1e} {:.1e} {:.1e} {:.1e}",
            found.orthogonality, found.residual, found.indefinite, found.dual, found.violation
        );
        assert!(found.orthogonality <= 2.1 * accuracy, "{name}");
        assert!(found.residual <= 2.1 * all && found.indefinite <= all, "{name}");
        assert!(found.dual.abs() <= all && found.violation <= all, "{name}");
        // Nothing that is not finite comes of a published list in a short format either.
        for (list, format) in [("polar-express", Format::F16), ("quintic", Format::Bf16)] {
            let named = named(list, None).expect("a name");
            let request = Request { proof: Proof::Omitted, ..Request::schedule(named, format) };
            let found = polar(&a, &request).unwrap_or_else(|e| panic!("{name} {list}: {e}"));
            assert!(found.factor.is_finite(), "{name} {list}");
            let found = Measures::of(&a, &found.factor, rank, nuclear);
            // The lists leave singular values up to 1.14, and rounding in bfloat16 adds 1e-2.
            assert!(found.violation <= 0.2, "{name} {list}: {}", found.violation);
        }
    }
}

#[test]
fn dyads_with_noise_keep_their_sign_in_every_format() {
    let mut sample = Sampler::new(27);
    let (m, n) = (160, 40);
    for noise in [0.0, 1e-3, 1e-2] {
        let values: Vec<f64> = (0..n).map(|i| if i == 0 { 1.0 } else { noise }).collect();
        let (a, u, v) = with_values(&mut sample, m, &values);
        let dyad = matmul(&u.block(0, 0, m, 1), &v.block(0, 0, n, 1).transpose()).expect("fits");
        let along = |x: &Matrix| x.data().iter().zip(dyad.data()).map(|(x, y)| x * y).sum::<f64>();
        for format in Format::ALL {
            for list in ["polar-express", "muon", "su-50", "deepseek-v4", "you-6"] {
                let request = Request::schedule(named(list, None).expect("a name"), format);
                let found = polar(&a, &request).expect("in range");
                let (size, bound) = (along(&found.factor), found.certificate.expect("asked").bound);
                // The ranges of these lists on [0.5, 1], widened by what bfloat16 adds.
                assert!((0.65..1.25).contains(&size), "{list} {format:?} {noise}: {size}");
                assert!(found.factor.is_finite() && bound >= 0.0);
            }
            let request = Request { format: Some(format), ..Request::accuracy(1e-4) };
            let found = polar(&a, &request).expect("possible");
            assert!((along(&found.factor) - 1.0).abs() < 1e-4, "{format:?} {noise}");
            assert!(found.certificate.expect("asked for").bound <= 1e-4);
        }
    }
}
