//! Which crate may use which, read from the manifests.

use serde_json::Value;

use super::Violations;
use crate::process::cargo;
use crate::repository::{read, root};

/// A crate with its level and the crates of the workspace it may use.
struct Place {
    name: &'static str,
    level: u8,
    uses: &'static [&'static str],
}

/// What a front end may use: the façade alone.
const FACADE: &[&str] = &["beltrami"];

/// The façade names both the operations and the engines, and nothing else does.
const EVERYTHING_BELOW: &[&str] = &[
    "beltrami-calculus",
    "beltrami-core",
    "beltrami-data",
    "beltrami-diag",
    "beltrami-elab",
    "beltrami-exec",
    "beltrami-linalg",
    "beltrami-ops",
    "beltrami-print",
    "beltrami-solve",
    "beltrami-stop",
    "beltrami-syntax",
];

/// The levels of ARCHITECTURE.md: a crate uses lower levels only, and of these only what is listed.
const PLACES: &[Place] = &[
    Place { name: "beltrami-diag", level: 0, uses: &[] },
    Place { name: "beltrami-linalg", level: 0, uses: &[] },
    Place { name: "beltrami-stop", level: 0, uses: &[] },
    Place { name: "beltrami-syntax", level: 1, uses: &["beltrami-diag"] },
    Place { name: "beltrami-core", level: 1, uses: &["beltrami-diag"] },
    Place { name: "beltrami-data", level: 1, uses: &["beltrami-diag"] },
    Place { name: "beltrami-ops", level: 2, uses: &["beltrami-core", "beltrami-linalg"] },
    Place {
        name: "beltrami-elab",
        level: 2,
        uses: &["beltrami-core", "beltrami-diag", "beltrami-syntax"],
    },
    Place { name: "beltrami-calculus", level: 2, uses: &["beltrami-core", "beltrami-stop"] },
    Place { name: "beltrami-print", level: 2, uses: &["beltrami-core"] },
    Place { name: "beltrami-exec", level: 2, uses: &["beltrami-core", "beltrami-linalg"] },
    Place { name: "beltrami-solve", level: 2, uses: &["beltrami-linalg"] },
    Place { name: "beltrami", level: 3, uses: EVERYTHING_BELOW },
    Place { name: "beltrami-plot", level: 4, uses: FACADE },
    Place { name: "beltrami-cli", level: 5, uses: &["beltrami", "beltrami-plot"] },
    Place { name: "beltrami-py", level: 4, uses: FACADE },
    Place { name: "beltrami-serve", level: 4, uses: FACADE },
    Place {
        name: "beltrami-testkit",
        level: 4,
        uses: &["beltrami", "beltrami-core", "beltrami-ops", "beltrami-syntax"],
    },
    Place { name: "xtask", level: 5, uses: &["beltrami-diag", "beltrami-ops"] },
];

/// Tests of any crate may use these as well.
const FOR_TESTS: &[&str] = &["beltrami-ops", "beltrami-testkit"];

fn place(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

/// No edge goes up, sideways, or where the list does not let it go.
pub fn directions() -> Result<Violations, String> {
    let mut violations = Violations::new();
    for package in packages()? {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(from) = place(name) else {
            violations.push(format!(
                "{name}: not in the table of xtask/src/tidy/crates.rs; give it a level"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let Some(to) = place(used) else { continue };
            let for_tests = dependency["kind"].as_str() == Some("dev");
            let allowed = if for_tests {
                to.level < from.level || FOR_TESTS.contains(&used)
            } else {
                to.level < from.level && from.uses.contains(&used)
            };
            if !allowed {
                let why = match (to.level.cmp(&from.level), for_tests) {
                    (std::cmp::Ordering::Equal, _) => "a sibling of the same level",
                    (std::cmp::Ordering::Greater, _) => "of a higher level",
                    _ => "not among the crates it may use",
                };
                violations.push(format!(
                    "{name} (level {}) uses {used} (level {}), {why}",
                    from.level, to.level
                ));
            }
        }
    }
    Ok(violations)
}

/// Every crate takes the lints of the workspace, which require documentation, and its lib.rs opens with a page.
pub fn documented() -> Result<Violations, String> {
    let mut violations = Violations::new();
    if !read(&root().join("Cargo.toml"))?.contains("missing_docs = ") {
        violations.push("Cargo.toml: [workspace.lints.rust] lacks missing_docs".to_owned());
    }
    for package in packages()? {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let manifest = std::path::Path::new(manifest);
        let name = package["name"].as_str().unwrap_or_default();
        let inherits = read(manifest)?.contains("[lints]\nworkspace = true");
        let library = manifest.with_file_name("src").join("lib.rs");
        if library.exists() {
            let text = read(&library)?;
            if !inherits && !text.contains("missing_docs") {
                violations.push(format!(
                    "{name}: neither `[lints] workspace = true` nor `#![warn(missing_docs)]`"
                ));
            }
            if !text.starts_with("//! ") {
                violations.push(format!("{name}: lib.rs does not open with what the crate does"));
            }
        } else if !inherits {
            violations.push(format!("{name}: no `[lints] workspace = true`"));
        }
    }
    Ok(violations)
}

fn packages() -> Result<Vec<Value>, String> {
    let output = cargo(&["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cannot start cargo metadata: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    Ok(metadata["packages"].as_array().cloned().unwrap_or_default())
}
