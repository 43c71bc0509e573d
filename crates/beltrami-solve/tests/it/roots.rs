//! Local root finding: what is found, what is said, and that no unit of an unknown or of an equation changes either.

use crate::formula::Formulas;
use beltrami_linalg::ldexp;
use beltrami_solve::roots::{Options, Rest, Solution, Status, newton, safeguarded};

/// Problems with a start: regular roots, multiple ones, small and large ones, none at all, edges of domains, kinks, points
/// where the residual is stationary, unknowns and equations of very different sizes.
const PROBLEMS: &[(&str, &str, &[f64])] = &[
    ("2-x^2", "x", &[1.0]),
    ("x^2-2", "x", &[1e6]),
    ("x^2-1e-30", "x", &[1.0]),
    ("x^2+1e-30", "x", &[1.0]),
    ("x-1e8", "x", &[0.0]),
    ("2*x-6.02e23", "x", &[1.0]),
    ("x-1e100", "x", &[0.0]),
    ("x^2-1e100", "x", &[1.0]),
    ("x^2-2*x", "x", &[1.0]),
    ("(1-x)^25-1", "x", &[0.9]),
    ("cos(x)-0.5", "x", &[0.0]),
    ("x^4-1", "x", &[0.0]),
    ("sqrt(x)", "x", &[1.0]),
    ("sqrt(x-1)", "x", &[2.0]),
    ("sqrt(x)-1", "x", &[0.0]),
    ("log(x)", "x", &[5.0]),
    ("log(x)", "x", &[-1.0]),
    ("exp(x)-1e-20", "x", &[0.0]),
    ("exp(x)-1e20", "x", &[0.0]),
    ("exp(0-x)", "x", &[0.0]),
    ("1/x", "x", &[1.0]),
    ("1/(x-1)", "x", &[1.0000000000000002]),
    ("arctan(x)", "x", &[2.0]),
    ("abs(x)+1", "x", &[3.0]),
    ("x^2+1", "x", &[3.0]),
    ("x^2", "x", &[1.0]),
    ("x^3", "x", &[1.0]),
    ("(x-1)^2", "x", &[3.0]),
    ("x^2-2*x+1", "x", &[3.0]),
    ("x*(x-1e-13)", "x", &[1.0]),
    ("x^3-2*x+2", "x", &[0.0]),
    ("sin(x)", "x", &[std::f64::consts::PI]),
    ("sin(x)", "x", &[0.5]),
    ("x*y-1.6e-52; x-y", "x,y", &[1.0, 1.0]),
    ("x*y-1e-20; x-1e10*y-1e-5", "x,y", &[1.0, 1.0]),
    ("1e4*x*y-1; exp(0-x)+exp(0-y)-1.0001", "x,y", &[0.0, 1.0]),
    ("1e4*x*y-1; exp(0-x)+exp(0-y)-1.0001", "x,y", &[10.0, 10.0]),
    ("x+y-1; x-1", "x,y", &[3.0, 0.0]),
    ("x^2+y^2-2; x+y-2", "x,y", &[3.0, 0.0]),
    ("x^2+y^2-1; x-y", "x,y", &[0.0, 0.0]),
    ("x^2-y^2-1; x*y", "x,y", &[0.0, 0.0]),
    ("y-x^2; y", "x,y", &[1.0, 1.0]),
    ("4*x-2*x*y; 2*y+x*y-2*y^2", "x,y", &[0.2, 0.2]),
    ("10*(y-x^2); 1-x", "x,y", &[-1.2, 1.0]),
    ("x+y*(y*(5-y)-2)-13; x+y*(y*(y+1)-14)-29", "x,y", &[0.5, -2.0]),
    ("x+10*y; z-w; (y-2*z)^2; (x-w)^2", "x,y,z,w", &[3.0, -1.0, 0.0, 1.0]),
    ("x^2+y*z-0.0001; x*y+y*w-1; x*z+z*w; y*z+w^2-0.0001", "x,y,z,w", &[1.0, 0.0, 0.0, 1.0]),
];

