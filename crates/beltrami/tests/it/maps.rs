//! Derivatives of functions of matrices are linear maps: what is printed has the function's size and never its square.

use beltrami::data::read;
use beltrami::{DeriveOptions, Form, Layout, Session};

fn derived(text: &str, by: &str, declarations: &str, form: Form) -> String {
    let options = DeriveOptions {
        by: vec![by.into()],
        declarations: declarations.into(),
        form,
        layout: Layout::Denominator,
        ..DeriveOptions::default()
    };
    let mut derivations = Session::global()
        .derive("<test>", text, &options)
        .unwrap_or_else(|_| panic!("{text} has a derivative"));
    derivations.remove(0).text()
}

#[test]
fn gradients_are_derivatives_along_directions() {
    for (text, by, declarations, expected) in [
        ("x'*expm(A)*y", "A", "", "dexpm(A, y*x')'"),
        ("norm2(msign(X) - Y)^2", "X", "", "2*dmsign(X, msign(X) - Y)"),
        ("tr(logm(P)*B)", "P", "", "dlogm(P, B)'"),
        ("norm2(sqrtm(P) - B)^2", "P", "", "2*dsqrtm(P', sqrtm(P) - B)"),
        ("sum(mclip(X,0,1).*B)", "X", "", "dmclip(X, 0, 1, B)"),
        ("tr(invroot(P,4)*B)", "P", "P: spd(n)", "0.5*dinvroot(P, 4, B' + B)"),
        ("normnuc(X*W)", "X", "", "msign(X*W)*W'"),
        ("tr(B*cosm(X))", "X", "", "dcosm(X, B)'"),
        ("tr(B*root(X,3))", "X", "", "droot(X, 3, B)'"),
        ("sum(lowrank(X,2).*A)", "X", "", "dlowrank(X, 2, A)"),
        ("tr(G'*dexpm(A,E,F))", "A", "", "dexpm(A, E, F, G')'"),
        ("tr(adj(A)*B)", "A", "", "dadj(A, B)'"),
        ("sum(svdvals(X).*w)", "X", "X: matrix(3,2), w: vector(2)", "dyads(X, w)"),
        ("norm2(svdvals(X) - w)^2", "X", "X: matrix(n,n), w: vector(n)", "2*(X - dyads(X, w))"),
        (
            "tr(G'*dyads(X,w))",
            "X",
            "X: matrix(2,3), w: vector(2), G: matrix(2,3)",
            "ddyads(X, w, G)",
        ),
        (
            "tr(G'*dyads(X,w))",
            "w",
            "X: matrix(2,3), w: vector(2), G: matrix(2,3)",
            "dsvdvals(X, G)",
        ),
        (
            "sum(dsvdvals(X,E).*w)",
            "X",
            "X: matrix(3,2), w: vector(2), E: matrix(3,2)",
            "ddyads(X, w, E)",
        ),
    ] {
        assert_eq!(derived(text, by, declarations, Form::Matrix), expected, "{text} by {by}");
    }
}

#[test]
fn chains_nest_directions() {
    let gradient = derived("x'*expm(expm(A))*y", "A", "", Form::Matrix);
    assert_eq!(gradient, "dexpm(A, dexpm(expm(A), y*x'))'");
}

#[test]
fn the_matrix_of_the_map_is_one_word() {
    assert_eq!(derived("expm(X)", "X", "", Form::Kron), "dexpm(X)'");
}

#[test]
fn an_order_in_the_place_of_a_direction_is_refused() {
    for text in [
        "dexpm(A, 2)",
        "dmclip(A, 0, 1, 1)",
        "dlowrank(A, 1, 2)",
        "dinvroot(A, 2, 1)",
        "dsvdvals(A, 1)",
        "dadj(A, 2)",
    ] {
        let declarations = "A: symmetric(n)";
        let options =
            DeriveOptions { declarations: declarations.into(), ..DeriveOptions::default() };
        let Err(failure) = Session::global().derive("<test>", text, &options) else {
            panic!("{text} is refused");
        };
        let said = format!("{failure:?}");
        assert!(said.contains("a direction of the shape of `A`"), "{text}: {said}");
    }
}

#[test]
fn derivatives_of_singular_values_and_adjugates_have_their_values() {
    let (x, e) =
        (("X: matrix(3,2)", "X=[3, 0; 0, 2; 0, 0]"), ("E: matrix(2,3)", "E=[1, 5, 7; 4, -2, 1]"));
    let w = ("w: vector(2)", "w=[10; 1]");
    // Of rank 1, with no inverse.
    let (a, f) = (("A: matrix(2,2)", "A=[1, 2; 2, 4]"), ("F: matrix(2,2)", "F=[1, 0; 5, 2]"));
    for (text, data, expected) in [
        // A plan turns the directions of other functions at a transpose, and a column of values has none.
        ("dsvdvals(X', E)", [x, e], &[1.0, -2.0][..]),
        ("dsvdvals(X, E')", [x, e], &[1.0, -2.0]),
        ("dyads(X', w)", [x, w], &[10.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        ("dadj(A, F)", [a, f], &[2.0, 0.0, -5.0, 1.0]),
        ("dadj(A', F)", [a, f], &[2.0, 0.0, -5.0, 1.0]),
    ] {
        let given: Vec<_> =
            data.iter().flat_map(|(_, text)| read(text).expect("data reads")).collect();
        let options = DeriveOptions {
            declarations: data.map(|(declaration, _)| declaration).join(", "),
            ..DeriveOptions::default()
        };
        let found = Session::global().eval("<test>", text, &given, &options);
        let entries =
            found.unwrap_or_else(|f| panic!("{text}: {:?}", f.diagnostics())).value.entries;
        let near = |(x, y): (&f64, &f64)| (x - y).abs() < 1e-13;
        assert!(
            entries.len() == expected.len() && entries.iter().zip(expected).all(near),
            "{text}: {entries:?}"
        );
    }
}
