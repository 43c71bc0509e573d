//! Ctrl-C: what was found so far is printed, files are written, and the exit code says so.

// Whether a process has set its handler is read from /proc.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::command::{Done, beltrami_in, folder, program};

/// Runs the command, and interrupts it as soon as it listens.
fn interrupted(folder: &Path, arguments: &[&str]) -> Done {
    let child = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let id = child.id().to_string();
    while !listens(&id) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-INT", &id]).status().expect("`kill` is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("the program ends");
    Done {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Whether a process catches signal 2, or has ended.
fn listens(id: &str) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{id}/status")) else { return true };
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).is_none_or(|set| set & 2 != 0)
}

/// Badly scaled, so that gradient descent takes minutes.
const VALLEY: &str = "(a-1)^2 + 1e3*(b-a)^2 + 1e6*(c-b^2)^2 + 1e9*(d-c)^2 + 1e12*(e-d^2)^2";
/// Thousands of roots.
const WAVES: &str = "sin(20*x*y) + cos(310*x*y^2); cos(25*y*x^2) - sin(170*x*y)*y";

#[test]
fn a_stopped_minimisation_leaves_the_best_point_and_its_files() {
    let folder = folder("interrupted-minimum");
    let start = ["--over", "a,b,c,d,e", "--start", "a=3,b=2,c=5,d=7,e=-3"];
    let method = ["--method", "gradient", "--tol", "1e-13", "--max-iterations", "100000000"];
    let files = ["--trace", "t.csv", "--plot", "p.svg", "--out", "x.npz", "--json"];
    let run = [&["minimize", VALLEY], &start[..], &method, &files].concat();
    let done = interrupted(&folder, &run);
    assert_eq!(done.code, 130, "{done:?}");
    let found = done.json();
    assert_eq!(found["status"], "stopped");
    assert!(found["x"]["e"].is_f64(), "{found}");
    assert_eq!(done.err, "");
    for file in ["t.csv", "p.svg", "x.npz"] {
        assert!(folder.join(file).exists(), "{file} is missing");
    }
}

#[test]
fn a_stopped_search_leaves_what_it_found() {
    let folder = folder("interrupted-search");
    let region = ["--vars", "x,y", "--box", "-90:90,-90:90", "--boxes", "1000000000"];
    let roots = interrupted(&folder, &[&["roots", WAVES, "--all"], &region[..]].concat());
    assert_eq!(roots.code, 130);
    assert!(roots.err.contains("it was stopped; these are the results so far"), "{}", roots.err);
    let critical = [&["critical", WAVES, "--plot", "p.svg", "--json"], &region[..]].concat();
    let critical = interrupted(&folder, &critical);
    assert_eq!((critical.code, &critical.json()["complete"]), (130, &serde_json::json!(false)));
    assert!(folder.join("p.svg").exists());
}

#[test]
fn a_time_limit_ends_a_computation_and_changes_no_other() {
    let folder = folder("time-limit");
    let long = ["derive", "det(X)^3", "--by", "X", "--order", "4", "--json", "--timeout", "1ms"];
    let ended = beltrami_in(&folder, &long);
    let found = ended.json();
    assert_eq!((ended.code, &found["status"]), (1, &serde_json::json!("stopped")), "{found}");
    assert_eq!(found["error"][0]["code"], "E0801");
    let short = ["derive", "norm2(A*x - y)^2", "--by", "x"];
    let (free, limited) =
        (beltrami_in(&folder, &short), [&short[..], &["--timeout", "1h"]].concat());
    assert_eq!((beltrami_in(&folder, &limited).out, free.code), (free.out, 0));
    let search = ["--vars", "x,y", "--box", "-90:90,-90:90", "--boxes", "1000000000", "--json"];
    let search = [&["roots", WAVES, "--all", "--timeout", "100ms"], &search[..]].concat();
    let ended = beltrami_in(&folder, &search);
    assert_eq!((ended.code, &ended.json()["status"]), (1, &serde_json::json!("stopped")));
}
