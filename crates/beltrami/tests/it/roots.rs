//! Systems of equations: what is found, what is proved, and what must not be claimed.

use beltrami::critical::critical_points;
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::{
    All, Limits, Options, Rest, Solution, Status, all_roots, newton, safeguarded,
};
use beltrami::{DeriveOptions, Equations, Session, SystemOptions, data};

fn system(text: &str, names: &str, entries: usize) -> Equations {
    let options = SystemOptions {
        unknowns: names.split(',').map(str::to_owned).collect(),
        entries: Some(entries),
        seed: 1,
        ..SystemOptions::default()
    };
    let read = Session::global().equations("<test>", text, &options);
    read.unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()))
}

fn search(text: &str, names: &str, region: &[(f64, f64)]) -> All {
    let region: Vec<Interval> =
        region.iter().map(|(lo, hi)| Interval { lo: *lo, hi: *hi }).collect();
    let mut equations = system(text, names, region.len());
    all_roots(&mut equations.compiled, &region, &Limits::default())
}

const HIMMELBLAU: &str =
    "4*x*(x^2 + y - 11) + 2*(x + y^2 - 7); 2*(x^2 + y - 11) + 4*y*(x + y^2 - 7)";
const CAMEL: &str = "8*x - 8.4*x^3 + 2*x^5 + y; x - 8*y + 16*y^3";
const RASTRIGIN: &str = "2*x + 62.83185307179586*sin(6.283185307179586*x); \
    2*y + 62.83185307179586*sin(6.283185307179586*y)";
const WOOD: &str = "-400*a*(b - a^2) - 2*(1 - a); 200*(b - a^2) + 20*(b + d - 2) + 0.2*(b - d); \
    -360*c*(d - c^2) - 2*(1 - c); 180*(d - c^2) + 20*(b + d - 2) - 0.2*(b - d)";

fn broyden(n: usize) -> (String, String) {
    let row = |i: usize| {
        let left = if i > 1 { format!(" - x{}", i - 1) } else { String::new() };
        let right = if i < n { format!(" - 2*x{}", i + 1) } else { String::new() };
        format!("(3 - 2*x{i})*x{i}{left}{right} + 1")
    };
    let names: Vec<String> = (1..=n).map(|i| format!("x{i}")).collect();
    ((1..=n).map(row).collect::<Vec<_>>().join("; "), names.join(","))
}

fn brown(n: usize) -> (String, String) {
    let names: Vec<String> = (1..=n).map(|i| format!("x{i}")).collect();
    let sum = names.join(" + ");
    let mut rows: Vec<String> =
        names[..n - 1].iter().map(|x| format!("{x} + {sum} - {}", n + 1)).collect();
    rows.push(format!("{} - 1", names.join("*")));
    (rows.join("; "), names.join(","))
}

/// Counts that other programs and Newton's method from a thousand starts agree on.
#[test]
fn all_roots_of_known_systems_are_certified_and_nothing_else() {
    let square = |side: f64, n: usize| vec![(-side, side); n];
    /// Equations, unknowns, a box, the number of roots.
    type Case = (String, String, Vec<(f64, f64)>, usize);
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |text: &str, names: &str, region: Vec<(f64, f64)>, count: usize| {
        cases.push((text.to_owned(), names.to_owned(), region, count));
    };
    add(HIMMELBLAU, "x,y", square(6.0, 2), 9);
    add(CAMEL, "x,y", vec![(-3.0, 3.0), (-2.0, 2.0)], 15);
    add("y; -sin(x) - 0.2*y", "x,y", square(10.0, 2), 7);
    add("x*(3 - x - 2*y); y*(2 - x - y)", "x,y", vec![(-1.0, 5.0); 2], 4);
    add("4/(1 + y^4) - x; 4/(1 + x^4) - y", "x,y", vec![(0.0, 5.0); 2], 3);
    add(RASTRIGIN, "x,y", square(5.12, 2), 441);
    let lorenz = vec![(-30.0, 30.0), (-30.0, 30.0), (-1.0, 60.0)];
    add("10*(y - x); x*(28 - z) - y; x*y - 8/3*z", "x,y,z", lorenz, 3);
    let repressilator = "10/(1 + z^3) - x; 10/(1 + x^3) - y; 10/(1 + y^3) - z";
    add(repressilator, "x,y,z", vec![(0.0, 12.0); 3], 1);
    add(WOOD, "a,b,c,d", square(5.0, 4), 3);
    // A function that is composed of others; it falls to -0.278 at -1.278 and rises to 0 on the left.
    add("silu(x) + 0.2", "x", square(10.0, 1), 2);
    for (n, count) in [(3, 3), (4, 2), (5, 3)] {
        let (text, names) = brown(n);
        add(&text, &names, square(10.0, n), count);
    }
    for n in [2, 4, 6, 8, 10] {
        let (text, names) = broyden(n);
        add(&text, &names, square(2.0, n), 2);
    }
    for (text, names, region, count) in cases {
        let all = search(&text, &names, &region);
        assert!(all.complete && all.undecided.is_empty(), "{text}: {all:?}");
        assert_eq!(all.roots.len(), count, "{text}");
        for root in &all.roots {
            // Coordinates up to 60 whose systems have conditions of at most a few hundred.
            assert!(root.radius() < 1e-11, "{text}: {root:?}");
        }
    }
}

