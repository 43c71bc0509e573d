//! The Python of the tests: a virtual environment under the target folder, with numpy and scipy, and what
//! the emitted programs in other languages need if possible.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{command, run, succeeds};
use crate::repository::target;

const PACKAGES: &[&str] = &["numpy>=1.26", "scipy>=1.11"];

/// What the programs of one target need, and all other tests do without.
pub struct Optional {
    /// The name of the target.
    pub target: &'static str,
    /// The names on PyPI, which are those of the modules with `_` for `-`.
    pub packages: &'static [&'static str],
    /// Further arguments of `pip install`, tried in order.
    sources: &'static [&'static [&'static str]],
}

/// The libraries of target languages that are not needed for anything else.
pub const OPTIONAL: &[Optional] = &[
    Optional {
        target: "torch",
        packages: &["torch"],
        // The build for processors alone where it can be reached; that of PyPI brings gigabytes for accelerators.
        sources: &[&["--index-url", "https://download.pytorch.org/whl/cpu"], &[]],
    },
    Optional { target: "jax", packages: &["jax"], sources: &[&[]] },
    Optional { target: "c", packages: &["scipy-openblas32"], sources: &[&[]] },
    Optional { target: "julia", packages: &["tree-sitter", "tree-sitter-julia"], sources: &[&[]] },
];

/// Whether the interpreter has the packages, which are installed when they can be.
pub fn has(python: &Path, optional: &Optional) -> bool {
    let works = || {
        let mut probe = Command::new(python);
        let modules = optional.packages.join(", ").replace('-', "_");
        probe.args(["-c", &format!("import {modules}")]);
        succeeds(probe)
    };
    works()
        || optional.sources.iter().any(|source| {
            let mut pip = Command::new(python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            // A network that is not there must not take minutes.
            pip.args(["--retries", "0", "--timeout", "20"]).args(optional.packages).args(*source);
            succeeds(pip) && works()
        })
}

/// The interpreter of the virtual environment, which is created when it is not there.
pub fn interpreter() -> Result<PathBuf, String> {
    let folder = target().join("venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let packages_work = || {
        let mut probe = Command::new(&python);
        probe.args(["-c", "import numpy, scipy.linalg, scipy.special"]);
        succeeds(probe)
    };
    if packages_work() {
        return Ok(python);
    }
    if !succeeds(command("python3", &["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])) {
        return Err("Python 3.10 or newer is needed, as `python3` on the PATH: the emitted NumPy modules are run by the tests".into());
    }
    if !succeeds(command("python3", &["-c", "import venv, ensurepip"])) {
        return Err("Python's `venv` and `ensurepip` are needed (on Debian: `apt-get install python3-venv`)".into());
    }
    println!("creating {} with {}", folder.display(), PACKAGES.join(", "));
    run(command("python3", &["-m", "venv", "--clear", &folder.to_string_lossy()]))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    run(pip)
        .map_err(|reason| format!("{reason}\nnumpy and scipy could not be installed from PyPI"))?;
    if packages_work() {
        Ok(python)
    } else {
        Err(format!("{} cannot import numpy and scipy", python.display()))
    }
}
