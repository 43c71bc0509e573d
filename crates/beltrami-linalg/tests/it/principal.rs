//! Square roots and logarithms of matrices that are far from normal, against mpmath.
//!
//! The expected values are those of mpmath 1.3 with 200 digits (`sqrtm`, and the logarithm from repeated roots and its
//! series), rounded; SciPy 1.14 agrees with them to 2e-15.

use std::num::NonZeroU32;

use crate::sample::{Sampler, assert_close, norm, product};
use beltrami_linalg::matfun::{Expm, InvRoot, Logm, MatrixFunction, Power, Root, Sqrtm};
use beltrami_linalg::{Error, Matrix, logm, solve_sylvester, sqrtm};

/// Name, size, the matrix, its root, its logarithm.
type Case = (&'static str, usize, &'static [f64], &'static [f64], &'static [f64]);

// Some of the numbers are √2 and log 2 by chance.
#[allow(clippy::approx_constant)]
#[rustfmt::skip]
const CASES: [Case; 9] = [
    ("wide gap", 2, &[1.0, 100000000.0, 0.0, 2.0], &[1.0, 41421356.23730951, 0.0, 1.4142135623730951], &[0.0, 69314718.05599453, 0.0, 0.6931471805599453]),
    ("graded", 3, &[1.0, 10000.0, 100000000.0, 0.0, 0.001, 100000.0, 0.0, 0.0, 1e-06], &[1.0, 9693.465699682845, -29584213045.96027, 0.0, 0.03162277660168379, 3065343.003171551, 0.0, 0.0, 0.001], &[0.0, 69146.69948931067, -6906380634306.975, 0.0, -6.907755278982137, 691466994.8931068, 0.0, 0.0, -13.815510557964274]),
    ("graded up", 3, &[1e-06, 10000.0, 100000000.0, 0.0, 0.001, 100000.0, 0.0, 0.0, 1.0], &[0.001, 306534.3003171551, -29584213045.96027, 0.0, 0.03162277660168379, 96934.65699682845, 0.0, 0.0, 1.0], &[-13.815510557964274, 69146699.48931068, -6906380634306.975, 0.0, -6.907755278982137, 691466.9948931069, 0.0, 0.0, 0.0]),
    ("Jordan", 4, &[2.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 2.0], &[1.4142135623730951, 0.3535533905932738, -0.04419417382415922, 0.011048543456039806, 0.0, 1.4142135623730951, 0.3535533905932738, -0.04419417382415922, 0.0, 0.0, 1.4142135623730951, 0.3535533905932738, 0.0, 0.0, 0.0, 1.4142135623730951], &[0.6931471805599453, 0.5, -0.125, 0.041666666666666664, 0.0, 0.6931471805599453, 0.5, -0.125, 0.0, 0.0, 0.6931471805599453, 0.5, 0.0, 0.0, 0.0, 0.6931471805599453]),
    ("Jordan wide", 3, &[1.0, 1000000.0, 0.0, 0.0, 1.0, 1000000.0, 0.0, 0.0, 1.0], &[1.0, 500000.0, -125000000000.0, 0.0, 1.0, 500000.0, 0.0, 0.0, 1.0], &[0.0, 1000000.0, -500000000000.0, 0.0, 0.0, 1000000.0, 0.0, 0.0, 0.0]),
    ("lower", 3, &[1.0, 0.0, 0.0, 10000000.0, 2.0, 0.0, 3.0, 1000000.0, 4.0], &[1.0, 0.0, 0.0, 4142135.6237309505, 1.4142135623730951, 0.0, -404401145197.8086, 292893.21881345246, 2.0], &[0.0, 0.0, 0.0, 6931471.805599453, 0.6931471805599453, 0.0, -1155245300931.856, 346573.59027997265, 1.3862943611198906]),
    ("complex", 3, &[1.0, -5.0, 2.0, 4.0, 1.0, 7.0, 0.0, 0.0, 3.0], &[1.6707147714310544, -1.4963655333331491, 1.2924426922106986, 1.1970924266665193, 1.6707147714310544, 1.6024690842372586, 0.0, 0.0, 1.7320508075688772], &[1.5222612188617115, -1.5102496469157143, 1.931608711172807, 1.2081997175325716, 1.5222612188617115, 1.1722464491354365, 0.0, 0.0, 1.0986122886681098]),
    ("left half plane", 4, &[-1.0, -2.0, 1.0, 0.0, 3.0, -1.0, 0.0, 2.0, 0.0, 0.0, -0.5, -4.0, 0.0, 0.0, 1.0, -0.5], &[0.9071249393177852, -1.1023839789390675, 0.2241325283163316, 0.46901130465097735, 1.653575968408601, 0.9071249393177852, -0.3022934886257075, 0.30168228513111683, 0.0, 0.0, 0.8836155308755133, -2.2634278485557386, 0.0, 0.0, 0.5658569621389347, 0.8836155308755133], &[0.9729550745276566, -1.5990211995947343, -0.04555915243541428, 0.7097663397365634, 2.3985317993921016, 0.9729550745276566, -0.46824117328917514, -0.48531368013199594, 0.0, 0.0, 0.7234594914681627, -3.6315499798435216, 0.0, 0.0, 0.9078874949608804, 0.7234594914681627]),
    ("dense", 4, &[4.0, 1.0, 2.0, 0.5, 0.3, 3.0, -1.0, 0.2, 1.0, 0.7, 5.0, -2.0, 0.1, -0.4, 1.5, 2.0], &[1.9655788119235003, 0.2607508471721145, 0.4686339655288602, 0.21816379743050818, 0.09760659005775449, 1.7357717590053743, -0.26231170525211434, 0.010953306342815081, 0.23387750232324028, 0.14030664742505003, 2.267100820543988, -0.5466790636157582, 0.0066280094386207185, -0.14155766441217932, 0.38879300502729347, 1.4874977407322751], &[1.3188250259898833, 0.2833387946790246, 0.43348818438452597, 0.325864932325745, 0.12207612905661555, 1.1017630102525187, -0.2725274561812093, -0.04074951688870276, 0.2173583101779724, 0.10006806266518958, 1.674158952051198, -0.5967701077625813, -0.011432866783504999, -0.18663429626633823, 0.40161278450539817, 0.8633275418481402]),
];

