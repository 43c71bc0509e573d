//! Taylor polynomials and Jacobians at a point.

use beltrami::{Error, Expansion, Linearisation, Orientation, Session, SystemOptions};

fn options(names: &str, declarations: &str) -> SystemOptions {
    SystemOptions {
        unknowns: names.split(',').map(str::to_owned).collect(),
        declarations: declarations.to_owned(),
        seed: 1,
        ..SystemOptions::default()
    }
}

fn expansion(text: &str, by: &str, at: &[f64], order: usize) -> Result<Expansion, Error> {
    let options = SystemOptions { entries: Some(at.len()), ..options(by, "") };
    Session::global().expansion("<taylor>", text, &options, at, order)
}

fn jacobian(text: &str, by: &str, at: &[f64]) -> Result<Linearisation, Error> {
    let options = SystemOptions { entries: Some(at.len()), ..options(by, "") };
    Session::global().linearisation("<jacobian>", text, &options, at)
}

fn code<T>(found: Result<T, Error>) -> &'static str {
    match found {
        Ok(_) => "ok",
        Err(failure) => failure.diagnostics()[0].code.id,
    }
}

#[test]
fn known_series_are_written_with_their_fractions() {
    for (text, at, order, polynomial) in [
        ("sin(x)", 0.0, 7, "x - 1/6*x^3 + 1/120*x^5 - 1/5040*x^7"),
        ("exp(x)", 0.0, 5, "1 + x + 1/2*x^2 + 1/6*x^3 + 1/24*x^4 + 1/120*x^5"),
        ("tan(x)", 0.0, 7, "x + 1/3*x^3 + 2/15*x^5 + 17/315*x^7"),
        ("log(x)", 1.0, 4, "(x - 1) - 1/2*(x - 1)^2 + 1/3*(x - 1)^3 - 1/4*(x - 1)^4"),
        ("sqrt(1 + x)", 0.0, 4, "1 + 1/2*x - 1/8*x^2 + 1/16*x^3 - 5/128*x^4"),
        ("1/(1 - x)", 0.0, 3, "1 + x + x^2 + x^3"),
        ("exp(sin(x))", 0.0, 6, "1 + x + 1/2*x^2 - 1/8*x^4 - 1/15*x^5 - 1/240*x^6"),
        ("x^3 - 2*x", -1.0, 3, "1 + (x + 1) - 3*(x + 1)^2 + (x + 1)^3"),
        ("3", 0.0, 2, "3"),
    ] {
        let found = expansion(text, "x", &[at], order);
        let found = found.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()));
        assert_eq!(found.polynomial, polynomial, "{text}");
    }
}

#[test]
fn an_expansion_comes_near_the_function() {
    for (text, at) in [
        ("tanh(x)*exp(-x^2)", 0.3),
        ("gelu(x) + softplus(2*x)", -0.4),
        ("logdet([2 + x, sin(x); x^2, 3])", 0.7),
        ("tr(expm([0, x; -x, 0]))", 1.1),
        ("arctan(x)/(1 + x^2)", 0.5),
        ("erf(x)*x^0.5", 1.5),
    ] {
        let found =
            expansion(text, "x", &[at], 16).unwrap_or_else(|f| panic!("{:?}", f.diagnostics()));
        let (polynomial, function) = found.values(at + 0.05);
        // The functions are analytic in a disc of radius 0.4 at least, so that the tail is below (0.05/0.4)^17.
        let gap = (polynomial - function).abs();
        assert!(gap < 1e-14 * (1.0 + function.abs()), "{text}: {polynomial} and {function}");
        assert!(found.difference < 1e-12, "{text}: {}", found.difference);
    }
}