/// The plain iteration from many starts ends at no root that the search does not list.
#[test]
fn newton_finds_no_root_that_the_search_misses() {
    for (text, region) in [(HIMMELBLAU, [(-6.0, 6.0); 2]), (CAMEL, [(-3.0, 3.0), (-2.0, 2.0)])] {
        let all = search(text, "x,y", &region);
        let mut equations = system(text, "x,y", 2);
        let mut found = 0;
        for i in 0..30 {
            for j in 0..30 {
                let at = |k: usize, (lo, hi): (f64, f64)| lo + (k as f64 + 0.5) / 30.0 * (hi - lo);
                let start = [at(i, region[0]), at(j, region[1])];
                let end = newton(&mut equations.compiled, &start, &Options::default());
                let inside = end.x.iter().zip(region).all(|(x, (lo, hi))| lo <= *x && *x <= hi);
                if !end.status.is_success() || !inside {
                    continue;
                }
                found += 1;
                let near = all
                    .roots
                    .iter()
                    .any(|root| root.point().iter().zip(&end.x).all(|(a, b)| (a - b).abs() < 1e-6));
                assert!(near, "{text} from {start:?}: {:?}", end.x);
            }
        }
        assert!(found > 300, "{text}: {found}");
    }
}

#[test]
fn a_double_root_is_one_undecided_box() {
    for text in ["y = x^2; y = 0", "(x - 0.3)^2 - y; y*(1 + x)", "x^2 + y^2 - 1; x - 1"] {
        let all = search(text, "x,y", &[(-1.3, 1.5), (-1.2, 1.5)]);
        assert!(all.complete, "{text}");
        assert_eq!((all.roots.len(), all.undecided.len()), (0, 1), "{text}: {all:?}");
        assert!(all.undecided[0].sigma_min < 1e-3, "{text}: {all:?}");
        assert!(!all.undecided[0].extended, "{text}: {all:?}");
    }
}

#[test]
fn a_line_of_roots_is_one_extended_part() {
    let all = search("x*(x + y); y*(x + y)", "x,y", &[(-1.0, 1.1), (-1.2, 1.0)]);
    assert!(all.complete && all.roots.is_empty(), "{all:?}");
    assert!(all.undecided.len() == 1 && all.undecided[0].extended, "{:?}", all.undecided);
    let plane = "x*(1 - x - y - z); y*(1 - x - y - z); z*(1 - x - y - z)";
    let all = search(plane, "x,y,z", &[(-1.0, 2.0); 3]);
    let origin: Vec<_> = all.roots.iter().map(|root| root.point()).collect();
    assert_eq!(origin, [[0.0; 3]]);
    assert!(all.complete && all.boxes < 100_000 && all.undecided[0].extended, "{}", all.boxes);
}

/// Of many roots there are `2*floor(b*w/pi) + 1` zeros of `sin(w*x)` on `[-b, b]`; in a coarse look they touch.
#[test]
fn very_many_roots_are_all_found_and_are_no_continuum() {
    let sides = |side: f64, n: usize| vec![(-side, side); n];
    for (text, names, region, count) in [
        ("sin(50*x); sin(50*y)", "x,y", sides(2.0, 2), 63 * 63),
        ("sin(50*x)", "x", sides(100.0, 1), 3183),
        ("sin(1/x)", "x", vec![(0.001, 1.0)], 318),
        // One beside every multiple of 1/2, on the side of 0: `2*x` is below the amplitude.
        (RASTRIGIN, "x,y", sides(10.0, 2), 41 * 41),
    ] {
        let all = search(text, names, &region);
        assert!(all.complete && all.undecided.is_empty(), "{text}: {:?}", all.undecided);
        assert_eq!(all.roots.len(), count, "{text}");
    }
    // Double roots, at multiples of pi/25.
    let double = search("1 - cos(50*x)", "x", &[(-100.0, 100.0)]);
    assert!(double.complete && double.roots.is_empty());
    assert_eq!(double.undecided.len(), 1591);
    assert!(double.undecided.iter().all(|part| !part.extended));
}