fn cases() -> impl Iterator<Item = (&'static str, Matrix, Matrix, Matrix)> {
    CASES.iter().map(|(name, n, a, root, log)| {
        let square = |entries: &[f64]| Matrix::new(*n, *n, entries.to_vec()).unwrap();
        (*name, square(a), square(root), square(log))
    })
}

#[test]
fn roots_and_logarithms_are_those_of_many_digits() {
    for (name, a, root, log) in cases() {
        println!("{name}");
        // Within a few roundoffs of the largest entry; the condition numbers are below 1e3.
        assert_close(&sqrtm(&a).unwrap(), &root, 1e-14);
        assert_close(&logm(&a).unwrap(), &log, 1e-14);
        // Rows and columns in the opposite order.
        let n = a.rows();
        let reversed = |x: &Matrix| Matrix::from_fn(n, n, |i, j| x[(n - 1 - i, n - 1 - j)]);
        assert_close(&sqrtm(&reversed(&a)).unwrap(), &reversed(&root), 1e-14);
        assert_close(&logm(&a.transpose()).unwrap(), &log.transpose(), 1e-14);
        // And in another: the first goes last but one.
        let place = |i: usize| if n < 3 { i } else { (i * (n - 1) + 1) % n };
        let moved = |x: &Matrix| Matrix::from_fn(n, n, |i, j| x[(place(i), place(j))]);
        assert_close(&sqrtm(&moved(&a)).unwrap(), &moved(&root), 1e-14);
        assert_close(&logm(&moved(&a)).unwrap(), &moved(&log), 1e-14);
    }
    // -1 ± 1e-4i, and its root and logarithm by hand.
    let turn = |re: f64, im: f64| Matrix::new(2, 2, vec![re, -im, im, re]).unwrap();
    let a = turn(-1.0, 1e-4);
    assert_close(&sqrtm(&a).unwrap(), &turn(4.99999999375e-05, 1.00000000125), 1e-14);
    // The real part of the logarithm is the difference of 1 and the length, which is in the entries only to rounding.
    assert_close(&logm(&a).unwrap(), &turn(4.9999999750000005e-09, 3.1414926535901264), 1e-14);
}

