//! `beltrami help`, `explain`, `cite` and `completions`, and the examples of the error pages.

use crate::command;
use crate::command::{beltrami, program};

#[test]
fn help_lists_the_verbs_and_all_operations() {
    let run = beltrami(&["help"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for words in
        ["derive", "eval", "operators", "entry by entry", "tr(A)", "A'", "kron(A,B)", "[A; B]"]
    {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    let list = beltrami(&["help", "--json"]).json();
    assert!(list["operations"].as_array().is_some_and(|all| all.len() > 60));
}

#[test]
fn an_operation_has_a_page_under_each_of_its_names() {
    for (name, words) in [
        ("tr", "tr(A): trace"),
        ("'", "A': transpose"),
        (".*", "A.*B: entry-wise product"),
        ("-", "-A: negation"),
        ("sum", "sum(A, 1): column sums"),
        ("A[i,j]", "A[i,j]: one entry"),
        ("K", "commutation matrix"),
        ("transpose", "A': transpose"),
        ("derive", "Usage: beltrami derive"),
        ("E0203", "E0203: cannot multiply"),
    ] {
        let run = beltrami(&["help", name]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        assert!(run.out.contains(words), "{name}: {}", run.out);
        assert!(run.out.lines().all(|line| !line.starts_with('#')), "{}", run.out);
    }
    assert!(beltrami(&["help", "tr"]).out.contains("rewrite rules"));
    let page = beltrami(&["help", "tr", "--json"]).json();
    assert_eq!((&page["name"], &page["group"]), (&"tr".into(), &"to a number".into()));
    assert!(page["rules"].as_array().is_some_and(|rules| rules.len() > 3));
    beltrami(&["help", "trac"]).refuses(2, "E0301", "did you mean `tr`?");
    beltrami(&["help", "dervie"]).refuses(2, "E0301", "did you mean `derive`?");
    beltrami(&["help", "quaternion"]).refuses(2, "E0301", "`beltrami help` lists all operations");
}

#[test]
fn codes_are_explained() {
    for name in ["E0203", "e0203", "shape-mismatch"] {
        assert!(beltrami(&["explain", name]).out.starts_with("E0203: cannot multiply\n"), "{name}");
    }
    assert!(beltrami(&["explain"]).out.contains("\nW0101  not-differentiable-somewhere"));
    assert_eq!(beltrami(&["explain", "E0203", "--json"]).json()["slug"], "shape-mismatch");
    beltrami(&["explain", "E0230"]).refuses(2, "E0701", "did you mean `E0203`?");
    beltrami(&["explain", "shape-mismach"]).refuses(2, "E0701", "did you mean `shape-mismatch`?");
    beltrami(&["explain", "nonsense"]).refuses(2, "E0701", "lists all codes");
}

#[test]
fn citations_are_bibtex() {
    let run = beltrami(&["cite", "tr(expm(A))"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for key in [
        "@software{Beltrami,",
        "{LaueMitterreiterGiesen2018,",
        "{Higham2008,",
        "{AlMohyHigham2009,",
    ] {
        assert!(run.out.contains(key), "{key}: {}", run.out);
    }
    assert_eq!(run.out.matches('{').count(), run.out.matches('}').count());
    let keys = beltrami(&["cite", "a + b", "--json"]).json();
    assert_eq!(keys["references"][0]["key"], "Beltrami");
    beltrami(&["cite", "tr(A"]).refuses(2, "E0103", "missing `)`");
}

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = beltrami(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        assert!(run.out.contains("symmetric"), "{shell}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    assert!(beltrami(&["--version"]).out.starts_with("beltrami "));
    let version = format!("{{\"version\":\"{}\"}}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(beltrami(&["--version", "--json"]).out, version);
    assert!(beltrami(&["--help"]).out.contains("Usage: beltrami"));
    assert!(beltrami(&["derive", "--help"]).out.contains("--layout"));
    let bare = beltrami(&[]);
    assert_eq!((bare.code, bare.out.as_str()), (2, ""));
    assert!(bare.err.contains("Usage: beltrami"));
}

/// Runs the commands that pages show after `$ `, the program standing for a file where the page gives one, and compares all
/// that they print.
#[test]
#[cfg(unix)]
fn the_examples_of_the_error_pages_are_true() {
    use command::{done, folder, write};
    use std::process::Command;

    let here = folder("pages");
    std::os::unix::fs::symlink(program(), here.join("beltrami")).expect("the folder is empty");
    let path = format!("{}:{}", here.display(), std::env::var("PATH").unwrap_or_default());
    let mut wrong = Vec::new();
    for code in beltrami::diag::codes::ALL {
        let mut blocks = code.page.split("```").skip(1).step_by(2);
        let Some(mut block) = blocks.next() else { continue };
        if let Some(program) = block.strip_prefix("bel\n") {
            block = blocks.next().unwrap_or_default();
            let file = block.split_whitespace().find(|word| word.ends_with(".bel"));
            write(here.join(file.unwrap_or("a.bel")), program);
        }
        let Some((command, printed)) =
            block.strip_prefix("text\n$ ").and_then(|block| block.split_once('\n'))
        else {
            continue;
        };
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{command} 2>&1")]).current_dir(&here).env("PATH", &path);
        let run = done(&mut shell);
        if run.out != printed {
            wrong.push(format!("{}: {command}\n{}", code.id, run.out));
        }
    }
    assert!(wrong.is_empty(), "pages whose example prints something else:\n{}", wrong.join("\n"));
}