fn solve(text: &str, names: &str, start: &[f64], plain: bool, by: (&[i32], &[i32])) -> Solution {
    let names: Vec<&str> = names.split(',').collect();
    let mut system = Formulas::new(text, &names).scaled(by.0, by.1);
    let start: Vec<f64> = start.iter().zip(by.0).map(|(x, e)| ldexp(*x, *e)).collect();
    let options = Options::default();
    if plain {
        newton(&mut system, &start, &options)
    } else {
        safeguarded(&mut system, &start, &options)
    }
}

fn found(text: &str, names: &str, start: &[f64]) -> Solution {
    let ones = vec![0; start.len()];
    solve(text, names, start, false, (&ones, &ones))
}

/// Powers of two round nothing, so that the iterates are the same to the last digit.
#[test]
fn units_change_no_verdict_and_no_digit() {
    for (text, names, start) in PROBLEMS {
        let n = start.len();
        let zero = vec![0; n];
        for plain in [true, false] {
            let first = solve(text, names, start, plain, (&zero, &zero));
            for draw in 0..12_usize {
                // All of one kind, then each on its own.
                let power =
                    |k: usize, shift: usize| [60, -60, 0][(k * (draw / 4) + draw + shift) % 3];
                let pick = |on: bool, shift| {
                    (0..n).map(|k| if on { power(k, shift) } else { 0 }).collect()
                };
                let unknowns: Vec<i32> = pick(draw % 3 != 1, 0);
                let equations: Vec<i32> = pick(draw % 3 != 0, draw / 6);
                let other = solve(text, names, start, plain, (&unknowns, &equations));
                let what = format!(
                    "{text} from {start:?}, unknowns {unknowns:?}, equations {equations:?}"
                );
                let scaled: Vec<f64> =
                    first.x.iter().zip(&unknowns).map(|(x, e)| ldexp(*x, *e)).collect();
                assert_eq!(other.x, scaled, "{what}: {:?} and {:?}", first.status, other.status);
                assert_eq!(other.trace.len(), first.trace.len(), "{what}");
                match (&other.status, &first.status) {
                    // The direction is in other units.
                    (Status::SingularJacobian { .. }, Status::SingularJacobian { .. }) => {}
                    (other, first) => assert_eq!(other, first, "{what}"),
                }
            }
        }
    }
}

#[test]
fn roots_of_any_size_are_found_and_only_roots() {
    for (text, start, root) in [
        ("x^2-1e-30", 1.0, 1e-15),
        ("x-1e8", 0.0, 1e8),
        ("2*x-6.02e23", 1.0, 3.01e23),
        ("x-1e100", 0.0, 1e100),
        ("x-1e154", 0.0, 1e154),
        ("x-1e300", 0.0, 1e300),
        ("x+1e-300", 7.0, -1e-300),
        ("x^2-1e200", 1.0, 1e100),
        ("x^2-1e300", 1.0, 1e150),
        ("x^3+1e-60", 1.0, -1e-20),
        ("x^2-2*x", 1.0, 2.0),
        ("cos(x)-0.5", 0.0, std::f64::consts::FRAC_PI_3),
        ("x^4-1", 0.0, 1.0),
        ("sqrt(x)", 1.0, 0.0),
        ("sqrt(x-1)", 2.0, 1.0),
        ("sin(x)", std::f64::consts::PI, std::f64::consts::PI),
    ] {
        let end = found(text, "x", &[start]);
        assert_eq!(end.status, Status::Converged { singular: false }, "{text}: {end:?}");
        // Simple roots of functions whose condition is at most 2.
        assert!((end.x[0] - root).abs() <= 4.0 * f64::EPSILON * root.abs(), "{text}: {:?}", end.x);
    }
    for text in ["x^2+1e-30", "x^2+1", "x^2+1e30", "abs(x)+1e-20", "x^4+x^2+1e-100"] {
        let end = found(text, "x", &[1.0]);
        assert!(matches!(end.status, Status::NoProgress(_)), "{text}: {end:?}");
    }
    assert_eq!(found("x^2+1", "x", &[3.0]).status, Status::NoProgress(Rest::Minimum));
    let plain = newton(&mut Formulas::new("x^2+1e-30", &["x"]), &[1.0], &Options::default());
    assert!(!plain.status.is_success(), "{plain:?}");
}

