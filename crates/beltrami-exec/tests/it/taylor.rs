//! Taylor series of scalar functions against known digits and central differences.

use beltrami_core::Map;
use beltrami_exec::{ExecError, Jet, Scalar, Tensor, apply, power, taylor};

/// From mpmath 1.3 with 30 digits: `taylor(f, x, 4)`.
const KNOWN: &[(Map, f64, [f64; 5])] = &[
    (
        Map::Tan,
        0.3,
        [
            0.30933624960962325,
            1.095688915322547,
            0.3389362998047128,
            0.4700749222790018,
            0.25838998009489245,
        ],
    ),
    (
        Map::Tan,
        -0.9,
        [
            -1.2601582175503392,
            2.587998733259648,
            -3.2612878707270134,
            4.9724049545137765,
            -7.35311292132756,
        ],
    ),
    (
        Map::Gelu,
        0.3,
        [
            0.1853734266566858,
            0.7323277668271099,
            0.3642253637648005,
            -0.07456131792253246,
            -0.053681924141966514,
        ],
    ),
    (
        Map::Gelu,
        -0.9,
        [
            -0.16565411281208353,
            -0.055416599562119855,
            0.1583207236897591,
            0.12732179207655417,
            0.011240993119681146,
        ],
    ),
    (
        Map::Erf,
        0.3,
        [
            0.32862675945912745,
            1.031260909618963,
            -0.3093782728856889,
            -0.28187798196251657,
            0.1454077882562738,
        ],
    ),
    (
        Map::Erf,
        -0.9,
        [
            -0.7969082124228322,
            0.5019685742403627,
            0.45177171681632644,
            0.10374017200967496,
            -0.10390749486775508,
        ],
    ),
    (
        Map::Sigmoid,
        0.3,
        [
            0.574442516811659,
            0.24445831169074586,
            -0.01819809197778812,
            -0.019016814206232215,
            0.002932167176067314,
        ],
    ),
    (
        Map::Sigmoid,
        20.0,
        [
            0.9999999979388464,
            2.061153613941849e-09,
            -1.0305768027225705e-09,
            3.4352559807528735e-10,
            -8.588139810270376e-11,
        ],
    ),
    (
        Map::Sigmoid,
        -20.0,
        [
            2.0611536181902037e-09,
            2.061153613941849e-09,
            1.0305768027225705e-09,
            3.4352559807528735e-10,
            8.588139810270376e-11,
        ],
    ),
    (
        Map::Softplus,
        0.3,
        [
            0.8543552444685271,
            0.574442516811659,
            0.12222915584537293,
            -0.006066030659262707,
            -0.004754203551558054,
        ],
    ),
    (
        Map::Softplus,
        -0.9,
        [
            0.3411538747320878,
            0.28905049737499605,
            0.10275015367113172,
            0.014450062541045309,
            -0.0019950812735135405,
        ],
    ),
    (
        Map::Softplus,
        -20.0,
        [
            2.061153620314381e-09,
            2.0611536181902037e-09,
            1.0305768069709246e-09,
            3.4352560090752347e-10,
            8.588139951882184e-11,
        ],
    ),
    (
        Map::Tanh,
        0.3,
        [
            0.2913126124515909,
            0.9151369618266292,
            -0.2665909391007272,
            -0.22738435101685392,
            0.15510357569223834,
        ],
    ),
    (
        Map::Tanh,
        20.0,
        [
            1.0,
            1.6993417021166355e-17,
            -1.6993417021166355e-17,
            1.132894468077757e-17,
            -5.664472340388785e-18,
        ],
    ),
    (
        Map::Arcsin,
        0.3,
        [
            0.3046926540153975,
            1.0482848367219182,
            0.17279420385526126,
            0.2489586819892653,
            0.1658874436238772,
        ],
    ),
    (
        Map::Arcsin,
        -0.9,
        [
            -1.1197695149986342,
            2.2941573387056176,
            -5.433530539039621,
            27.75019495571892,
            -173.84287458700172,
        ],
    ),
    (
        Map::Arccos,
        0.3,
        [
            1.2661036727794992,
            -1.0482848367219182,
            -0.17279420385526126,
            -0.2489586819892653,
            -0.1658874436238772,
        ],
    ),
    (
        Map::Arctan,
        -0.9,
        [
            -0.7328151017865066,
            0.5524861878453039,
            0.27471688898385277,
            0.08038574815774698,
            -0.015932422364070702,
        ],
    ),
    (Map::Log, 2.5, [0.9162907318741551, 0.4, -0.08, 0.021333333333333333, -0.0064]),
    (
        Map::Sqrt,
        0.3,
        [
            0.5477225575051661,
            0.9128709291752769,
            -0.7607257743127307,
            1.2678762905212178,
            -2.6414089385858706,
        ],
    ),
    (
        Map::Sinh,
        -0.9,
        [
            -1.0265167257081753,
            1.4330863854487743,
            -0.5132583628540877,
            0.23884773090812905,
            -0.04277153023784064,
        ],
    ),
];

#[test]
fn known_digits_to_order_four() {
    for (map, x, expected) in KNOWN {
        let series = taylor(*map, *x, 4).unwrap();
        for (order, (found, wanted)) in series.coefficients().iter().zip(expected).enumerate() {
            // A few roundings per recurrence step; near ±1 the terms of arcsin grow like powers of ten.
            assert!(
                (found / wanted - 1.0).abs() < 2e-14,
                "{map:?}({x}), order {order}: {found:e} and {wanted:e}"
            );
        }
    }
}

