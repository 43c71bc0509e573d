//! `beltrami derive`.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::command::{beltrami, beltrami_in, done, folder, program, write};

#[test]
fn the_derivative_goes_to_stdout_and_all_else_to_stderr() {
    let run = beltrami(&["derive", "norm2(A*x - y)^2", "--by", "x"]);
    assert_eq!((run.code, run.out.as_str()), (0, "2*(A*x - y)'*A\n"));
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines[0], "numerator layout, matrix form, shape 1×n");
    assert!(
        lines[1].starts_with("checked: 6 points, largest relative difference "),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], "assumed: A: matrix(m,n), x: vector(n), y: vector(m)");
}

#[test]
fn layouts_forms_and_orders_are_as_asked() {
    let out = |arguments: &[&str]| {
        let run = beltrami(&[&["derive"], arguments].concat());
        assert_eq!(run.code, 0, "{run:?}");
        run.out
    };
    assert_eq!(
        out(&["norm2(A*x - y)^2", "--by", "x", "--layout", "denominator"]),
        "2*A'*(A*x - y)\n"
    );
    assert_eq!(out(&["norm2(A*x - y)^2", "--by", "x", "--order", "2"]), "2*A'*A\n");
    assert_eq!(out(&["A*X*B", "--by", "X", "--form", "kron"]), "kron(B', A)\n");
    assert_eq!(out(&["A*X*B", "--by", "X", "--form", "operator"]), "A*dX*B\nA'*V*B'\n");
    assert_eq!(out(&["x'*y", "--by", "x,y"]), "x:\ny'\n\ny:\nx'\n");
    assert_eq!(out(&["x'*A*y", "--by", "x", "--by", "y", "--order", "2"]), "A\n");
    let free = out(&["tr(A*X)", "--by", "X", "--symmetric", "free", "--let", "X: symmetric(n)"]);
    assert_ne!(free, out(&["tr(A*X)", "--by", "X", "--let", "X: symmetric(n)"]));
    // What is free in a skew matrix is one of two entries, and the other one is its negative.
    let free = out(&["tr(A*X)", "--by", "X", "--symmetric", "free", "--let", "X: skew(n)"]);
    assert_eq!(free, "A - A'\n");
}

#[test]
fn sizes_that_no_variable_has_read_back() {
    let declared = ["--let", "a: scalar, x: vector(n), y: vector(n)"];
    let expression = "sum((a + x'*y)*(0.1*sum(ones(m, n), 1)))";
    let run = beltrami(&[&["derive", expression, "--by", "x"], &declared[..]].concat());
    assert_eq!((run.code, run.out.as_str()), (0, "0.1*sum(ones(m))*n*y'\n"));
    let data = ["--data", "x=[1,2,3]", "y=[4,5,6]", "a=2", "m=10"];
    let again = beltrami(&[&["eval", run.out.trim()], &declared[..], &data].concat());
    assert_eq!((again.code, again.out.as_str()), (0, "12  15  18\n"), "{again:?}");
    // A declared size, and one that stands where a size does, are known.
    let more = ["--let", "a: scalar, x: vector(n), y: vector(n), m: size"];
    let run = beltrami(&[&["derive", expression, "--by", "x"], &more[..]].concat());
    assert_eq!(run.out, "0.1*m*n*y'\n");
    assert_eq!(
        beltrami(&["derive", "k*x*ones(1,k)", "--by", "x"]).out,
        "k*kron(ones(k), eye(n))\n"
    );
}

#[test]
fn an_expression_may_start_with_a_minus() {
    for (expression, by, expected) in
        [("-x", "x", "-eye(n)\n"), ("-h'*h", "h", "-2*h'\n"), ("-2*a", "a", "-2\n")]
    {
        let run = beltrami(&["derive", expression, "--by", by]);
        assert_eq!((run.code, run.out.as_str()), (0, expected), "{run:?}");
    }
    assert_eq!(beltrami(&["derive", "--by", "x", "--", "-x"]).out, "-eye(n)\n");
}

