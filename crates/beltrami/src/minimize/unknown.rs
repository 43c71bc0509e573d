//! The unknowns of an objective, one below the other in one vector.

use beltrami_core::{ExprId, Structure};
use beltrami_diag::{Diagnostic, Error, codes, nearest};
use beltrami_exec::Tensor;
use beltrami_solve::minimize::Objective;

use super::MinimizeOptions;
use crate::eval::Value;
use crate::sample::{Point, Sampler};
use crate::session::Loaded;

/// A name with the place of its entries, which stand row by row.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    pub name: String,
    pub id: ExprId,
    pub rows: usize,
    pub cols: usize,
    pub offset: usize,
    /// The interval that was declared, beyond which the objective is not looked at.
    pub range: Option<(f64, f64)>,
    /// Whether its start was given.
    pub given: bool,
}

/// All of them.
#[derive(Clone, Debug)]
pub(super) struct Unknowns {
    pub all: Vec<Unknown>,
}

impl Unknown {
    pub fn len(&self) -> usize {
        self.rows * self.cols
    }

    /// The place, row by row, of an entry that stands at this place column by column.
    pub fn stacked(&self, place: usize) -> usize {
        (place % self.rows) * self.cols + place / self.rows
    }
}

impl Unknowns {
    /// The names of `--over`, sizes still open.
    pub fn new(loaded: &Loaded, options: &MinimizeOptions) -> Result<Unknowns, Error> {
        let refuse = |code, message: String, hint: String| {
            Error::refused(Diagnostic::error(code, message).hint(hint), &loaded.sources)
        };
        if options.over.is_empty() {
            return Err(refuse(
                &codes::E0702,
                "no unknown to minimise over".into(),
                "name one with `--over x`".into(),
            ));
        }
        let is_unknown = |name: &String| options.over.contains(name);
        if let Some(one) = options.data.iter().find(|one| one.named && is_unknown(&one.name)) {
            return Err(refuse(
                &codes::E0702,
                format!("`{}` is an unknown and has no data", one.name),
                format!("say where it starts with `--start {}=…`", one.name),
            ));
        }
        if let Some(one) = options.start.iter().find(|one| one.named && !is_unknown(&one.name)) {
            let near = nearest(&one.name, options.over.iter().map(String::as_str));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("give its value with `--data {}=…`", one.name),
            };
            return Err(refuse(&codes::E0702, format!("`{}` is no unknown", one.name), hint));
        }
        let mut all: Vec<Unknown> = Vec::new();
        for name in &options.over {
            let Some(variable) = loaded.program.variables.iter().find(|v| v.name == *name) else {
                continue;
            };
            if all.iter().any(|known| known.name == *name) {
                return Err(refuse(
                    &codes::E0702,
                    format!("`{name}` is named twice in `--over`"),
                    "drop one of the two".into(),
                ));
            }
            let facts = loaded.program.graph.facts(variable.id);
            let scalar = loaded.program.graph.shape(variable.id).is_scalar();
            if !scalar && Structure::of(facts).is_some() {
                return Err(refuse(
                    &codes::E0702,
                    format!(
                        "`{name}` has a structure that steps would leave: {}",
                        variable.declaration
                    ),
                    "declare it a matrix and write the structure into the objective, as in `L*L'`"
                        .into(),
                ));
            }
            all.push(Unknown {
                name: name.clone(),
                id: variable.id,
                rows: 1,
                cols: 1,
                offset: 0,
                range: variable.range,
                given: options.start.iter().any(|one| one.name == *name),
            });
        }
        Ok(Unknowns { all })
    }

    /// The same with the sizes that data has settled.
    pub fn sized(mut self, loaded: &Loaded, point: &Point) -> Result<Unknowns, Error> {
        let mut offset = 0;
        for unknown in &mut self.all {
            let shape = loaded.program.graph.shape(unknown.id);
            let size = |dim: &beltrami_core::Dim| {
                dim.evaluate(&|name| point.sizes.get(name).copied()).map(|n| n as usize)
            };
            let (Some(rows), Some(cols)) = (size(&shape.rows), size(&shape.cols)) else {
                let message = format!("the data does not determine the size of `{}`", unknown.name);
                let diagnostic = Diagnostic::error(&codes::E0601, message)
                    .hint(format!("give its start with `--start {}=…`", unknown.name));
                return Err(Error::refused(diagnostic, &loaded.sources));
            };
            (unknown.rows, unknown.cols, unknown.offset) = (rows, cols, offset);
            offset += unknown.len();
        }
        Ok(self)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.all.iter().map(Unknown::len).sum()
    }

    /// The entries of one unknown.
    pub fn part<'a>(&self, unknown: &Unknown, x: &'a [f64]) -> &'a [f64] {
        &x[unknown.offset..unknown.offset + unknown.len()]
    }

    /// The entries of all unknowns at a point; zero where it has no value for one.
    pub fn at(&self, point: &Point) -> Vec<f64> {
        let mut x = vec![0.0; self.len()];
        for unknown in &self.all {
            if let Some(value) = point.values.get(&unknown.name) {
                x[unknown.offset..unknown.offset + unknown.len()].copy_from_slice(value.data());
            }
        }
        x
    }

    /// One unknown as a tensor.
    pub fn tensor(&self, unknown: &Unknown, x: &[f64]) -> Tensor<f64> {
        let entries = self.part(unknown, x);
        Tensor::from_fn(unknown.rows, unknown.cols, |i, j| entries[i * unknown.cols + j])
    }

    /// The symbols of the unknowns.
    pub fn ids(&self) -> Vec<ExprId> {
        self.all.iter().map(|unknown| unknown.id).collect()
    }

    /// A point with these values of the unknowns.
    pub fn moved(&self, point: &Point, x: &[f64]) -> Point {
        let mut there = point.clone();
        for unknown in &self.all {
            there.values.insert(unknown.name.clone(), self.tensor(unknown, x));
        }
        there
    }

    /// The first entry outside an interval that was declared.
    pub fn outside(&self, x: &[f64]) -> Option<String> {
        self.all.iter().find_map(|unknown| {
            let (low, high) = unknown.range?;
            let entry =
                self.part(unknown, x).iter().find(|x| **x <= low || **x >= high || x.is_nan())?;
            Some(format!(
                "`{}` has an entry {entry}, declared within ({low}, {high})",
                unknown.name
            ))
        })
    }

    /// Bounds entry by entry, where there are any.
    pub fn bounds(
        &self,
        loaded: &Loaded,
        given: &[(String, f64, f64)],
    ) -> Result<Option<Vec<(f64, f64)>>, Error> {
        if given.is_empty() {
            return Ok(None);
        }
        let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); self.len()];
        for (name, low, high) in given {
            let Some(unknown) = self.all.iter().find(|unknown| unknown.name == *name) else {
                let diagnostic = Diagnostic::error(
                    &codes::E0702,
                    format!("`{name}` has bounds and is no unknown"),
                )
                .hint("bounds are for names of `--over`");
                return Err(Error::refused(diagnostic, &loaded.sources));
            };
            bounds[unknown.offset..unknown.offset + unknown.len()].fill((*low, *high));
        }
        Ok(Some(bounds))
    }

    /// Where to start: what was given; else zero, unless the objective has no value or no slope there.
    pub fn start(&self, objective: &mut dyn Objective, point: &Point, seed: u64) -> Vec<f64> {
        let mut x = vec![0.0; self.len()];
        for unknown in self.all.iter().filter(|unknown| unknown.given) {
            if let Some(value) = point.values.get(&unknown.name) {
                x[unknown.offset..unknown.offset + unknown.len()].copy_from_slice(value.data());
            }
        }
        if self.all.iter().all(|unknown| unknown.given) {
            return x;
        }
        let mut gradient = vec![0.0; x.len()];
        let left = objective.gradient(&x, &mut gradient).is_ok_and(|value| value.is_finite())
            && gradient.iter().all(|g| g.is_finite())
            && gradient.iter().any(|g| *g != 0.0);
        if !left {
            let mut sampler = Sampler::new(seed);
            for unknown in self.all.iter().filter(|unknown| !unknown.given) {
                let (low, high) = unknown.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
                for entry in &mut x[unknown.offset..unknown.offset + unknown.len()] {
                    *entry = match (low.is_finite(), high.is_finite()) {
                        (true, true) => sampler.uniform(low, high),
                        (true, false) => low + sampler.uniform(0.1, 1.0),
                        (false, true) => high - sampler.uniform(0.1, 1.0),
                        (false, false) => sampler.normal(),
                    };
                }
            }
        }
        x
    }

    /// The unknowns as users see them.
    pub fn values(&self, loaded: &Loaded, x: &[f64]) -> Vec<(String, Value)> {
        let value = |unknown: &Unknown| {
            let tensor = self.tensor(unknown, x);
            Value::new(&loaded.program.graph, unknown.id, tensor, false)
        };
        self.all.iter().map(|unknown| (unknown.name.clone(), value(unknown))).collect()
    }
}