#[test]
fn roots_and_powers_of_the_same_matrices_agree_with_each_other() {
    let p = |p: u32| NonZeroU32::new(p).unwrap();
    for (name, a, root, _) in cases() {
        println!("{name}");
        assert_close(&Root(p(2)).value(&a).unwrap(), &root, 1e-14);
        let third = Root(p(3)).value(&a).unwrap();
        let cube = product(&product(&third, &third), &third);
        // The power of the root, whose own entries may be much larger than those of the matrix.
        let size = norm(&third).powi(3);
        assert!(norm(&cube.plus(-1.0, &a)) <= 1e-13 * size, "{name}");
        let (power, sixth) = (Power::new(1.0 / 6.0).unwrap(), Root(p(6)));
        assert_close(&power.value(&a).unwrap(), &sixth.value(&a).unwrap(), 1e-12);
        let inverse = InvRoot(p(3)).value(&a).unwrap();
        let identity = product(&inverse, &third);
        let size = norm(&inverse) * norm(&third);
        assert!(norm(&identity.shifted(-1.0)) <= 1e-13 * size, "{name}");
    }
}

#[test]
fn derivatives_satisfy_their_equations_far_from_normal() {
    let mut s = Sampler::new(81);
    for (name, a, root, log) in cases() {
        println!("{name}");
        let (n, e) = (a.rows(), s.matrix(a.rows(), a.rows()));
        let l = Sqrtm.derivative(&a, &e).unwrap();
        let rest = product(&root, &l).plus(1.0, &product(&l, &root)).plus(-1.0, &e);
        // Relative to the terms of the equation.
        assert!(norm(&rest) <= 1e-13 * norm(&root) * norm(&l), "{name}: {:e}", norm(&rest));
        let l = Logm.derivative(&a, &e).unwrap();
        let back = Expm.derivative(&log, &l).unwrap();
        // Exponential and logarithm magnify errors by their condition, up to the size of the derivative of the exponential.
        let size = norm(&Expm.derivative(&log, &Matrix::identity(n)).unwrap()) * norm(&l);
        assert!(norm(&back.plus(-1.0, &e)) <= 1e-12 * size.max(norm(&e)), "{name}");
    }
}

#[test]
fn eigenvalues_on_the_negative_axis_are_found_where_they_are() {
    // None: triangular matrices show their eigenvalues.
    for entries in [[1.0, 1e8, 0.0, 2.0], [1e-20, 1.0, 0.0, 1.0], [1.0, 0.0, 1e15, 1e-8]] {
        let a = Matrix::new(2, 2, entries.to_vec()).unwrap();
        let root = sqrtm(&a).unwrap();
        assert_close(&product(&root, &root), &a, 1e-15);
        assert!(logm(&a).is_ok());
    }
    // None: rounding of entries of very different sizes hides the eigenvalues until rows and columns are balanced.
    let tilted = |a: &Matrix, size: f64| {
        Matrix::from_fn(a.rows(), a.rows(), |i, j| a[(i, j)] * size.powi(j as i32 - i as i32))
    };
    let mut s = Sampler::new(85);
    let even = s.matrix(4, 4).scaled(0.2).shifted(1.0);
    for size in [2.0_f64.powi(8), 2.0_f64.powi(30), 2.0_f64.powi(60), 2.0_f64.powi(-60)] {
        let a = tilted(&even, size);
        // Balancing leaves sizes that differ by powers of two, and the largest entry is the one above the corner.
        assert_close(&sqrtm(&a).unwrap(), &tilted(&sqrtm(&even).unwrap(), size), 1e-12);
        assert_close(&logm(&a).unwrap(), &tilted(&logm(&even).unwrap(), size), 1e-12);
        let e = s.matrix(4, 4);
        let found = Sqrtm.derivative(&a, &tilted(&e, size)).unwrap();
        assert_close(&found, &tilted(&Sqrtm.derivative(&even, &e).unwrap(), size), 1e-12);
    }
    // Some: in a triangle, and in a block beside large entries.
    for (entries, n) in [
        (vec![1.0, 1e8, 0.0, -1e-9], 2),
        (vec![1.0, 1e8, 0.0, 0.0], 2),
        (vec![1.0, 1e9, 1e9, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0], 3),
        (vec![3.0, 0.0, 0.0, 1e9, -1.0, 0.0, 0.0, 0.0, 2.0], 3),
        (vec![1.0, 2.0, 3.0, 6.000_000_000_000_001], 2),
    ] {
        let a = Matrix::new(n, n, entries).unwrap();
        assert!(matches!(sqrtm(&a), Err(Error::NegativeAxis { .. })), "{a:?}");
        assert!(matches!(Logm.derivative(&a, &a), Err(Error::NegativeAxis { .. })), "{a:?}");
    }
}