#[test]
fn more_roots_than_the_budget_allows_are_said_to_be_incomplete() {
    let region = [Interval { lo: -20.0, hi: 20.0 }; 2];
    let mut equations = system("sin(50*x); sin(50*y)", "x,y", 2);
    let limits = Limits { boxes: 5_000, ..Limits::default() };
    let all = all_roots(&mut equations.compiled, &region, &limits);
    assert!(!all.complete && all.boxes <= 5_000 && all.roots.len() > 100, "{}", all.roots.len());
    // A proof counts too: millions of roots must not take minutes before the budget ends.
    assert!(all.boxes + 10 * all.roots.len() <= 5_020, "{} and {}", all.boxes, all.roots.len());
    assert!(all.undecided.iter().all(|part| !part.extended), "{:?}", all.undecided);
    for root in &all.roots {
        for x in root.point() {
            let nearest = (x * 50.0 / std::f64::consts::PI).round() * std::f64::consts::PI / 50.0;
            // Rounding of a multiple of pi up to 20.
            assert!((x - nearest).abs() < 1e-13);
        }
    }
}

#[test]
fn curves_of_roots_are_called_a_continuum() {
    for text in ["x*y; x*y", "x^2 + y^2 - 1; 2*x^2 + 2*y^2 - 2", "(x*y)^2; x*y"] {
        let all = search(text, "x,y", &[(-2.0, 2.0); 2]);
        assert!(all.complete && all.roots.is_empty() && all.boxes < 100_000, "{text}: {all:?}");
        assert!(all.undecided.iter().all(|part| part.extended), "{text}: {:?}", all.undecided);
    }
}

/// Signs change here without a root.
#[test]
fn jumps_and_poles_are_no_roots() {
    for text in ["sign(x) + x - 0.5", "1/x", "arctan(1/x)", "1/(x - 0.1)^3", "abs(x)/x"] {
        let all = search(text, "x", &[(-1.0, 1.3)]);
        assert!(all.roots.is_empty(), "{text}: {all:?}");
    }
    let kinks = search("abs(x) - 0.5", "x", &[(-1.0, 1.3)]);
    assert_eq!(kinks.roots.len(), 2, "{kinks:?}");
    let edge = search("log(x)*(x - 2)", "x", &[(-3.0, 5.0)]);
    assert_eq!(edge.roots.iter().map(|r| r.point()).collect::<Vec<_>>(), [[1.0], [2.0]]);
}

#[test]
fn a_search_that_is_cut_short_says_so() {
    let region = [Interval { lo: -5.12, hi: 5.12 }; 2];
    let mut equations = system(RASTRIGIN, "x,y", 2);
    let limits = Limits { boxes: 100, ..Limits::default() };
    let all = all_roots(&mut equations.compiled, &region, &limits);
    assert!(!all.complete && all.boxes <= 100 && !all.undecided.is_empty());
}

/// The largest residual by the evaluator, which shares no code with the programs that solvers run.
fn residual(text: &str, x: &[f64]) -> f64 {
    let names: Vec<String> = (1..=x.len()).map(|i| format!("x{i}")).collect();
    let options = DeriveOptions {
        declarations: format!("{}: scalar", names.join(", ")),
        ..DeriveOptions::default()
    };
    text.split("; ").fold(0.0, |most: f64, equation| {
        let values = names.iter().zip(x).filter(|(name, _)| {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            equation.split(|c| !is_word(c)).any(|word| word == name.as_str())
        });
        let given: Vec<data::Given> = values
            .flat_map(|(name, x)| data::read(&format!("{name}={x:e}")).expect("a number"))
            .collect();
        let value = Session::global().eval("<test>", equation, &given, &options);
        most.max(value.map_or(f64::NAN, |found| found.value.entries[0].abs()))
    })
}

fn solved(line: &str, scale: f64) -> (Solution, String, f64) {
    let [name, known, start, text] = line.split('\t').collect::<Vec<_>>()[..] else {
        panic!("{line}");
    };
    let start: Vec<f64> =
        start.split(',').map(|x| scale * x.parse::<f64>().expect("a number")).collect();
    let names: Vec<String> = (1..=start.len()).map(|i| format!("x{i}")).collect();
    let mut equations = system(text, &names.join(","), start.len());
    let found = safeguarded(&mut equations.compiled, &start, &Options::default());
    let residual = residual(text, &found.x);
    (found, format!("{name} ({known}), {scale} times the start"), residual)
}