#[test]
fn json_has_the_fields_that_are_promised() {
    let run = beltrami(&["derive", "norm1(A*x)", "--by", "x", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let object = run.json();
    let keys: Vec<&str> =
        object.as_object().map(|o| o.keys().map(String::as_str).collect()).unwrap_or_default();
    let expected = [
        "assumed",
        "by",
        "checked",
        "code",
        "conditions",
        "derivative",
        "expression",
        "form",
        "latex",
        "layout",
        "named",
        "order",
        "shape",
        "steps",
        "warnings",
    ];
    assert_eq!(keys, expected);
    assert_eq!(object["derivative"], "sign(A*x)'*A");
    assert_eq!(object["shape"], serde_json::json!(["1", "n"]));
    assert_eq!((&object["layout"], &object["form"]), (&"numerator".into(), &"matrix".into()));
    assert_eq!(object["order"], 1);
    assert_eq!(object["code"], "");
    assert_eq!(object["checked"]["points"], 6);
    assert_eq!(object["checked"]["sizes"], 2);
    assert!(object["checked"]["max_rel_error"].as_f64().is_some_and(|error| error < 1e-12));
    assert_eq!(object["assumed"], serde_json::json!(["A: matrix(m,n)", "x: vector(n)"]));
    assert!(object["warnings"][0].as_str().is_some_and(|text| text.contains("not differentiable")));
    assert_eq!(object["steps"], serde_json::json!([]));
}

#[test]
fn json_of_several_variables_has_blocks() {
    let object = beltrami(&["--json", "derive", "x'*y", "--by", "x,y"]).json();
    assert_eq!(object["derivative"], "y'");
    assert_eq!(object["blocks"][1]["derivative"], "x'");
    assert_eq!(object["blocks"][1]["by"], serde_json::json!(["y"]));
}

#[test]
fn steps_name_a_rule_at_each_line() {
    let run = beltrami(&["derive", "x'*x", "--by", "x", "--steps"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("f  = "), "{}", run.out);
    assert!(run.out.ends_with("\n\n2*x'\n"), "{}", run.out);
    let object = beltrami(&["derive", "x'*x", "--by", "x", "--steps", "--json"]).json();
    let steps = object["steps"].as_array().cloned().unwrap_or_default();
    assert!(steps.len() > 2);
    assert!(steps.iter().all(|step| step["rule"].is_string() && step["expr"].is_string()));
}

#[test]
fn other_languages_are_printed() {
    assert_eq!(beltrami(&["derive", "x'*x", "--by", "x", "--to", "latex"]).out, "2\\,x^{\\top}\n");
    assert!(beltrami(&["derive", "x'*x", "--by", "x", "--to", "mathml"]).out.starts_with("<math"));
    let numpy = beltrami(&["derive", "x'*x", "--by", "x", "--to", "numpy"]);
    assert!(numpy.out.contains("def derivative("), "{numpy:?}");
    let object = beltrami(&["derive", "x'*x", "--by", "x", "--to", "numpy", "--json"]).json();
    assert_eq!(object["code"].as_str().map(str::trim_end), Some(numpy.out.trim_end()));
    for (language, import) in [("torch", "import torch\n"), ("jax", "import jax.numpy as jnp\n")] {
        let run = beltrami(&["derive", "x'*x", "--by", "x", "--to", language]);
        assert!(run.out.contains(import) && run.out.contains("def derivative("), "{run:?}");
    }
    for (language, function) in [
        ("julia", "function derivative(;"),
        ("rust", "pub fn derivative("),
        ("c", "int derivative(size_t n, const double *x, double *result)"),
    ] {
        let run = beltrami(&["derive", "x'*x", "--by", "x", "--to", language]);
        assert!(run.code == 0 && run.out.contains(function), "{run:?}");
    }
    for (language, function) in [("julia", "_dmclip"), ("rust", "dmclip"), ("c", "dmclip")] {
        let by = ["derive", "tr(mclip(X, 1, 2))", "--by", "X", "--let", "X: matrix(n,n)", "--to"];
        let run = beltrami(&[&by[..], &[language]].concat());
        assert!(run.code == 0 && run.out.contains(&format!("{function}(")), "{run:?}");
    }
    let unknown = beltrami(&["derive", "x'*x", "--by", "x", "--to", "fortran"]);
    unknown.refuses(2, "E0701", "fortran");
    assert!(unknown.err.contains("julia, rust, c"), "{unknown:?}");
    beltrami(&["derive", "x'*y", "--by", "x,y", "--to", "numpy"]).refuses(
        2,
        "E0702",
        "one program",
    );
}

#[test]
fn a_program_in_operator_form_takes_the_direction() {
    let product = [
        "derive",
        "norm2(A*x - y)^2",
        "--by",
        "x",
        "--order",
        "2",
        "--form",
        "operator",
        "--to",
        "numpy",
    ];
    let run = beltrami(&product);
    assert!(run.out.contains("the inputs are A, x, y, dx"), "{run:?}");
    assert!(run.out.contains("return 2 * (A.T @ (A @ dx))"), "{run:?}");
    let run =
        beltrami(&["derive", "tanh(A*x)", "--by", "x", "--form", "operator", "--to", "torch"]);
    // Nothing but the program is printed, which ends within a function.
    let last = run.out.trim_end().lines().last();
    assert!(last.is_some_and(|line| line.starts_with("    return")), "{run:?}");
    assert!(!run.out.contains("\nA'*"), "{run:?}");
}

#[test]
fn files_and_standard_input_are_read() {
    let here = folder("derive-files");
    let text = "A: matrix(m, n)  # data\ny: vector(m)\nx: vector(n)\nr = A*x - y\nf = norm2(r)^2\n";
    write(here.join("loss.bel"), text);
    let run = beltrami_in(&here, &["derive", "loss.bel", "--by", "x"]);
    assert_eq!((run.code, run.out.as_str()), (0, "2*r'*A\nwhere r = A*x - y\n"), "{run:?}");
    assert!(!run.err.contains("assumed"), "{run:?}");
    let flat = beltrami_in(&here, &["derive", "loss.bel", "--by", "x", "--flat"]);
    assert_eq!((flat.code, flat.out.as_str()), (0, "2*(A*x - y)'*A\n"), "{flat:?}");

    let mut child = Command::new(program())
        .args(["derive", "-", "--by", "x"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("it was piped").write_all(text.as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2*r'*A\nwhere r = A*x - y\n");

    beltrami_in(&here, &["derive", "other.bel", "--by", "x"]).refuses(
        2,
        "E0603",
        "cannot read `other.bel`: no such file",
    );
    write(here.join("bytes.bel"), b"x\n\xff\n");
    beltrami_in(&here, &["derive", "bytes.bel", "--by", "x"]).refuses(
        2,
        "E0603",
        "line 2 is not UTF-8",
    );
    std::fs::create_dir(here.join("folder.bel")).expect("the folder is new");
    beltrami_in(&here, &["derive", "folder.bel", "--by", "x"]).refuses(
        2,
        "E0603",
        "it is a folder",
    );
}

#[test]
fn output_goes_to_a_file_whole() {
    let here = folder("derive-out");
    let run = beltrami_in(&here, &["derive", "x'*x", "--by", "x", "--out", "d.txt"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert_eq!(std::fs::read_to_string(here.join("d.txt")).ok().as_deref(), Some("2*x'\n"));
    assert_eq!(std::fs::read_dir(&here).map(Iterator::count).ok(), Some(1));
    let refused = ["derive", "x'*x", "--by", "x", "--out"];
    beltrami_in(&here, &[&refused[..], &["no/d.txt"]].concat()).refuses(
        2,
        "E0703",
        "no such folder",
    );
    beltrami_in(&here, &[&refused[..], &["."]].concat()).refuses(2, "E0703", "cannot write `.`");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(program())
        .arg("help")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(0), "")
    );
}

#[test]
fn colour_is_for_terminals_only() {
    for no_color in [None, Some("1")] {
        let mut command = Command::new(program());
        command.args(["derive", "exp(A", "--by", "A"]);
        match no_color {
            Some(value) => command.env("NO_COLOR", value),
            None => command.env_remove("NO_COLOR"),
        };
        let run = done(&mut command);
        assert!(!run.err.contains('\u{1b}'), "{run:?}");
    }
    let mut command = Command::new(program());
    let run = done(
        command
            .args(["derive", "exp(A", "--by", "A"])
            .env_remove("NO_COLOR")
            .env("CLICOLOR_FORCE", "1"),
    );
    assert!(run.err.contains("\u{1b}[1;31merror[E0103]"), "{run:?}");
}