#[test]
fn sylvester_equations_of_sizes_that_are_halved() {
    let mut s = Sampler::new(82);
    for (m, n) in [(1, 1), (2, 3), (40, 70), (130, 33), (65, 64)] {
        let (a, b) =
            (s.matrix(m, m).shifted(0.7 * m as f64), s.matrix(n, n).shifted(0.7 * n as f64));
        let c = s.matrix(m, n);
        let x = solve_sylvester(&a, &b, &c).unwrap();
        let rest = product(&a, &x).plus(1.0, &product(&x, &b)).plus(-1.0, &c);
        assert!(norm(&rest) <= 1e-14 * (norm(&a) + norm(&b)) * norm(&x), "{m}×{n}");
    }
    let a = Matrix::diagonal(&[1.0, 2.0]);
    let (b, c) = (Matrix::diagonal(&[-2.0]), Matrix::new(2, 1, vec![1.0, 1.0]).unwrap());
    assert!(matches!(solve_sylvester(&a, &b, &c), Err(Error::Singular { .. })));
}

#[test]
fn large_matrices_have_roots_and_logarithms_too() {
    let mut s = Sampler::new(83);
    let n = 150;
    let a = s.matrix(n, n).scaled(0.5 / (n as f64).sqrt()).shifted(1.2);
    let e = s.matrix(n, n);
    for f in [Box::new(Sqrtm) as Box<dyn MatrixFunction>, Box::new(Logm)] {
        let x = f.value(&a).unwrap();
        assert!(f.residual(&a, &x).unwrap().unwrap() < 1e-13);
        let at = f.prepare(&a).unwrap();
        let g = s.matrix(n, n);
        let inner = |a: &Matrix, b: &Matrix| -> f64 {
            a.data().iter().zip(b.data()).map(|(x, y)| x * y).sum()
        };
        let (left, right) =
            (inner(&g, &at.higher(&[&e]).unwrap()), inner(&e, &at.adjoint(&g, &[]).unwrap()));
        assert!((left - right).abs() <= 1e-12 * norm(&g) * norm(&at.higher(&[&e]).unwrap()));
    }
}

/// The shifts of Francis's iteration agree with what they are subtracted from, and it met its limit where their sum and
/// product were formed first.
#[test]
fn eigenvalues_that_agree_to_rounding_are_no_obstacle() {
    let mut s = Sampler::new(84);
    for n in [3, 5, 8, 20] {
        for distance in [1e-12, 1e-13, 1e-14, 1e-15] {
            let values: Vec<f64> = (0..n).map(|i| if i < n - 2 { 1.0 } else { 2.0 }).collect();
            let a = s.symmetric(&values).plus(distance, &s.matrix(n, n));
            let root = sqrtm(&a).unwrap();
            assert_close(&product(&root, &root), &a, 1e-13);
        }
    }
}
