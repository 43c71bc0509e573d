//! `cargo xtask tidy`: the repository's own rules, each a function that lists what breaks it.

mod crates;
mod names;
mod prose;
mod settings;
mod sources;

use crate::Outcome;

/// What breaks a rule: where, and what.
type Violations = Vec<String>;

type Rule = (&'static str, fn() -> Result<Violations, String>);

const RULES: &[Rule] = &[
    (
        "source files have at most 600 lines, operations 200, the from-scratch compiler 300",
        sources::sizes,
    ),
    ("crates use only the crates that ARCHITECTURE.md lets them use", crates::directions),
    (
        "every lib.rs says what its crate does, and every crate requires documentation",
        crates::documented,
    ),
    ("every operation's file is in the list of beltrami-ops", sources::operations_listed),
    ("every error code in the sources has a page", sources::codes_documented),
    ("no file is named after nothing in particular", sources::file_names),
    ("nothing is left to do, switched off or printed for debugging", sources::leftovers),
    ("no crate takes in a file from outside its folder", sources::within_the_crate),
    ("no engine names an operation", names::engines),
    ("no library that is neutral names a flag", settings::flags),
    ("Markdown has no trailing spaces and no broken links", prose::markdown),
    ("pages state facts, not praise", prose::praise),
];

/// Checks every rule and prints every violation.
pub fn run() -> Outcome {
    let mut count = 0;
    for (rule, check) in RULES {
        let violations = check().unwrap_or_else(|reason| vec![reason]);
        if !violations.is_empty() {
            count += violations.len();
            eprintln!("broken rule: {rule}");
            for violation in violations {
                eprintln!("  {violation}");
            }
        }
    }
    if count == 0 {
        println!("tidy: {} rules hold", RULES.len());
        Ok(())
    } else {
        Err(format!("tidy: {count} violations"))
    }
}