#[test]
fn fields_have_gradient_and_hessian() {
    // The field of the founding example of a saddle in three variables.
    let found = expansion("2*a^2 + a*c + 3*b*c - b^2", "a,b,c", &[0.0, 0.0, 0.0], 2).unwrap();
    let hessian = found.hessian.as_ref().unwrap();
    assert_eq!(hessian.data(), [4.0, 0.0, 1.0, 0.0, -2.0, 3.0, 1.0, 3.0, 0.0]);
    assert_eq!(found.polynomial, "2*a^2 + a*c - b^2 + 3*b*c");
    let found = expansion("exp(a)*sin(b)", "a,b", &[0.0, 0.0], 2).unwrap();
    assert_eq!((found.gradient[0], found.gradient[1]), (0.0, 1.0));
    assert_eq!(found.polynomial, "b + a*b");
    let options = SystemOptions { entries: Some(3), ..options("x", "x: vector(n)") };
    let sphere = Session::global().expansion("", "norm2(x)^2", &options, &[1.0, 2.0, -1.0], 2);
    let sphere = sphere.unwrap_or_else(|f| panic!("{:?}", f.diagnostics()));
    // The square of a root is rounded.
    assert!((sphere.value - 6.0).abs() < 1e-14, "{}", sphere.value);
    assert_eq!(sphere.gradient, [2.0, 4.0, -2.0]);
    assert_eq!(sphere.names, ["x[1]", "x[2]", "x[3]"]);
}

#[test]
fn what_cannot_be_expanded_is_refused_with_its_reason() {
    assert_eq!(code(expansion("abs(x)", "x", &[0.0], 2)), "E0503");
    assert_eq!(code(expansion("log(x)", "x", &[0.0], 2)), "E0503");
    assert_eq!(code(expansion("1/x", "x", &[0.0], 2)), "E0503");
    assert_eq!(code(expansion("sin(x)", "x", &[0.0], 17)), "E0702");
    assert_eq!(code(expansion("a*b", "a,b", &[1.0, 2.0], 3)), "E0702");
    assert_eq!(code(expansion("a*b", "a,b", &[1.0], 2)), "E0602");
    assert_eq!(code(expansion("[x; x^2]", "x", &[1.0], 2)), "E0204");
    assert_eq!(code(expansion("sin(x); cos(x)", "x", &[1.0], 2)), "E0702");
}

#[test]
fn the_jacobian_says_what_a_map_does_nearby() {
    // Polar coordinates: the area grows by the radius.
    let polar = jacobian("r*cos(t); r*sin(t)", "r,t", &[2.0, 0.5]).unwrap();
    assert!((polar.determinant.unwrap().value().unwrap() - 2.0).abs() < 1e-15);
    assert_eq!(polar.orientation(), Some(Orientation::Preserved));
    assert!(polar.is_invertible());
    let inverse = polar.inverse.as_ref().unwrap();
    // The derivative of the radius by the first coordinate is cos(t).
    assert!((inverse[(0, 0)] - 0.5_f64.cos()).abs() < 1e-15);
    let origin = jacobian("r*cos(t); r*sin(t)", "r,t", &[0.0, 0.5]).unwrap();
    assert_eq!(origin.orientation(), Some(Orientation::Degenerate));
    assert!(!origin.is_invertible() && origin.inverse.is_none());
    let swapped = jacobian("y; x", "x,y", &[1.0, 2.0]).unwrap();
    assert_eq!(swapped.orientation(), Some(Orientation::Reversed));
    assert_eq!(swapped.volume_scale().and_then(|scale| scale.value()), Some(1.0));
}

#[test]
fn curves_and_surfaces_have_tangents_and_areas() {
    let helix = jacobian("cos(t); sin(t); t", "t", &[0.0]).unwrap();
    assert_eq!(helix.matrix.data(), [0.0, 1.0, 1.0]);
    let scale = |found: &Linearisation| found.volume_scale().and_then(|scale| scale.value());
    assert!((scale(&helix).unwrap() - 2.0_f64.sqrt()).abs() < 1e-15);
    assert_eq!(helix.determinant, None);
    let surface = jacobian("u; v; u*v", "u,v", &[1.0, 1.0]).unwrap();
    // The area element of z = u*v is sqrt(1 + u² + v²).
    assert!((scale(&surface).unwrap() - 3.0_f64.sqrt()).abs() < 1e-14);
    let scalar = jacobian("u*v", "u,v", &[2.0, 3.0]).unwrap();
    assert_eq!((scalar.matrix.data(), scale(&scalar)), (&[3.0, 2.0][..], None));
    assert_eq!(code(jacobian("abs(x); y", "x,y", &[0.0, 1.0])), "E0503");
}

