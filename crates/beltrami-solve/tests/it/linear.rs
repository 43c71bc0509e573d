//! Linear iterations and their theory, against published iterates, known spectra and theorems.

use std::f64::consts::PI;

use beltrami_linalg::{Error, Matrix, exact_rank, ldexp};
use beltrami_solve::linear::{Dominance, Method, Options, Run, Status, Theory, solve};

fn matrix<const N: usize>(rows: [[f64; N]; N]) -> Matrix {
    Matrix::from_fn(N, N, |i, j| rows[i][j])
}

/// The negative second difference on `n` points.
fn laplacian(n: usize) -> Matrix {
    Matrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    })
}

/// A reproducible number between -1 and 1 (Knuth's constants for 64 bits).
fn drawn(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn random(n: usize, state: &mut u64) -> Matrix {
    Matrix::from_fn(n, n, |_, _| drawn(state))
}

fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    (0..a.rows()).map(|i| a.row(i).iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}

/// The run and all iterates.
fn run(
    method: Method,
    a: &Matrix,
    b: &[f64],
    start: &[f64],
    options: &Options,
) -> (Run, Vec<Vec<f64>>) {
    let theory = Theory::new(a).expect("a regular matrix");
    let mut iterates = Vec::new();
    let mut watch = |_: usize, _: f64, x: &[f64]| {
        iterates.push(x.to_vec());
        true
    };
    let run = solve(method, (a, b), &theory, start, options, &mut watch);
    (run, iterates)
}

fn near(x: &[f64], y: &[f64], tolerance: f64) {
    for (x, y) in x.iter().zip(y) {
        assert!((x - y).abs() <= tolerance, "{x} is not {y}");
    }
}

#[test]
fn iterates_are_the_published_ones() {
    // The worked examples of the articles on these methods in the English Wikipedia; half a unit of their last digit.
    type Vector = &'static [f64];
    type Case = (Method, Matrix, Vector, Vector, Vector, Vector);
    let cases: [Case; 3] = [
        (
            Method::Jacobi,
            matrix([[2.0, 1.0], [5.0, 7.0]]),
            &[11.0, 13.0],
            &[1.0, 1.0],
            &[5.0, 1.1429],
            &[64.0 / 9.0, -29.0 / 9.0],
        ),
        (
            Method::GaussSeidel,
            matrix([[16.0, 3.0], [7.0, -11.0]]),
            &[11.0, 13.0],
            &[1.0, 1.0],
            &[0.5, -0.8636],
            &[160.0 / 197.0, -131.0 / 197.0],
        ),
        (
            Method::ConjugateGradient,
            matrix([[4.0, 1.0], [1.0, 3.0]]),
            &[1.0, 2.0],
            &[2.0, 1.0],
            &[0.2356, 0.3384],
            &[1.0 / 11.0, 7.0 / 11.0],
        ),
    ];
    for (method, a, b, start, first, solution) in cases {
        let (found, iterates) = run(method, &a, b, start, &Options::default());
        assert_eq!(found.status, Status::Converged, "{method:?}");
        near(&iterates[1], first, 5e-5);
        near(&found.x, solution, 1e-8);
    }
    let a = matrix([
        [4.0, -1.0, -6.0, 0.0],
        [-5.0, -4.0, 10.0, 8.0],
        [0.0, 9.0, 4.0, -2.0],
        [1.0, 0.0, -7.0, 5.0],
    ]);
    let options = Options { omega: Some(0.5), ..Options::default() };
    let (found, iterates) = run(Method::Sor, &a, &[2.0, 21.0, -12.0, -6.0], &[0.0; 4], &options);
    // Printed in single precision.
    near(&iterates[1], &[0.25, -2.78125, 1.6289062, 0.5152344], 3e-7);
    near(&iterates[2], &[1.2490234, -2.2448974, 1.9687712, 0.9108547], 3e-7);
    near(&found.x, &[3.0, -2.0, 2.0, 1.0], 1e-8);
}

/// A fraction in lowest terms.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn new(top: i128, bottom: i128) -> Fraction {
        let (mut a, mut b) = (top.unsigned_abs(), bottom.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = if bottom < 0 { -(a as i128) } else { a as i128 };
        Fraction(top / common, bottom / common)
    }

    fn plus(self, other: Fraction) -> Fraction {
        Fraction::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Fraction) -> Fraction {
        Fraction::new(self.0 * other.0, self.1 * other.1)
    }

    fn value(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

/// `M*x' = b - (A - M)*x` in exact fractions, `M` being lower triangular: the diagonal over `ω`, and below it `A` if `below`.
fn split(
    a: &[[i128; 4]; 4],
    b: [i128; 4],
    x: [Fraction; 4],
    omega: Fraction,
    below: bool,
) -> [Fraction; 4] {
    let whole = |n: i128| Fraction(n, 1);
    let reciprocal = Fraction::new(omega.1, omega.0);
    let part = |i: usize, j: usize| match i.cmp(&j) {
        std::cmp::Ordering::Equal => whole(a[i][i]).times(reciprocal),
        std::cmp::Ordering::Greater if below => whole(a[i][j]),
        _ => whole(0),
    };
    let mut next = x;
    for i in 0..4 {
        let mut right = whole(b[i]);
        for (j, x) in x.iter().enumerate() {
            let rest = whole(a[i][j]).plus(part(i, j).times(whole(-1)));
            right = right.plus(rest.times(*x).times(whole(-1)));
        }
        for (j, new) in next.iter().enumerate().take(i) {
            right = right.plus(part(i, j).times(*new).times(whole(-1)));
        }
        let m = part(i, i);
        next[i] = right.times(Fraction::new(m.1, m.0));
    }
    next
}

/// The splittings of the textbooks (Varga 1962, section 3.1) as systems with a triangular matrix.
#[test]
fn iterates_are_those_of_the_splitting_in_exact_fractions() {
    let a = [[8, -1, 2, 0], [3, 9, -2, 1], [1, 0, -7, 2], [0, 4, 1, 10]];
    let b = [5, -3, 7, 11];
    let real = matrix(a.map(|row| row.map(|x| x as f64)));
    let right = b.map(|x| x as f64);
    for (method, omega, below) in [
        (Method::Jacobi, Fraction(1, 1), false),
        (Method::GaussSeidel, Fraction(1, 1), true),
        (Method::Sor, Fraction(5, 4), true),
        (Method::Sor, Fraction(1, 2), true),
    ] {
        let asked = (method == Method::Sor).then_some(omega.value());
        let options = Options { omega: asked, ..Options::default() };
        let (_, iterates) = run(method, &real, &right, &[0.0; 4], &options);
        let mut x = [Fraction(0, 1); 4];
        for iterate in &iterates[1..6] {
            x = split(&a, b, x, omega, below);
            // A step rounds four products of numbers below 10.
            near(iterate, &x.map(Fraction::value), 1e-14);
        }
    }
}

#[test]
fn spectral_radii_of_the_laplacian_are_those_of_the_book() {
    for n in [3, 5, 12, 30] {
        let (a, b) = (laplacian(n), vec![1.0; n]);
        let theory = Theory::new(&a).expect("a regular matrix");
        assert_eq!(theory.dominance, Dominance::Irreducible);
        let radius = |method: Method| {
            let forecast = theory.forecast(&a, method, &Options::default()).expect("a forecast");
            (forecast.radius.expect("a radius"), forecast.omega)
        };
        let cosine = (PI / (n as f64 + 1.0)).cos();
        assert!((radius(Method::Jacobi).0 - cosine).abs() < 1e-12, "{n}");
        // The square, which has a double eigenvalue at zero and none beside it.
        assert!((radius(Method::GaussSeidel).0 - cosine * cosine).abs() < 1e-10, "{n}");
        // Young: at the best factor two eigenvalues meet at ω - 1; a defect of rounding u moves them by √u.
        let (sor, omega) = radius(Method::Sor);
        let omega = omega.expect("a factor");
        assert!((omega - 2.0 / (1.0 + (PI / (n as f64 + 1.0)).sin())).abs() < 1e-12, "{n}");
        assert!((sor - (omega - 1.0)).abs() < 1e-6, "{n}: {sor} and {omega}");
        let exact = ((n as f64 * PI / (2.0 * (n as f64 + 1.0))).sin()
            / (PI / (2.0 * (n as f64 + 1.0))).sin())
        .powi(2);
        assert!((theory.condition / exact - 1.0).abs() < 1e-10, "{n}");
        // What is predicted is what happens, up to the constant that a radius knows nothing of.
        for method in [Method::Jacobi, Method::GaussSeidel] {
            let (found, _) = run(method, &a, &b, &vec![0.0; n], &Options::default());
            let steps = found.forecast.and_then(|f| f.steps).expect("a prediction") as f64;
            assert_eq!(found.status, Status::Converged);
            assert!((found.iterations() as f64 / steps - 1.0).abs() < 0.25, "{n} {method:?}");
            let rate = found.rate().expect("a rate");
            assert!((rate - radius(method).0).abs() < 0.02, "{n} {method:?}: {rate}");
        }
    }
}

#[test]
fn conjugate_gradients_take_a_step_for_each_eigenvalue() {
    // Three different eigenvalues, whatever the size: a reflected diagonal.
    let mut state = 3;
    let n = 20;
    let v: Vec<f64> = (0..n).map(|_| drawn(&mut state)).collect();
    let square: f64 = v.iter().map(|x| x * x).sum();
    let q = Matrix::from_fn(n, n, |i, j| f64::from(u8::from(i == j)) - 2.0 * v[i] * v[j] / square);
    let a = Matrix::from_fn(n, n, |i, j| {
        (0..n).map(|k| q[(i, k)] * [1.0, 4.0, 9.0][k % 3] * q[(j, k)]).sum()
    })
    .symmetric_part();
    let b: Vec<f64> = (0..n).map(|_| drawn(&mut state)).collect();
    let (found, _) = run(Method::ConjugateGradient, &a, &b, &vec![0.0; n], &Options::default());
    assert_eq!(found.forecast.and_then(|f| f.distinct), Some(3));
    assert_eq!((found.status, found.iterations()), (Status::Converged, 3));
    // A diagonal matrix is the identity after scaling.
    let d = Matrix::diagonal(&[1.0, 10.0, 1e3, 1e6]);
    let (found, _) =
        run(Method::ScaledConjugateGradient, &d, &[1.0; 4], &[0.0; 4], &Options::default());
    assert_eq!((found.status, found.iterations()), (Status::Converged, 1));
    assert_eq!(found.forecast.and_then(|f| f.distinct), Some(1));
}

#[test]
fn errors_stay_within_their_bounds() {
    for seed in 1..=20 {
        let mut state = seed;
        let n = 4 + seed as usize;
        let x = random(n, &mut state);
        let a = Matrix::from_fn(n, n, |i, j| {
            x.row(i).iter().zip(x.row(j)).map(|(a, b)| a * b).sum::<f64>()
                + if i == j { 0.3 } else { 0.0 }
        });
        let solution: Vec<f64> = (0..n).map(|_| drawn(&mut state)).collect();
        let b = times(&a, &solution);
        let (found, iterates) =
            run(Method::ConjugateGradient, &a, &b, &vec![0.0; n], &Options::default());
        assert_eq!(found.status, Status::Converged, "seed {seed}");
        let energy = |x: &[f64]| {
            let e: Vec<f64> = x.iter().zip(&solution).map(|(x, s)| x - s).collect();
            e.iter().zip(times(&a, &e)).map(|(e, f)| e * f).sum::<f64>().max(0.0).sqrt()
        };
        let theory = Theory::new(&a).expect("a regular matrix");
        let root = theory.condition.sqrt();
        let forecast = found.forecast.expect("a forecast");
        for (k, x) in iterates.iter().enumerate() {
            let bound = 2.0 * ((root - 1.0) / (root + 1.0)).powi(k as i32);
            // Rounding of the matrix in which errors are measured.
            let rounding = 1e-12;
            assert!(energy(x) <= (bound + rounding) * energy(&iterates[0]), "seed {seed}, {k}");
            let promised = forecast.residual(k as f64).expect("a bound");
            assert!(found.residuals[k] <= promised + rounding, "seed {seed}, {k}");
            let gap: f64 = x.iter().zip(&solution).map(|(x, s)| (x - s).powi(2)).sum();
            let size: f64 = solution.iter().map(|s| s * s).sum();
            let bound = theory.error_bound((&a, &b), x).expect("a bound");
            // The right-hand side was rounded once, which moves the solution by the condition number.
            let moved = theory.condition * n as f64 * f64::EPSILON;
            assert!((gap / size).sqrt() <= bound + moved, "seed {seed}, {k}");
        }
    }
}

#[test]
fn every_eigenvalue_lies_in_the_discs() {
    for seed in 1..=200 {
        let mut state = seed;
        let n = 1 + (seed % 9) as usize;
        let spread = [0.0, 2.0, 20.0][(seed % 3) as usize];
        let a = random(n, &mut state);
        let a =
            Matrix::from_fn(n, n, |i, j| a[(i, j)] + if i == j { spread * i as f64 } else { 0.0 });
        let Ok(theory) = Theory::new(&a) else { panic!("seed {seed} is singular") };
        let discs = &theory.gershgorin;
        for value in &theory.eigenvalues {
            // Eigenvalues of a matrix far from normal are right to the root of a rounding.
            assert!(discs.allows(*value, 1e-7), "seed {seed}: {value:?}");
        }
        for groups in [&discs.row_groups, &discs.column_groups] {
            assert_eq!(groups.iter().map(|group| group.members.len()).sum::<usize>(), n);
            for group in groups {
                let inside =
                    |v: &&(f64, f64)| (group.low - 1e-7..=group.high + 1e-7).contains(&v.0);
                let count = theory.eigenvalues.iter().filter(inside).count();
                assert_eq!(count, group.members.len(), "seed {seed}: {group:?}");
            }
        }
        if theory.dominance == Dominance::Strict {
            for method in [Method::Jacobi, Method::GaussSeidel] {
                let forecast = theory.forecast(&a, method, &Options::default());
                assert!(forecast.is_ok_and(|f| f.radius < Some(1.0)), "seed {seed}");
            }
        }
    }
}

#[test]
fn outcomes_have_their_names_and_reasons() {
    let outcome = |method: Method, a: &Matrix, b: &[f64], options: &Options| {
        let (found, _) = run(method, a, b, &vec![0.0; b.len()], options);
        (found.status, found.reason)
    };
    let usual = Options::default();
    // The example of Gauss–Seidel that diverges, of the same article.
    let diverging = matrix([[2.0, 3.0], [5.0, 7.0]]);
    for method in [Method::Jacobi, Method::GaussSeidel] {
        let (status, reason) = outcome(method, &diverging, &[11.0, 13.0], &usual);
        assert_eq!(status, Status::Diverged);
        assert!(reason.contains("spectral radius"), "{reason}");
    }
    // Positive definite, and Jacobi's radius is 2·0.9: Gauss–Seidel converges, and is the remedy.
    let definite = matrix([[1.0, 0.9, 0.9], [0.9, 1.0, 0.9], [0.9, 0.9, 1.0]]);
    let (status, reason) = outcome(Method::Jacobi, &definite, &[1.0, 2.0, 3.0], &usual);
    assert_eq!(status, Status::Diverged);
    assert!(reason.contains("1.8000") && reason.contains("gauss-seidel"), "{reason}");
    assert_eq!(
        outcome(Method::GaussSeidel, &definite, &[1.0, 2.0, 3.0], &usual).0,
        Status::Converged
    );
    // A rotation of the error by a quarter: its length stays.
    let turning = matrix([[1.0, 1.0], [-1.0, 1.0]]);
    let (status, reason) = outcome(Method::Jacobi, &turning, &[1.0, 2.0], &usual);
    assert_eq!(status, Status::NoProgress, "{reason}");
    assert!(reason.contains("neither grows nor falls"), "{reason}");
    let swapped = matrix([[0.0, 1.0], [1.0, 0.0]]);
    for (method, words) in [
        (Method::Jacobi, "entry (1, 1) is zero"),
        (Method::ConjugateGradient, "not positive definite"),
    ] {
        let (status, reason) = outcome(method, &swapped, &[1.0, 2.0], &usual);
        assert_eq!(status, Status::NotApplicable);
        assert!(reason.contains(words), "{reason}");
    }
    let (status, reason) = outcome(Method::ConjugateGradient, &diverging, &[1.0, 2.0], &usual);
    assert_eq!(status, Status::NotApplicable);
    assert!(reason.contains("not symmetric"), "{reason}");
    let few = Options { max_iterations: 5, ..usual };
    let (status, reason) = outcome(Method::Jacobi, &laplacian(10), &[1.0; 10], &few);
    assert_eq!(status, Status::IterationLimit);
    assert!(reason.contains("557 are predicted"), "{reason}");
    let beyond = Options { tolerance: 1e-30, ..usual };
    for method in Method::ALL {
        let a = laplacian(10);
        let b: Vec<f64> = (0..10).map(|i| (f64::from(i) + 0.1).sqrt()).collect();
        assert_eq!(outcome(method, &a, &b, &beyond).0, Status::NoProgress, "{method:?}");
    }
    // Nothing to do, and a scale that is zero.
    assert_eq!(outcome(Method::Jacobi, &definite, &[0.0; 3], &usual).0, Status::Converged);
    let (found, _) = run(Method::GaussSeidel, &definite, &[0.0; 3], &[1.0; 3], &usual);
    assert_eq!(found.status, Status::Converged);
    assert!(matches!(Theory::new(&Matrix::zeros(2, 2)), Err(Error::Singular { .. })));
    assert!(matches!(Theory::new(&Matrix::zeros(0, 0)), Err(Error::Shape { .. })));
    assert!(matches!(Theory::new(&Matrix::zeros(2, 3)), Err(Error::NotSquare { .. })));
    let theory = Theory::new(&definite).expect("a regular matrix");
    let stop = &mut |number: usize, _: f64, _: &[f64]| number < 3;
    let run = solve(Method::GaussSeidel, (&definite, &[1.0; 3]), &theory, &[0.0; 3], &usual, stop);
    assert_eq!((run.status, run.iterations()), (Status::Interrupted, 3));
}

/// `A`, `b` and `x` of a system whose rows, columns and right-hand side are multiplied by powers of two from `2^-60` to `2^60`.
fn rescaled(a: &Matrix, b: &[f64], state: &mut u64) -> (Matrix, Vec<f64>, Vec<i32>) {
    let n = a.rows();
    let mut exponents = || (0..n).map(|_| (60.0 * drawn(state)) as i32).collect::<Vec<i32>>();
    let (rows, cols) = (exponents(), exponents());
    let right = exponents()[0];
    let scaled = Matrix::from_fn(n, n, |i, j| ldexp(a[(i, j)], rows[i] + cols[j]));
    let b = b.iter().zip(&rows).map(|(b, row)| ldexp(*b, row + right)).collect();
    // What the solution is multiplied with.
    (scaled, b, cols.iter().map(|col| right - col).collect())
}

#[test]
fn verdicts_do_not_depend_on_the_units_of_rows_columns_and_right_sides() {
    for seed in 1..40_u64 {
        let mut state = seed;
        let n = 2 + seed as usize % 4;
        // Dominant enough that Jacobi's method converges.
        let noise = random(n, &mut state);
        let a = Matrix::from_fn(n, n, |i, j| noise[(i, j)] + if i == j { 8.0 } else { 0.0 });
        let b: Vec<f64> = (0..n).map(|_| drawn(&mut state)).collect();
        let plain = run(Method::GaussSeidel, &a, &b, &vec![0.0; n], &Options::default()).0;
        for _ in 0..4 {
            let (scaled, side, of_solution) = rescaled(&a, &b, &mut state);
            for method in [Method::Jacobi, Method::GaussSeidel, Method::Sor] {
                let options = Options { omega: Some(1.1), ..Options::default() };
                let found = run(method, &scaled, &side, &vec![0.0; n], &options).0;
                assert_eq!(found.status, Status::Converged, "seed {seed}, {method:?}: {found:?}");
                for ((x, y), exponent) in found.x.iter().zip(&plain.x).zip(&of_solution) {
                    // Both residuals are within the tolerance 1e-10, of a condition below 10.
                    let x = ldexp(*x, -exponent);
                    assert!((x - y).abs() <= 1e-8, "seed {seed}, {method:?}: {x} {y}");
                }
            }
            // The last row becomes the sum of the others: small whole numbers, so that this is exact.
            let whole = Matrix::from_fn(n, n, |i, j| (4.0 * a[(i, j)]).round());
            let last = |j: usize| (0..n - 1).map(|i| whole[(i, j)]).sum::<f64>();
            let singular =
                Matrix::from_fn(n, n, |i, j| if i + 1 < n { whole[(i, j)] } else { last(j) });
            let (scaled, ..) = rescaled(&singular, &b, &mut state);
            for a in [&singular, &scaled] {
                let refused = Theory::new(a).map(|theory| theory.condition);
                assert!(matches!(refused, Err(Error::Singular { .. })), "seed {seed}: {refused:?}");
                assert_eq!(exact_rank(a), Some(n - 1), "seed {seed}");
            }
        }
    }
}

#[test]
fn definite_matrices_are_so_in_all_units() {
    for seed in 1..20_u64 {
        let mut state = seed;
        let n = 2 + seed as usize % 4;
        let noise = random(n, &mut state);
        for sign in [1.0, -1.0] {
            // Dominant enough to be definite, or with one negative eigenvalue.
            let entry = |i: usize, j: usize| match i == j {
                true if i == 0 => 8.0 * sign,
                true => 8.0,
                false => 0.5 * (noise[(i, j)] + noise[(j, i)]),
            };
            let exponents: Vec<i32> =
                (0..n).map(|_| (400.0 * drawn(&mut state)).round() as i32).collect();
            let scaled =
                Matrix::from_fn(n, n, |i, j| ldexp(entry(i, j), exponents[i] + exponents[j]));
            let theory = Theory::new(&scaled).expect("an inverse");
            assert_eq!(theory.definite, sign > 0.0, "seed {seed}: {exponents:?}");
        }
    }
}
