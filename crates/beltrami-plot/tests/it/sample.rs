//! A picture of every kind, as the façade's results give it.

use beltrami::critical::critical_points;
use beltrami::data::{Array, Given};
use beltrami::engine::linalg::Interval;
use beltrami::engine::linalg::schedule::{Interval as Range, named};
use beltrami::engine::solve::linear::Options;
use beltrami::engine::solve::minimize::Method;
use beltrami::engine::solve::roots::{All, Limits, all_roots};
use beltrami::linear::{LinearRequest, LinearSolution, Operand};
use beltrami::minimize::{Cost as Measured, CostOptions, MinimizeOptions, Minimum};
use beltrami::{Equations, Expansion, Linearisation, Session, SystemOptions};
use beltrami_plot::{
    Basins, Contours, Convergence, Cost, CurvePlot, Linear, MapPlot, Picture, Polynomials,
    Portrait, Spectrum, TaylorPlot,
};

/// Options for scalars of these names.
fn options(names: &str, rates: bool) -> SystemOptions {
    let unknowns: Vec<String> = names.split(',').map(str::to_owned).collect();
    let entries = Some(unknowns.len());
    SystemOptions { unknowns, entries, rates, seed: 1, ..SystemOptions::default() }
}

/// A box.
pub fn region(sides: &[(f64, f64)]) -> Vec<Interval> {
    sides.iter().map(|(lo, hi)| Interval { lo: *lo, hi: *hi }).collect()
}

/// A system of equations and what a search of the box finds.
pub fn searched(text: &str, names: &str, region: &[Interval], field: bool) -> (Equations, All) {
    let session = Session::global();
    let read = if field {
        session.gradient_equations("<test>", text, &options(names, true))
    } else {
        session.equations("<test>", text, &options(names, false))
    };
    let mut equations =
        read.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()));
    let all = all_roots(&mut equations.compiled, region, &Limits::default());
    (equations, all)
}

fn basins(text: &str, sides: &[(f64, f64)]) -> Basins {
    let region = region(sides);
    let (mut equations, all) = searched(text, "x,y", &region, false);
    Basins::new(&mut equations, &region, &all).expect("two unknowns in a box")
}

fn portrait(text: &str, names: &str, sides: &[(f64, f64)]) -> Portrait {
    let region = region(sides);
    let (mut equations, all) = searched(text, names, &region, false);
    let points = critical_points(&mut equations.compiled, &all, false);
    Portrait::new(&mut equations, &region, &points, &all).expect("two unknowns in a box")
}

fn contours(text: &str, sides: &[(f64, f64)]) -> Contours {
    let region = region(sides);
    let (mut equations, all) = searched(text, "x,y", &region, true);
    let points = critical_points(&mut equations.compiled, &all, true);
    Contours::new(&mut equations, &region, &points, &all).expect("two unknowns in a box")
}

fn expansion(text: &str, at: f64) -> Expansion {
    let found = Session::global().expansion("<test>", text, &options("x", false), &[at], 5);
    found.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()))
}

/// A map at a point.
pub fn linearisation(text: &str, names: &str, at: &[f64]) -> Linearisation {
    let found = Session::global().linearisation("<test>", text, &options(names, true), at);
    found.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()))
}

fn minimum(method: Method) -> Minimum {
    let start = |name: &str, x: f64| Given {
        name: name.into(),
        array: Array::number(x).written_out(),
        named: true,
    };
    let options = MinimizeOptions {
        over: vec!["a".into(), "b".into()],
        declarations: "a: scalar\nb: scalar".into(),
        start: vec![start("a", -1.2), start("b", 1.0)],
        method: Some(method),
        tolerance: Some(1e-6),
        max_iterations: Some(3000),
        seed: 1,
        ..MinimizeOptions::default()
    };
    let text = "(1-a)^2 + 100*(b-a^2)^2";
    let found = Session::global().minimize("<test>", text, options, &mut |_| true);
    found.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()))
}

fn solution(matrix: &str, rhs: &str) -> LinearSolution {
    let operand = |text: &str| Operand::Text { name: "<test>".into(), text: text.into() };
    let request = LinearRequest {
        matrix: operand(matrix),
        rhs: Some(operand(rhs)),
        start: None,
        declarations: String::new(),
        data: Vec::new(),
        methods: Vec::new(),
        options: Options::default(),
    };
    let found = Session::global().linear(&request, &mut |_, _, _| true);
    found.unwrap_or_else(|failure| panic!("{matrix}: {:?}", failure.diagnostics()))
}