/// The set on which other packages solve 15 to 23 of 23, and two Chebyquad systems without roots.
#[test]
fn the_systems_of_more_garbow_and_hillstrom_are_solved_and_flags_are_true() {
    let table = include_str!("../data/systems.tsv");
    let mut counts = [0; 3];
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        for (count, scale) in counts.iter_mut().zip([1.0, 10.0, 100.0]) {
            let (found, what, residual) = solved(line, scale);
            if found.status.is_success() {
                // Rounding of the longest polynomials, whose terms reach 1e4.
                assert!(residual < 1e-9, "{what}: {residual:e} at {:?}", found.x);
                *count += 1;
                assert!(what.contains("(some)"), "{what}: no root is known");
            } else {
                assert!(scale > 1.0 || what.contains("(none)"), "{what}: {:?}", found.status);
            }
        }
    }
    assert_eq!(counts[0], 24, "{counts:?}");
    assert!(counts[1] >= 23 && counts[2] >= 22, "{counts:?}");
}

/// A text with other units is another program with other derivatives, and the same problem.
#[test]
fn units_of_a_text_change_no_verdict() {
    for (text, names, start) in [
        ("{x}^2 - 1e-30", "x", &[1.0][..]),
        ("{x}^2 + 1e-30", "x", &[1.0]),
        ("{x} - 1e8", "x", &[0.0]),
        ("cos({x}) - 0.5", "x", &[0.0]),
        ("({x} - 1)^2", "x", &[3.0]),
        ("{x}*{y} - 1.6e-52; {x} - {y}", "x,y", &[1.0, 1.0]),
        ("1e4*{x}*{y} - 1; exp(-{x}) + exp(-{y}) - 1.0001", "x,y", &[0.0, 1.0]),
        ("10*({y} - {x}^2); 1 - {x}", "x,y", &[-1.2, 1.0]),
        ("log({x})", "x", &[-1.0]),
    ] {
        let names: Vec<&str> = names.split(',').collect();
        let solved = |unknowns: [i32; 2], equations: [i32; 2]| {
            let mut scaled: Vec<String> = text.split("; ").map(str::to_owned).collect();
            for (row, e) in scaled.iter_mut().zip(equations) {
                *row = format!("{:e}*({row})", 2.0_f64.powi(e));
            }
            let mut scaled = scaled.join("; ");
            for (name, e) in names.iter().zip(unknowns) {
                let plain = format!("({:e}*{name})", 2.0_f64.powi(-e));
                scaled = scaled.replace(&format!("{{{name}}}"), &plain);
            }
            let powers = unknowns.map(|e| 2.0_f64.powi(e));
            let start: Vec<f64> = start.iter().zip(powers).map(|(x, p)| x * p).collect();
            let mut system = system(&scaled, &names.join(","), start.len());
            let found = safeguarded(&mut system.compiled, &start, &Options::default());
            let x: Vec<f64> = found.x.iter().zip(powers).map(|(x, p)| x / p).collect();
            (found.status, x)
        };
        let (status, x) = solved([0, 0], [0, 0]);
        for (unknowns, equations) in
            [([60, 60], [0, 0]), ([0, 0], [-60, -60]), ([60, -60], [60, 0]), ([-60, 60], [-60, 60])]
        {
            let (other, y) = solved(unknowns, equations);
            let what = format!("{text}, unknowns {unknowns:?}, equations {equations:?}");
            assert_eq!(other, status, "{what}");
            for (x, y) in x.iter().zip(&y).filter(|_| status.is_success()) {
                // The larger unknown of Powell's system has a condition of some 1e4.
                assert!((x - y).abs() <= 1e-10 * x.abs(), "{what}: {x} and {y}");
            }
        }
    }
}

