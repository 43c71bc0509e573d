//! The polar factor against the singular value decomposition, its bounds against the true error.

use crate::sample::{Sampler, product};
use beltrami_linalg::polar::{Proof, Request, polar};
use beltrami_linalg::schedule::named;
use beltrami_linalg::{Error, Format, Matrix, Qr, matmul};

/// `U*diag(s)*V'` with random orthonormal factors, and its polar factor: both known to rounding.
fn with_values(sample: &mut Sampler, m: usize, n: usize, values: &[f64]) -> (Matrix, Matrix) {
    let k = values.len();
    let q = |a: Matrix| Qr::new(&a).expect("finite").q;
    let u = q(sample.matrix(m, k));
    let v = q(sample.matrix(n, k));
    let rank = values.iter().filter(|s| **s > 0.0).count();
    let scaled = Matrix::from_fn(m, k, |i, j| u[(i, j)] * values[j]);
    let product = |a: &Matrix, b: &Matrix| matmul(a, &b.transpose()).expect("they fit");
    let (left, right) = (u.block(0, 0, m, rank), v.block(0, 0, n, rank));
    (product(&scaled, &v), product(&left, &right))
}

fn logspace(n: usize, condition: f64) -> Vec<f64> {
    (0..n).map(|i| condition.powf(-(i as f64) / (n - 1).max(1) as f64)).collect()
}