/// A quotient of what vanishes alike has a series and no value.
#[test]
fn removable_singularities_are_expanded() {
    for (text, at, polynomial) in [
        ("sin(x)/x", 0.0, "1 - 1/6*x^2 + 1/120*x^4"),
        ("(exp(x) - 1 - x)/x^2", 0.0, "1/2 + 1/6*x + 1/24*x^2 + 1/120*x^3 + 1/720*x^4"),
        ("log(x)/(x - 1)", 1.0, "1 - 1/2*(x - 1) + 1/3*(x - 1)^2 - 1/4*(x - 1)^3 + 1/5*(x - 1)^4"),
        ("(x^3 - 1)/(x - 1)", 1.0, "3 + 3*(x - 1) + (x - 1)^2"),
        ("exp(x)*sin(x)/x", 0.0, "1 + x + 1/3*x^2 - 1/30*x^4"),
    ] {
        let found = expansion(text, "x", &[at], 4);
        let found = found.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()));
        assert_eq!(found.polynomial, polynomial, "{text}");
        assert!(found.removable && found.difference < 1e-10, "{text}: {}", found.difference);
        assert_eq!(found.value, found.coefficients[0]);
    }
    for text in ["cos(x)/x", "sin(x)/x^2", "abs(x)/x", "1/x - 1/sin(x)"] {
        assert_eq!(code(expansion(text, "x", &[0.0], 2)), "E0503", "{text}");
    }
    assert_eq!(code(expansion("sin(x)/x", "x", &[0.0], 16)), "E0702");
    assert!(!expansion("sin(x)", "x", &[0.0], 3).unwrap().removable);
}

/// What is left of terms that cancel is no term of the polynomial; small coefficients of their own are.
#[test]
fn rounding_is_no_term() {
    let area = expansion("log(x + sqrt(1 + x^2))", "x", &[0.0], 6).unwrap();
    assert_eq!(area.polynomial, "x - 1/6*x^3 + 3/40*x^5");
    assert!(!area.rounding.is_empty());
    for (text, order) in [("sin(x) + 1e-30*x^4", 5), ("1e-200*exp(x)", 3), ("exp(x)*cos(3*x)", 8)] {
        let found = expansion(text, "x", &[0.0], order).unwrap();
        assert!(found.rounding.is_empty(), "{text}: {:?}", found.rounding);
    }
}

/// Rows and columns of any size: a Jacobian is singular where errors of its entries could make it so.
#[test]
fn invertibility_depends_on_no_unit() {
    for (text, regular) in [
        ("A*x + B*y; A*x - B*y", true),
        ("A*x + B*y; A*x + B*y", false),
        ("A*x*y; A*x + A*y", true),
        ("A*sin(1.5707963267948966 + B*x - B); y", false),
        ("A*(x^2 - 2*x); y", false),
        ("A*x + y; B*y", true),
    ] {
        for [a, b] in [["1", "1"], ["1e200", "1e-200"], ["1e-120", "1e-120"], ["1e120", "1e120"]] {
            let text = text.replace('A', a).replace('B', b);
            let found = jacobian(&text, "x,y", &[1.0, 2.0]);
            let found = found.unwrap_or_else(|f| panic!("{text}: {:?}", f.diagnostics()));
            let what = format!("{text}: {:?} of {:?}", found.determinant, found.matrix);
            assert_eq!(found.is_invertible(), regular, "{what}");
            let degenerate = found.orientation() == Some(Orientation::Degenerate);
            assert_eq!(degenerate, !regular, "{what}");
        }
    }
    let tiny = jacobian("1e-200*y; 1e-200*x", "x,y", &[1.0, 1.0]).unwrap();
    let determinant = tiny.determinant.unwrap();
    assert_eq!((determinant.sign(), determinant.value()), (-1, None));
    assert_eq!(determinant.to_string(), "-1e-400");
    assert_eq!(tiny.orientation(), Some(Orientation::Reversed));
}