#[test]
fn every_outcome_has_its_case() {
    let end = |text: &str, start: f64| {
        newton(&mut system(text, "x", 1).compiled, &[start], &Options::default()).status
    };
    assert_eq!(end("x^3 - 2*x + 2", 0.0), Status::Cycle { period: 2 });
    assert_eq!(end("arctan(x)", 2.0), Status::Diverged);
    assert_eq!(end("exp(-x)", 0.0), Status::Diverged);
    assert!(matches!(end("x^2 - 4", 0.0), Status::SingularJacobian { .. }));
    assert_eq!(end("log(x)", -1.0), Status::NonFinite { equation: 0, derivative: false });
    assert_eq!(end("sqrt(x) - 1", 0.0), Status::NonFinite { equation: 0, derivative: true });
    assert_eq!(end("x^2", 1.0), Status::Converged { singular: true });
    let minimum = safeguarded(&mut system("x^2 + 1", "x", 1).compiled, &[3.0], &Options::default());
    assert_eq!(minimum.status, Status::NoProgress(Rest::Minimum));
    let short = Options { iterations: 2, ..Options::default() };
    let cut = newton(&mut system("x^2 - 2", "x", 1).compiled, &[9.0], &short);
    assert_eq!(cut.status, Status::IterationLimit);
    let stopped = Options { stopped: &|| true, ..Options::default() };
    let ended = newton(&mut system("x^2 - 2", "x", 1).compiled, &[9.0], &stopped);
    assert_eq!((ended.status, ended.x), (Status::Interrupted, vec![9.0]));
}

/// A vector unknown with data: the Jacobian of the whole is one expression.
#[test]
fn a_system_of_vectors_is_solved_and_searched() {
    let options = SystemOptions {
        unknowns: vec!["x".into()],
        declarations: "A: matrix(n,n), x: vector(n), b: vector(n)".into(),
        data: [data::read("A=[4, 1; 1, 3]"), data::read("b=[1, 2]")]
            .into_iter()
            .flat_map(|given| given.expect("written out"))
            .collect(),
        entries: Some(2),
        seed: 1,
        ..SystemOptions::default()
    };
    let read = Session::global().equations("<test>", "A*x + x.^3 = b", &options);
    let mut equations = read.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
    assert_eq!(equations.names, ["x[1]", "x[2]"]);
    let found = safeguarded(&mut equations.compiled, &[1.0, 1.0], &Options::default());
    assert!(found.status.is_success(), "{found:?}");
    let f = |x: &[f64]| {
        [4.0 * x[0] + x[1] + x[0].powi(3) - 1.0, x[0] + 3.0 * x[1] + x[1].powi(3) - 2.0]
    };
    // Numbers below 10.
    assert!(f(&found.x).iter().all(|f| f.abs() < 1e-14), "{found:?}");
    let region = [Interval { lo: -3.0, hi: 3.0 }; 2];
    let all = all_roots(&mut equations.compiled, &region, &Limits::default());
    assert!(all.complete && all.roots.len() == 1, "{all:?}");
}

#[test]
fn equilibria_have_the_classes_of_their_normal_forms() {
    for (text, class, stability, detail) in [
        ("-x; -2*y", "stable node", "stable", None),
        ("x; 3*y", "unstable node", "unstable", None),
        ("-x; -y", "stable node", "stable", Some("star")),
        ("-x + y; -y", "stable node", "stable", Some("degenerate node")),
        ("x; -y", "saddle", "unstable", None),
        ("-x - y; x - y", "stable spiral", "stable", None),
        ("x - y; x + y", "unstable spiral", "unstable", None),
        ("-y; x", "centre", "undecided", Some("undecided")),
        ("-y + x^3; x", "centre", "undecided", Some("undecided")),
    ] {
        let mut equations = system(text, "x,y", 2);
        let region = [Interval { lo: -0.4, hi: 0.5 }; 2];
        let all = all_roots(&mut equations.compiled, &region, &Limits::default());
        let points = critical_points(&mut equations.compiled, &all, false);
        assert_eq!(points.len(), 1, "{text}: {all:?}");
        let found = (points[0].class.name(), points[0].stability.name());
        assert_eq!(found, (class, stability), "{text}");
        let said = points[0].detail.unwrap_or_default();
        assert!(said.contains(detail.unwrap_or_default()), "{text}: {said}");
        assert!(detail.is_some() || points[0].class_certified, "{text}");
    }
}

#[test]
fn three_dimensions_have_classes_too() {
    let mut equations = system("10*(y - x); x*(28 - z) - y; x*y - 8/3*z", "x,y,z", 3);
    let region = [(-30.0, 30.0), (-30.0, 30.0), (-1.0, 60.0)].map(|(lo, hi)| Interval { lo, hi });
    let all = all_roots(&mut equations.compiled, &region, &Limits::default());
    let points = critical_points(&mut equations.compiled, &all, false);
    let classes: Vec<_> = points.iter().map(|p| (p.class.name(), p.detail)).collect();
    let focus = ("saddle", Some("saddle-focus"));
    assert_eq!(classes, [focus, ("saddle", None), focus]);
}