fn measured() -> Measured {
    let options = CostOptions {
        over: vec!["x".into()],
        declarations: "A: matrix(k,k), x: vector(k), b: vector(k)".into(),
        data: Vec::new(),
        sizes: vec![8, 16],
        repeats: 1,
        seed: 1,
    };
    let found = Session::global().cost("<test>", "norm2(A*x - b)^2", &options, &mut |_| true);
    found.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()))
}

/// Hands every sample to the test, with its name.
pub fn each(mut test: impl FnMut(&str, &dyn Picture)) {
    let square = [(-2.0, 2.0); 2];
    test("basins", &basins("x^3 - 3*x*y^2 - 1; 3*x^2*y - y^3", &square));
    test("many roots", &basins("sin(3*x); sin(3*y)", &[(-5.0, 5.5), (-5.0, 5.5)]));
    test("no roots", &basins("x^2 + 1; y", &[(-1e-6, 2e-6), (-1e7, 1e7)]));
    test("portrait", &portrait("4*x - 2*x*y; 2*y + x*y - 2*y^2", "x,y", &[(-1.0, 4.0); 2]));
    test("pendulum", &portrait("v; -sin(θ) - 0.2*v", "θ,v", &[(-7.0, 7.0), (-3.0, 3.0)]));
    test("curve of points", &portrait("x*y; y", "x,y", &square));
    test("contours", &contours("x^4 + y^4 - 4*x*y", &square));
    test("valley", &contours("1e9*(x - y)^2", &[(-1.0, 1.0); 2]));
    for (text, at, range) in [
        ("log(x)", 1.0, (-1.0, 3.0)),
        ("sin(1e6*x)", 0.0, (-1e-5, 1e-5)),
        ("1e12 + x", 1.0, (0.0, 2.0)),
        ("x^5", 1e6, (1e6, 1e6 + 1e-3)),
    ] {
        test(text, &TaylorPlot::new(&expansion(text, at), text, range));
    }
    for method in [Method::Newton, Method::Gradient] {
        let found = minimum(method);
        test(method.name(), &Convergence { method, trace: &found.outcome.trace });
    }
    test(
        "one iterate",
        &Convergence { method: Method::Newton, trace: &minimum(Method::Newton).outcome.trace[..1] },
    );
    for (name, steps) in [("polar-express", Some(5)), ("jordan", Some(3))] {
        let Some(schedule) = named(name, steps) else { continue };
        let on = Range::new(1e-3, 1.0);
        let image = schedule.steps.iter().fold(on, |on, step| step.range(on));
        test(name, &Polynomials { schedule: &schedule, on, image });
    }
    test(
        "map",
        &MapPlot::new(&linearisation("x^2 - y^2; 2*x*y", "x,y", &[1.0, 0.5])).expect("a map"),
    );
    let long = "exp(x)*cos(y)*1e5; exp(x)*sin(y)*1e5 + x*y*sin(x + y)*cos(x - y)*exp(x*y) - log(x)";
    test("long map", &MapPlot::new(&linearisation(long, "x,y", &[1.0, 0.5])).expect("a map"));
    for (text, at) in [("cos(t); sin(t); t/4", 0.0), ("cos(3*t); sin(2*t)", 1.0), ("t; 0*t", 1.0)] {
        let found = linearisation(text, "t", &[at]);
        test(text, &CurvePlot::new(&found, (at - 6.0, at + 6.0)).expect("a curve"));
    }
    test("linear", &Linear::new(&solution("[4, -1, 0; -1, 4, -1; 0, -1, 4]", "[1; 2; 3]")));
    test("discs apart", &Linear::new(&solution("[10, 2, 1; 1, 5, 1; 2, 3, 100]", "[1; 2; 3]")));
    test("no discs", &Linear::new(&solution("[2, 0; 0, 2]", "[1; 2]")));
    test("cost", &Cost::new(&measured(), 50.0));
    for (values, rank) in
        [(&[3.5, 2.0, 0.9][..], 3), (&[1.0, 1e-3, 1e-9, 0.0], 2), (&[0.0], 0), (&[], 0)]
    {
        test("spectrum", &Spectrum { title: "Singular values of a.npy".into(), values, rank });
    }
}