#[test]
fn derivatives_agree_with_central_differences() {
    let value = |map, x| taylor(map, x, 0).unwrap()[0];
    for map in Map::ALL {
        for x in [0.37, 0.81, -0.64] {
            if x < 0.0 && matches!(map, Map::Log | Map::Sqrt) {
                continue;
            }
            let c = taylor(map, x, 2).unwrap();
            let (h, k) = (1e-5, 1e-4);
            let first = (value(map, x + h) - value(map, x - h)) / (2.0 * h);
            let second = (value(map, x + k) - 2.0 * value(map, x) + value(map, x - k)) / (k * k);
            // Errors of h² + eps/h and k² + eps/k², with third and fourth derivatives up to a hundred.
            assert!((c[1] - first).abs() < 1e-8, "{map:?}({x}): {} and {first}", c[1]);
            assert!(
                (2.0 * c[2] - second).abs() < 1e-6,
                "{map:?}({x}): {} and {second}",
                2.0 * c[2]
            );
        }
    }
}

#[test]
fn mixed_coefficients_are_mixed_derivatives() {
    // x*y*z + sin(x*w) at (1, 2, 3, 0.5): the coefficient of all four infinitesimals.
    let v = |x, which| Jet::<16>::variable(x, which);
    let (x, w) = (v(0.7, 0) + v(0.0, 1), v(0.5, 2) + v(0.0, 3));
    let product = x * w;
    let sin = product.compose(&taylor(Map::Sin, product.real(), 4).unwrap());
    // d⁴/dx²dw² sin(xw) = 2*(-sin) - 4xw*cos + (xw)²*sin.
    let p = 0.35_f64;
    let expected = -2.0 * p.sin() - 4.0 * p * p.cos() + p * p * p.sin();
    assert!(
        (sin.coefficient(15) - expected).abs() < 1e-15,
        "{} and {expected}",
        sin.coefficient(15)
    );
}

#[test]
fn kinks_and_edges_have_values_and_no_derivatives() {
    for (map, x) in
        [(Map::Abs, 0.0), (Map::Relu, 0.0), (Map::Sqrt, 0.0), (Map::Arcsin, 1.0), (Map::Sign, 0.0)]
    {
        assert!(taylor(map, x, 0).is_ok());
        assert!(matches!(taylor(map, x, 1), Err(ExecError::NotDifferentiable { .. })), "{map:?}");
        // An argument that does not move is no obstacle.
        let constant = Tensor::scalar(Jet::<2>::from_real(x));
        assert!(apply(beltrami_core::Kernel::Map(map), None, &[&constant]).is_ok());
    }
    for (map, x) in [(Map::Log, 0.0), (Map::Log, -1.0), (Map::Sqrt, -1.0), (Map::Arccos, 1.1)] {
        assert!(matches!(taylor(map, x, 0), Err(ExecError::Domain { .. })), "{map:?}");
    }
    let large = taylor(Map::Softplus, 1e4, 4).unwrap();
    assert_eq!((large[0], large[1], large[2]), (1e4, 1.0, 0.0));
    assert_eq!(taylor(Map::Sigmoid, -1e4, 4).unwrap().coefficients(), [0.0; 5]);
    let small = taylor(Map::Gelu, -50.0, 4).unwrap();
    assert!(small.coefficients().iter().all(|c| *c == 0.0), "{small:?}");
}

#[test]
fn powers_of_integers_reals_and_jets() {
    let x = |x| Jet::<4>::variable(x, 0) + Jet::variable(0.0, 1);
    let p = |p| Jet::<4>::from_real(p);
    assert_eq!(power(x(-2.0), p(3.0)).unwrap().coefficients(), [-8.0, 12.0, 12.0, -12.0]);
    assert_eq!(power(x(-2.0), p(-1.0)).unwrap().coefficients(), [-0.5, -0.25, -0.25, -0.25]);
    assert_eq!(power(x(0.0), p(2.0)).unwrap().coefficients(), [0.0, 0.0, 0.0, 2.0]);
    assert_eq!(power(x(0.0), p(0.0)).unwrap().coefficients(), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(power(x(0.0), p(1.0)).unwrap().coefficients(), [0.0, 1.0, 1.0, 0.0]);
    assert!(matches!(power(x(0.0), p(0.5)), Err(ExecError::NotDifferentiable { .. })));
    assert!(matches!(power(x(0.0), p(-1.0)), Err(ExecError::Domain { .. })));
    assert!(matches!(power(x(-1.0), p(0.5)), Err(ExecError::Domain { .. })));
    assert!(matches!(power(x(-1.0), x(2.0)), Err(ExecError::Domain { .. })));
    let (base, exponent) = (Jet::<4>::variable(1.3, 0), Jet::<4>::variable(0.7, 1));
    let c = power(base, exponent).unwrap();
    // d/dx x^y = y x^(y-1), d/dy = x^y log x, mixed x^(y-1)(1 + y log x).
    let (x, y) = (1.3_f64, 0.7_f64);
    let expected =
        [x.powf(y), y * x.powf(y - 1.0), x.powf(y) * x.ln(), x.powf(y - 1.0) * (1.0 + y * x.ln())];
    assert!(c.coefficients().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
}
