//! How long a derivative takes, over the rows of the acceptance table.
//!
//! `cargo bench -p beltrami --bench derive` prints a summary over the rows, then one line a row as divan measures it.
//! The summary alone: `-- --summary`. Rows in CSV: `-- --csv FILE`.
//!
//! Two questions: from text to the simplified gradient, and the same with the check that `Session::derive` adds.

use std::time::{Duration, Instant};

use beltrami::{DeriveOptions, Session};
use beltrami_calculus::{Request, derive};
use beltrami_core::ExprId;
use divan::black_box;

#[allow(dead_code, reason = "the tests read more of the table")]
#[path = "../tests/it/table/mod.rs"]
mod table;

use table::{Row, rows};

/// Calls of which the summary takes the fastest; other work on the machine only ever adds time.
const CALLS: usize = 7;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let start = Instant::now();
    Session::global();
    let session = start.elapsed();
    if has("--test") {
        return divan::main();
    }
    let with_time = |row: Row| {
        let timed = time(&row);
        (row, timed)
    };
    let timed: Vec<(Row, Timed)> = derivable().into_iter().map(with_time).collect();
    println!("the session, made once a process: {:.3} ms", millis(session));
    summary(&timed);
    if let Some(place) = args.iter().position(|arg| arg == "--csv") {
        let path = args.get(place + 1).map_or("derive.csv", String::as_str);
        if let Err(error) = std::fs::write(path, csv(&timed)) {
            eprintln!("{path}: {error}");
        }
    } else if !has("--summary") {
        divan::main();
    }
}

fn derivable() -> Vec<Row> {
    rows().into_iter().filter(|row| !row.is_negative()).collect()
}

fn ids() -> Vec<String> {
    derivable().into_iter().map(|row| row.id).collect()
}

fn row(id: &str) -> Row {
    rows().into_iter().find(|row| row.id == id).expect("a row of this id")
}

#[divan::bench(args = ids(), sample_count = 20)]
fn gradient(bencher: divan::Bencher<'_, '_>, id: &str) {
    let row = row(id);
    let options = row.options();
    bencher.bench(|| unchecked(black_box(&row), &options));
}

#[divan::bench(args = ids(), sample_count = 20)]
fn checked(bencher: divan::Bencher<'_, '_>, id: &str) {
    let row = row(id);
    let options = row.options();
    bencher.bench(|| {
        Session::global().derive("<expression>", black_box(&row.expression), &options).is_ok()
    });
}

/// The time of one derivative and of the parts it consists of.
#[derive(Clone, Copy)]
struct Timed {
    load: Duration,
    calculus: Duration,
    simplify: Duration,
    /// Text to simplified gradient: the three parts above.
    gradient: Duration,
    /// The gradient and its check.
    checked: Duration,
}

/// Picks a part of the time.
type Part = fn(&Timed) -> Duration;

/// From text to the simplified gradient: the time for reading and typing, for everything, and within it for simplification.
fn unchecked(row: &Row, options: &DeriveOptions) -> (Duration, Duration, Duration) {
    let session = Session::global();
    let start = Instant::now();
    let loaded =
        match session.load("<expression>", &row.expression, &options.declarations, &options.by) {
            Ok(loaded) => loaded,
            Err(failure) => panic!("{}: {:?}", row.id, failure.diagnostics()),
        };
    let load = start.elapsed();
    let mut graph = loaded.program.graph;
    let named =
        |name: &String| loaded.program.variables.iter().find(|v| v.name == *name).map(|v| v.id);
    let names: Vec<ExprId> = options.by.iter().filter_map(named).collect();
    let repeat = options.order.unwrap_or(1) / names.len();
    let request = Request {
        root: loaded.program.root,
        shorten: false,
        by: names.repeat(repeat),
        layout: options.layout,
        form: options.form,
        symmetric: options.symmetric,
        stop: beltrami::Stop::default(),
    };
    let mut simplify = Duration::ZERO;
    let derived = derive(&mut graph, &session.rules, &request, &mut |graph, expr| {
        let start = Instant::now();
        let expr = session.simplify(graph, expr);
        simplify += start.elapsed();
        expr
    });
    let _ = black_box(derived);
    (load, start.elapsed(), simplify)
}

fn time(row: &Row) -> Timed {
    let options = row.options();
    let fastest = |call: &dyn Fn() -> Timed, key: Part| {
        (0..CALLS).map(|_| call()).min_by_key(key).unwrap_or_else(call)
    };
    let none = Duration::ZERO;
    let parts = fastest(
        &|| {
            let (load, gradient, simplify) = unchecked(row, &options);
            Timed { load, calculus: gradient - load - simplify, simplify, gradient, checked: none }
        },
        |t| t.gradient,
    );
    let whole = fastest(
        &|| {
            let start = Instant::now();
            let _ = black_box(Session::global().derive("<expression>", &row.expression, &options));
            Timed { checked: start.elapsed(), ..parts }
        },
        |t| t.checked,
    );
    Timed { checked: whole.checked, ..parts }
}

fn summary(timed: &[(Row, Timed)]) {
    println!("{} rows, the fastest of {CALLS} calls each, in milliseconds", timed.len());
    println!("{:<24}{:>10}{:>10}{:>10}", "", "median", "p99", "max");
    let parts: [(&str, Part); 6] = [
        ("read and type", |t| t.load),
        ("differentiate and raise", |t| t.calculus),
        ("simplify", |t| t.simplify),
        ("gradient, all of these", |t| t.gradient),
        ("check", |t| t.checked.saturating_sub(t.gradient)),
        ("checked gradient", |t| t.checked),
    ];
    for (name, part) in parts {
        let mut sorted: Vec<Duration> = timed.iter().map(|(_, t)| part(t)).collect();
        sorted.sort();
        let at = |share: f64| millis(sorted[((sorted.len() - 1) as f64 * share).round() as usize]);
        println!("{name:<24}{:>10.3}{:>10.3}{:>10.3}", at(0.5), at(0.99), at(1.0));
    }
    for (name, part) in [parts[3], parts[5]] {
        println!("slowest by {name}");
        let mut order: Vec<&(Row, Timed)> = timed.iter().collect();
        order.sort_by_key(|(_, t)| std::cmp::Reverse(part(t)));
        for (row, t) in order.into_iter().take(5) {
            println!(
                "  {:<6}{:>10.3}  {} by {}",
                row.id,
                millis(part(t)),
                row.expression,
                row.by.join(",")
            );
        }
    }
}

fn csv(timed: &[(Row, Timed)]) -> String {
    let mut text = String::from("id,load_ms,calculus_ms,simplify_ms,gradient_ms,checked_ms\n");
    for (row, t) in timed {
        let values = [t.load, t.calculus, t.simplify, t.gradient, t.checked]
            .map(|d| format!("{:.4}", millis(d)));
        text.push_str(&format!("{},{}\n", row.id, values.join(",")));
    }
    text
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