fn frobenius(a: &Matrix) -> f64 {
    a.data().iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn distance(a: &Matrix, b: &Matrix) -> f64 {
    frobenius(&a.plus(-1.0, b))
}

#[test]
fn accuracies_are_reached_and_proved() {
    let mut sample = Sampler::new(11);
    for (m, n, condition) in
        [(40, 40, 10.0), (40, 40, 1e3), (33, 60, 1e5), (90, 30, 1e8), (64, 64, 1e10), (5, 3, 1e4)]
    {
        let values = logspace(m.min(n), condition);
        let (a, exact) = with_values(&mut sample, m, n, &values);
        for accuracy in [1e-2, 1e-5, 1e-9] {
            let found = polar(&a, &Request::accuracy(accuracy)).expect("possible in f64");
            let certificate = found.certificate.expect("asked for");
            assert!(certificate.bound <= accuracy);
            assert_eq!((certificate.rank.count, certificate.rank.proved), (m.min(n), true));
            // The matrix itself is known to rounding, its factor to rounding times the condition.
            let known = 1e-15 * condition;
            let error = distance(&found.factor, &exact) / (m.min(n) as f64).sqrt();
            assert!(
                error <= accuracy + known,
                "{m}×{n} κ {condition:.0e} {accuracy:.0e}: {error:.1e}, {}",
                found.method
            );
        }
    }
}

/// A matrix of size `4^k` with orthonormal columns and entries `±1/2^k`, exact in every format: Sylvester's, with random signs
/// and order of rows.
fn hadamard(sample: &mut Sampler, size: usize) -> Matrix {
    let scale = 1.0 / (size as f64).sqrt();
    let entry =
        |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { scale } else { -scale };
    let signs: Vec<f64> = (0..size).map(|_| sample.number().signum()).collect();
    let mut order: Vec<usize> = (0..size).collect();
    for i in (1..size).rev() {
        order.swap(i, ((sample.number() + 1.0) * 0.5 * (i + 1) as f64) as usize % (i + 1));
    }
    Matrix::from_fn(size, size, |i, j| signs[order[i]] * entry(order[i], j))
}

/// A matrix without rounding errors and its polar factor: `A = O*H*D*H` with powers of two in `D`, down to `2^-bits`.
fn exactly_known(sample: &mut Sampler, m: usize, n: usize, bits: u32) -> (Matrix, Matrix) {
    let o = hadamard(sample, m).block(0, 0, m, n);
    let h = hadamard(sample, n);
    let power = |place: usize, sample: &mut Sampler| match place {
        0 => 0,
        1 => bits,
        _ => (0.5 * (sample.number() + 1.0) * f64::from(bits)) as u32,
    };
    let values: Vec<f64> =
        (0..n).map(|place| 2.0_f64.powi(-(power(place, sample) as i32))).collect();
    let hd = Matrix::from_fn(n, n, |i, j| h[(i, j)] * values[j]);
    // Sums of 53 - 2*log2(n) bits at most: no product rounds.
    let p = matmul(&hd, &h.transpose()).expect("they fit");
    (matmul(&o, &p).expect("they fit"), o)
}

#[test]
fn no_result_is_outside_its_bound() {
    let cases: usize =
        std::env::var("BELTRAMI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut sample = Sampler::new(5);
    let mut ratios = Vec::new();
    for case in 0..cases {
        // Large sizes cost most of the time, a few of them are enough.
        let sizes = if case % 100 == 0 {
            (64, 64)
        } else {
            [(4, 4), (16, 4), (16, 16), (64, 4), (4, 1), (16, 1)][case % 6]
        };
        let bits = [0, 1, 3, 7, 13, 20, 27, 33][case / 6 % 8];
        let (mut a, mut exact) = exactly_known(&mut sample, sizes.0, sizes.1, bits);
        if case % 5 == 0 {
            (a, exact) = (a.transpose(), exact.transpose());
        }
        // Any scale: the result is the same.
        a = a.scaled_by_power([0, 40, -300, 900][case % 4]);
        let format = Format::ALL[case / 48 % 4];
        let name = ["polar-express", "muon", "deepseek-v4", "cans"][case / 192 % 4];
        let request = match case % 3 {
            0 => Request { format: Some(format), ..Request::accuracy(1e-3) },
            1 => Request::accuracy(1e-11),
            _ => Request::schedule(named(name, None).expect("a name"), format),
        };
        let found = match polar(&a, &request) {
            Ok(found) => found,
            // A schedule without margin overflows where rounding takes a singular value beyond its range.
            Err(beltrami_linalg::Error::NotConverged { .. }) if case % 3 == 2 => continue,
            Err(error) => panic!("case {case}, {sizes:?}, 2^-{bits}: {error}"),
        };
        let certificate = found.certificate.expect("asked for");
        let error =
            distance(&found.factor, &exact) / (exact.rows().min(exact.cols()) as f64).sqrt();
        assert!(
            error <= certificate.bound,
            "case {case}, {sizes:?}, 2^-{bits}, {}: error {error:e}, bound {:e}",
            found.method,
            certificate.bound
        );
        if error > 0.0 {
            ratios.push(certificate.bound / error);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    println!(
        "median {median:.2}, 90 % {:.1}, 99 % {:.1}",
        ratios[ratios.len() * 9 / 10],
        ratios[ratios.len() * 99 / 100]
    );
    assert!(median < 10.0, "bounds are {median} times the error in the median");
}

#[test]
fn no_large_result_is_outside_its_bound() {
    // Beyond 128 columns bounds are proved by residuals alone where those are enough.
    let mut sample = Sampler::new(6);
    let mut ratios = Vec::new();
    for case in 0..48 {
        let (m, n) = if case % 4 == 3 { (1024, 256) } else { (256, 256) };
        let bits = [1, 5, 9, 12, 18, 24][case / 4 % 6];
        let (mut a, mut exact) = exactly_known(&mut sample, m, n, bits);
        // Rounded numbers, whose factor is known to their rounding times the condition.
        let moved = if case % 2 == 0 { 0.0 } else { 2.0_f64.powi(-50) };
        a = Matrix::from_fn(m, n, |i, j| a[(i, j)] + moved * sample.number() / 16.0);
        let known = moved * 2.0_f64.powi(bits as i32) * (m as f64).sqrt();
        if case % 5 == 0 {
            (a, exact) = (a.transpose(), exact.transpose());
        }
        let accuracy = [1e-2, 1e-5, 1e-10][case % 3];
        let threads = 1 + case % 2;
        let request = Request { threads, ..Request::accuracy(accuracy) };
        let found = polar(&a, &request).expect("possible");
        let bound = found.certificate.expect("asked for").bound;
        let error = distance(&found.factor, &exact) / 16.0;
        let method = &found.method;
        assert!(bound <= accuracy, "case {case}, 2^-{bits}, {method}: bound {bound:e}");
        assert!(
            error <= bound + known,
            "case {case}, 2^-{bits}, {method}: error {error:e}, bound {bound:e}"
        );
        if error > 10.0 * known {
            ratios.push(bound / error);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.2}, largest {:.1}", ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    assert!(ratios[ratios.len() / 2] < 10.0, "the median is {}", ratios[ratios.len() / 2]);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let mut sample = Sampler::new(7);
    let a = sample.matrix(300, 290);
    for proof in [Proof::Omitted, Proof::Enough] {
        for accuracy in [1e-2, 1e-5, 1e-12] {
            let on = |threads: usize| {
                polar(&a, &Request { threads, proof, ..Request::accuracy(accuracy) })
            };
            assert_eq!(on(1), on(2), "{accuracy:e}");
        }
    }
}

/// A matrix by rows.
fn of_rows(rows: &[&[f64]]) -> Matrix {
    Matrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

#[test]
fn a_rank_is_proved_or_said_to_be_truncated() {
    let request = Request::accuracy(1e-6);
    let proved = |a: &Matrix| polar(a, &request).unwrap().certificate.expect("asked for");
    // Exactly deficient.
    for (a, rank) in [
        (of_rows(&[&[1.0, 1.0], &[1.0, 1.0]]), 1),
        (of_rows(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]]), 2),
        (of_rows(&[&[2.0, 0.0], &[0.0, 0.0], &[0.0, 0.0]]), 1),
    ] {
        let found = proved(&a).rank;
        assert_eq!((found.count, found.proved, found.dropped), (rank, true, None));
    }
    // A product of thirds, whose entries are rounded: deficient to rounding, and not otherwise.
    let mut sample = Sampler::new(5);
    let a = product(&sample.matrix(9, 3), &sample.matrix(3, 6));
    let found = proved(&a).rank;
    let rest = found.dropped.expect("rounded");
    assert_eq!((found.count, found.proved), (3, false));
    assert!(rest > 0.0 && rest < 1e-12 * frobenius(&a), "{rest:e}");
    let scaled = polar(&a.scaled_by_power(700), &request).unwrap().certificate.expect("asked for");
    assert_eq!(scaled.rank.dropped, Some(rest * 2.0_f64.powi(700)));
}

#[test]
fn a_rank_that_rounding_hides_is_no_rank() {
    // Determinants 1, -1e295, 3e9 and, of the square part, 1e-17.
    for (a, found, rank) in [
        (of_rows(&[&[1.0, 1e8], &[0.0, 1.0]]), 1, 2),
        (of_rows(&[&[1e300, 0.0], &[0.0, -1e-5]]), 1, 2),
        (of_rows(&[&[1.0, 1e9, 0.0], &[0.0, 1.0, 1e9], &[1e-9, 0.0, 2e9]]), 2, 3),
        (of_rows(&[&[1.0, 0.0], &[0.0, 1e-17], &[0.0, 0.0]]), 1, 2),
    ] {
        for a in [a.transpose(), a] {
            let refused = polar(&a, &Request::accuracy(1e-6)).unwrap_err();
            assert_eq!(refused, Error::Unresolved { function: "polar", found, rank }, "{a:?}");
            let schedule = named("muon", None).expect("a published list");
            let steps = polar(&a, &Request::schedule(schedule, Format::F64)).unwrap();
            let certificate = steps.certificate.expect("asked for");
            assert!(certificate.bound.is_infinite(), "{a:?}: {certificate:?}");
            assert!(!certificate.rank.proved, "{a:?}: {certificate:?}");
        }
    }
}
