//! Roots of a system: all of them in a box, or one from a start.

use beltrami::Equations;
use beltrami::engine::solve::roots::{All, Method, Solution};
use serde::Serialize;

use crate::search::{Search, shown};
use crate::{Answer, Note, assumed};

/// All roots in a box.
#[derive(Clone, Debug, Serialize)]
pub struct Roots {
    /// Those that are proved to exist.
    pub roots: Vec<Root>,
    /// The search that found them.
    #[serde(flatten)]
    pub search: Search,
    #[serde(skip)]
    names: Vec<String>,
    #[serde(skip)]
    assumed: Vec<String>,
}

/// A root that is proved to exist.
#[derive(Clone, Debug, Serialize)]
pub struct Root {
    /// Near it.
    pub x: Vec<f64>,
    /// How near.
    pub radius: f64,
    /// Always true.
    pub certified: bool,
}

/// The way from a start to a root, or to where it ended.
#[derive(Clone, Debug, Serialize)]
pub struct RootFrom {
    /// How it ended, a word.
    pub status: &'static str,
    /// The same in words.
    pub reason: String,
    /// Where it ended.
    pub x: Vec<f64>,
    /// The size of the equations there.
    pub residual: f64,
    /// Steps.
    pub iterations: usize,
    /// The iterates.
    pub trace: Vec<Vec<f64>>,
    /// The size of the equations at each.
    pub residuals: Vec<f64>,
    /// The method.
    pub method: &'static str,
    /// The unknowns.
    pub names: Vec<String>,
    #[serde(skip)]
    assumed: Vec<String>,
}

impl Roots {
    /// The answer that a search gives; `late` where the time ended it, `stopped` where its reader did.
    pub fn new<S>(all: &All, equations: &Equations<S>, late: bool, stopped: bool) -> Roots {
        let root = |root: &beltrami::engine::solve::roots::Root| Root {
            x: root.point(),
            radius: root.radius(),
            certified: true,
        };
        Roots {
            roots: all.roots.iter().map(root).collect(),
            search: Search::new(all, late, stopped),
            names: equations.names.clone(),
            assumed: equations.assumed.clone(),
        }
    }
}

impl Answer for Roots {
    fn text(&self) -> String {
        let mut out = String::new();
        for root in &self.roots {
            let places = self.names.iter().zip(&root.x);
            let parts: Vec<String> =
                places.map(|(name, x)| format!("{name} = {}", shown(*x))).collect();
            out.push_str(&format!("{}  (± {:.0e}, certified)\n", parts.join(", "), root.radius));
        }
        if self.roots.is_empty() {
            out.push_str("no certified root\n");
        }
        out
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let said = self.search.notes(&self.names);
        said.into_iter().chain(assumed(&self.assumed).map(Note::from)).collect()
    }
}

impl RootFrom {
    /// The answer that a method gives.
    pub fn new<S>(found: &Solution, equations: &Equations<S>) -> RootFrom {
        RootFrom {
            status: found.status.name(),
            reason: found.status.reason(&found.x, &equations.names),
            x: found.x.clone(),
            residual: found.residual,
            iterations: found.trace.len() - 1,
            trace: found.trace.clone(),
            residuals: found.residuals.clone(),
            method: match found.method {
                Method::Newton => "newton",
                Method::Dogleg => "dogleg",
                Method::Damped => "damped newton",
            },
            names: equations.names.clone(),
            assumed: equations.assumed.clone(),
        }
    }

    /// The iterates as a table for a program.
    pub fn trace_csv(&self) -> String {
        let mut text = format!("k,{},residual\n", self.names.join(","));
        for (k, (x, residual)) in self.trace.iter().zip(&self.residuals).enumerate() {
            let cells: Vec<String> = x.iter().map(f64::to_string).collect();
            text.push_str(&format!("{k},{},{residual:e}\n", cells.join(",")));
        }
        text
    }
}

impl Answer for RootFrom {
    /// The iterates, a line each; in the middle of a long list some are left out.
    fn text(&self) -> String {
        /// Lines at both ends of a long list.
        const ENDS: usize = 15;
        let mut heading = vec!["k".to_owned()];
        heading.extend(self.names.iter().cloned());
        heading.push("largest |f|".to_owned());
        let mut rows = vec![heading];
        let count = self.trace.len();
        for (k, (x, residual)) in self.trace.iter().zip(&self.residuals).enumerate() {
            if count > 2 * ENDS && (ENDS..count - ENDS).contains(&k) {
                if k == ENDS {
                    rows.push(vec!["…".to_owned()]);
                }
                continue;
            }
            let mut row = vec![k.to_string()];
            row.extend(x.iter().map(|x| shown(*x)));
            row.push(format!("{residual:.2e}"));
            rows.push(row);
        }
        let width = |j: usize| {
            let cells = rows.iter().filter_map(|row| row.get(j));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.names.len() + 2).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
            format!("{}\n", cells.join("  ").trim_end())
        };
        rows.iter().map(line).collect()
    }

    fn remarks(&self) -> Vec<String> {
        let plural = if self.iterations == 1 { "" } else { "s" };
        let ended = format!(
            "{} after {} step{plural} ({}): {}",
            self.status, self.iterations, self.method, self.reason
        );
        [ended].into_iter().chain(assumed(&self.assumed)).collect()
    }
}
