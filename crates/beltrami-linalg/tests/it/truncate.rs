//! Rules of rank keep what they promise.

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::{Error, Matrix, Norm, Rule, Svd, frobenius, truncation};

fn error(limit: f64, relative: bool, norm: Norm) -> Rule {
    Rule::Error { limit, relative, norm }
}

#[test]
fn energies_keep_the_smallest_rank_that_reaches_them() {
    // Cumulative parts 0.9, 0.95 and 1.
    let values = [0.9_f64.sqrt(), 0.05_f64.sqrt(), 0.05_f64.sqrt()];
    for (part, rank) in
        [(0.0, 0), (0.8, 1), (0.899, 1), (0.94, 2), (0.9499, 2), (0.96, 3), (1.0, 3)]
    {
        assert_eq!(truncation(&values, Rule::Energy(part)).unwrap().rank, rank, "{part}");
    }
    // Exact squares, so that a part that is reached exactly is reached.
    let exact = [3.0, 1.0, 1.0, 1.0, 0.0];
    for (part, rank) in [(0.75, 1), (0.76, 2), (1.0, 4)] {
        assert_eq!(truncation(&exact, Rule::Energy(part)).unwrap().rank, rank, "{part}");
    }
}

#[test]
fn errors_of_known_spectra_ask_for_known_ranks() {
    let harmonic: Vec<f64> = (1..=4096).map(|i| 1.0 / f64::from(i)).collect();
    for (limit, rank) in [(0.3, 7), (0.2, 15), (0.1, 60), (0.05, 230), (0.02, 1109), (0.01, 2448)] {
        let found = truncation(&harmonic, error(limit, true, Norm::Frobenius)).unwrap();
        assert_eq!(found.rank, rank);
        assert!(found.relative_frobenius <= limit);
    }
    let kept = truncation(&harmonic, Rule::Rank(50)).unwrap();
    // The root of Σ 1/i² from 51 to 4096.
    assert!((kept.frobenius - 0.139_847_139_411_55).abs() < 1e-14);
    assert_eq!(kept.spectral, 1.0 / 51.0);
    let falling: Vec<f64> = (1..=1000).map(|i| 10.0_f64.powf(-f64::from(i) / 20.0)).collect();
    for (limit, rank) in
        [(1e-1, 20), (1e-2, 40), (1e-4, 81), (1e-7, 141), (1e-10, 200), (1e-12, 240)]
    {
        let found = truncation(&falling, error(limit, true, Norm::Frobenius)).unwrap();
        // Powers of ten stand at the limit, where the last digit decides.
        assert!(found.rank.abs_diff(rank) <= 1, "{limit}: {}", found.rank);
    }
    let spectral = truncation(&harmonic, error(0.01, true, Norm::Spectral)).unwrap();
    assert_eq!((spectral.rank, spectral.spectral), (99, 0.01));
}

#[test]
fn the_reported_error_is_the_error_of_the_product() {
    let mut s = Sampler::new(21);
    for scale in [1.0, 1e-200, 1e200] {
        let a = s.matrix(14, 9).scaled(scale);
        let svd = Svd::new(&a).unwrap();
        for rank in 0..=12 {
            let (kept, report) = svd.truncated(Rule::Rank(rank)).unwrap();
            assert_eq!(
                (report.rank, kept.u.cols(), kept.v.cols()),
                (rank.min(9), rank.min(9), rank.min(9))
            );
            let found = frobenius(&a.plus(-1.0, &kept.product()));
            // Rounding of the factorisation, relative to the whole matrix.
            assert!((found - report.frobenius).abs() <= 1e-14 * frobenius(&a));
            assert!((report.energy + report.relative_frobenius.powi(2) - 1.0).abs() < 1e-14);
        }
    }
}

#[test]
fn small_tails_keep_their_digits() {
    let found = truncation(&[1.0, 1e-20, 1e-20], Rule::Rank(1)).unwrap();
    assert!((found.frobenius / (2.0_f64.sqrt() * 1e-20) - 1.0).abs() < 1e-15);
    assert_eq!(found.energy, 1.0);
    // Squares that overflow or underflow.
    for scale in [1e-300, 1e300] {
        let found = truncation(&[3.0 * scale, 4.0 * scale], Rule::Rank(0)).unwrap();
        assert!((found.frobenius / scale - 5.0).abs() < 1e-14);
    }
}

#[test]
fn nothing_and_zero_are_kept_whole() {
    for values in [&[][..], &[0.0, 0.0]] {
        for rule in [
            Rule::Rank(9),
            Rule::Energy(1.0),
            error(0.0, false, Norm::Spectral),
            error(0.0, true, Norm::Frobenius),
        ] {
            let found = truncation(values, rule).unwrap();
            assert_eq!((found.energy, found.frobenius, found.relative_spectral), (1.0, 0.0, 0.0));
        }
    }
    let mut s = Sampler::new(22);
    let a = product(&s.matrix(5, 2), &s.symmetric(&[1.0, 2.0]));
    let (kept, _) = Svd::new(&a).unwrap().truncated(Rule::Energy(0.0)).unwrap();
    assert_close(&kept.product(), &Matrix::zeros(5, 2), 0.0);
    assert_eq!(s.orthogonal(2).rows(), 2);
}

#[test]
fn impossible_rules_are_refused() {
    for rule in [
        Rule::Energy(1.5),
        Rule::Energy(-0.1),
        Rule::Energy(f64::NAN),
        error(-1.0, true, Norm::Spectral),
        error(f64::NAN, false, Norm::Frobenius),
    ] {
        assert!(matches!(truncation(&[1.0], rule), Err(Error::Shape { .. })), "{rule:?}");
    }
}
