//! `beltrami schedule`.

use crate::command::{beltrami, beltrami_in, folder};

#[test]
fn a_designed_schedule_has_its_figures() {
    let run = beltrami(&["schedule", "--steps", "5", "--degree", "5", "--lower", "1e-3", "--json"]);
    let found = run.json();
    assert_eq!(found["steps"].as_array().map(Vec::len), Some(5));
    // The optimum of five quintics on [1e-3, 1]: an independent computation gives 0.113.
    let error = found["max_error"].as_f64().expect("a number");
    assert!((error - 0.113).abs() < 5e-4, "{error}");
    assert_eq!(found["cost_n3"], 20.0);
    let interval = found["interval"].as_array().expect("two ends");
    assert!(interval[0].as_f64() < Some(0.888) && interval[1].as_f64() > Some(1.112));
}

#[test]
fn a_budget_is_spent_better_than_on_quintics() {
    let run = beltrami(&["schedule", "--budget", "20n3", "--lower", "1e-3", "--json"]);
    let found = run.json();
    assert!(found["max_error"].as_f64() <= Some(0.0099), "{found}");
    assert!(found["cost_n3"].as_f64() <= Some(20.0), "{found}");
}

#[test]
fn published_lists_go_by_name_and_are_not_cut() {
    let run = beltrami(&["schedule", "--name", "polar-express"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("8.2051"), "{}", run.out);
    beltrami(&["schedule", "--name", "su-50", "--steps", "5"]).refuses(2, "E0702", "is not cut");
    beltrami(&["schedule", "--name", "polar"]).refuses(2, "E0701", "polar-express");
}

#[test]
fn what_is_no_schedule_is_refused() {
    for (arguments, words) in [
        (&["schedule"][..], "--name NAME"),
        (&["schedule", "--steps", "0"], "at least one step"),
        (&["schedule", "--steps", "5", "--degree", "4"], "degrees are odd"),
        (&["schedule", "--steps", "5", "--degree", "5,5"], "2 degrees are named for 5 steps"),
        (&["schedule", "--steps", "5", "--lower", "0"], "no interval above 0"),
        (&["schedule", "--steps", "5", "--lower", "nan"], "no interval above 0"),
        (&["schedule", "--steps", "5", "--aspect", "0.5"], "longer side"),
        (&["schedule", "--steps", "5", "--cushion", "2"], "fractions below 1"),
        (&["schedule", "--budget", "much"], "units of n³"),
        (&["schedule", "--budget", "1n3"], "no such schedule"),
        (&["schedule", "--steps", "100000"], "at most 64"),
    ] {
        let run = beltrami(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn cost_is_another_name_of_budget_and_high_degrees_work() {
    let arguments = ["--lower", "1e-3", "--json"];
    let by = |option: &str| beltrami(&[&["schedule", option, "20n3"], &arguments[..]].concat()).out;
    assert_eq!(by("--cost"), by("--budget"));
    // Beside steps it is their limit.
    let steps = ["schedule", "--steps", "5", "--degree", "5", "--lower", "1e-3", "--json"];
    let limited = beltrami(&[&steps[..], &["--cost", "20n3"]].concat());
    assert_eq!(limited.out, beltrami(&steps).out);
    let beyond = beltrami(&[&steps[..7], &["--cost", "19n3"]].concat());
    assert!(beyond.code == 2 && beyond.err.contains("20 n³"), "{}", beyond.err);
    for degree in ["15", "17"] {
        let run = beltrami(&[
            "schedule", "--steps", "3", "--degree", degree, "--lower", "1e-3", "--json",
        ]);
        let error = run.json()["max_error"].as_f64().expect("a number");
        // Three steps of degree 13 leave 0.1181, and higher degrees less.
        assert!(error > 0.0 && error < 0.1181, "{degree}: {error}");
    }
}

#[test]
fn schedules_end_with_a_line_or_are_drawn() {
    let folder = folder("schedule-plot");
    let run = beltrami_in(&folder, &["schedule", "--steps", "5"]);
    assert!(run.out.lines().last().is_some_and(|line| line.contains('█')), "{}", run.out);
    for name in ["p.svg", "p.png"] {
        let run = beltrami_in(&folder, &["schedule", "--steps", "5", "--plot", name]);
        assert!(run.code == 0 && !run.out.contains('█'), "{run:?}");
        assert!(std::fs::read(folder.join(name)).expect("a picture").len() > 1000);
    }
    beltrami(&["schedule", "--steps", "5", "--plot", "p.pdf"]).refuses(2, "E0701", ".svg");
}