/// The digits of a multiple root are half of those of the equation, but where the steps tell where they go.
#[test]
fn a_root_is_called_singular_where_it_is_multiple_and_nowhere_else() {
    for (text, names, start, singular) in [
        ("x^2", "x", &[1.0][..], true),
        ("(x-1)^2", "x", &[3.0], true),
        ("x^2-2*x+1", "x", &[3.0], true),
        ("x^25", "x", &[1.0], true),
        ("y-x^2; y", "x,y", &[1.0, 1.0], true),
        ("x^2+y^2-2; x+y-2", "x,y", &[3.0, 0.0], true),
        ("x*(x-1e-13)", "x", &[1.0], false),
        // A kink, whose derivative may be zero by convention.
        ("abs(x)", "x", &[1.0], false),
        ("x*y-1.6e-52; x-y", "x,y", &[1.0, 1.0], false),
        // Ill-conditioned, and linear.
        ("x+y-2; x+1.0000000001*y-2.0000000001", "x,y", &[0.0, 5.0], false),
        ("1e8*x+y-1; 1e-8*y-1e-8", "x,y", &[3.0, 4.0], false),
    ] {
        let end = found(text, names, start);
        assert_eq!(end.status, Status::Converged { singular }, "{text}: {end:?}");
    }
}

#[test]
fn a_pole_is_no_root() {
    for (text, start) in [
        ("1/(x-1)", 1.0000000000000002),
        ("1/(x-1)", 2.0),
        ("1/x", 1e-300),
        ("1/(x-3)^2", 3.0000000000000004),
    ] {
        for plain in [true, false] {
            let end = solve(text, "x", &[start], plain, (&[0], &[0]));
            assert!(!end.status.is_success(), "{text} from {start}: {end:?}");
        }
    }
}

/// Sizes that are 1 nowhere: products of solubility, the number of Avogadro, a system of Powell.
#[test]
fn systems_of_several_sizes_are_solved() {
    for (text, start, root) in [
        ("x*y-1.6e-52; x-y", [1.0, 1.0], [1.2649110640673518e-26, 1.2649110640673518e-26]),
        ("x*y-1e-20; x-1e10*y-1e-5", [1.0, 1.0], [1.618033988749895e-5, 6.180339887498949e-16]),
    ] {
        let end = found(text, "x,y", &start);
        assert!(end.status.is_success(), "{text}: {end:?}");
        for (x, root) in end.x.iter().zip(root) {
            // Conditions of at most 10.
            assert!((x - root).abs() <= 10.0 * f64::EPSILON * root, "{text}: {end:?}");
        }
    }
    for start in [[0.0, 1.0], [0.0, 10.0], [1.0, 1.0], [10.0, 10.0], [100.0, 100.0]] {
        let end = found("1e4*x*y-1; exp(0-x)+exp(0-y)-1.0001", "x,y", &start);
        assert!(end.status.is_success(), "{start:?}: {end:?}");
        let [x, y] = [end.x[0].min(end.x[1]), end.x[0].max(end.x[1])];
        // The larger one has a condition of some 1e4.
        assert!((x - 1.0981593296997e-5).abs() < 1e-16, "{start:?}: {end:?}");
        assert!((y - 9.1061467398665).abs() < 1e-10, "{start:?}: {end:?}");
    }
}
