//! Data meets declarations: sizes are solved for, shapes and structure are compared.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::Shape;
use beltrami_diag::{Diagnostic, Error, codes, nearest};
use beltrami_elab::Variable;
use beltrami_exec::Tensor;

use super::sizes::{self, Fact};
use super::{Given, structure};
use crate::sample::{Point, size_names};
use crate::session::Loaded;

/// Values for all names of a program, with what is wrong with them.
pub type Bound = Result<Point, Error>;

/// Gives every variable its array and every size its number.
pub fn bind(loaded: &Loaded, given: &[Given]) -> Bound {
    bind_all_but(loaded, given.to_vec(), &[])
}

/// The same, but names in `free` may be left out; nothing is known of them but their sizes. Entries are not copied.
pub fn bind_all_but(loaded: &Loaded, mut given: Vec<Given>, free: &[String]) -> Bound {
    // What was typed takes the place of what an archive holds.
    let typed: BTreeSet<String> =
        given.iter().filter(|one| one.named).map(|one| one.name.clone()).collect();
    given.retain(|one| one.named || !typed.contains(&one.name));
    let mut binding = Binding {
        loaded,
        point: Point::default(),
        tolerances: BTreeMap::new(),
        facts: Vec::new(),
        wrong: Vec::new(),
    };
    let roots: Vec<_> =
        loaded.program.variables.iter().map(|v| v.id).chain([loaded.program.root]).collect();
    let names = size_names(&loaded.program.graph, &roots);
    binding.names(&given, &names);
    binding.variables(given, free);
    if binding.wrong.is_empty() {
        binding.solve();
    }
    if binding.wrong.is_empty() {
        binding.complete(&names);
    }
    if binding.wrong.is_empty() {
        binding.contents();
    }
    if binding.wrong.is_empty() {
        return Ok(binding.point);
    }
    Err(Error::refused(binding.wrong, &loaded.sources))
}

struct Binding<'a> {
    loaded: &'a Loaded,
    point: Point,
    /// What equality of entries means for each value.
    tolerances: BTreeMap<String, f64>,
    facts: Vec<Fact<'a>>,
    wrong: Vec<Diagnostic>,
}

impl<'a> Binding<'a> {
    /// Every name is known and given once; those of sizes and indices take whole numbers.
    fn names(&mut self, given: &[Given], sizes: &[String]) {
        let known: Vec<&str> =
            self.loaded.program.variables.iter().map(|v| v.name.as_str()).collect();
        let mut earlier = BTreeSet::new();
        for one in given {
            let name = one.name.as_str();
            if !earlier.insert(name) {
                self.wrong.push(
                    Diagnostic::error(&codes::E0702, format!("`{name}` is given twice"))
                        .hint("drop one of the two"),
                );
            } else if known.contains(&name) {
            } else if sizes.iter().any(|size| size == name) {
                match one.array.to_f64()[..] {
                    [n] if one.array.shape().is_empty()
                        && n.fract() == 0.0
                        && (1.0..1e9).contains(&n) =>
                    {
                        self.point.sizes.insert(name.into(), n as i64);
                    }
                    _ => self.wrong.push(
                        Diagnostic::error(
                            &codes::E0602,
                            format!("`{name}` is a size and must be a whole number from 1"),
                        )
                        .hint(format!("give it as `--data {name}=3`")),
                    ),
                }
            } else if one.named {
                let hint = match nearest(name, known.iter().copied())
                    .filter(|_| name.chars().count() > 1)
                {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        let known: Vec<String> =
                            known.iter().map(|name| format!("`{name}`")).collect();
                        format!("the variables are {}", known.join(", "))
                    }
                };
                let message = format!("`{name}` does not occur in the expression");
                self.wrong.push(Diagnostic::error(&codes::E0302, message).hint(hint));
            }
        }
    }

    /// Every variable that is not free has data of its kind.
    fn variables(&mut self, mut given: Vec<Given>, free: &[String]) {
        let mut missing = Vec::new();
        for variable in &self.loaded.program.variables {
            match given.iter().position(|one| one.name == variable.name) {
                Some(place) => self.shaped(variable, given.swap_remove(place)),
                None if free.contains(&variable.name) => {}
                None => missing.push(variable),
            }
        }
        let Some(first) = missing.first() else { return };
        let names: Vec<String> = missing.iter().map(|v| format!("`{}`", v.name)).collect();
        let types: Vec<&str> = missing.iter().map(|v| v.declaration.as_str()).collect();
        let value = if self.shape(first).is_scalar() {
            "0.5"
        } else if self.shape(first).is_vector() || self.shape(first).is_row() {
            "[1, 2]"
        } else {
            "[1, 2; 3, 4]"
        };
        self.wrong.push(
            Diagnostic::error(
                &codes::E0601,
                format!("no data for {} ({})", names.join(", "), types.join(", ")),
            )
            .hint(format!(
                "give it with `--data '{0}={value}'` or `--data {0}=FILE.npy`",
                first.name
            )),
        );
    }

    fn shape(&self, variable: &Variable) -> &'a Shape {
        self.loaded.program.graph.shape(variable.id)
    }

    /// Turns an array into the value of a variable and notes the sizes it has.
    fn shaped(&mut self, variable: &'a Variable, one: Given) {
        let shape = self.shape(variable);
        let array = &one.array;
        if array.is_empty() {
            self.refuse(
                variable,
                format!("the data of `{}` is empty", one.name),
                "give at least one entry",
            );
            return;
        }
        let (vector, row) = (shape.is_vector(), shape.is_row());
        let value = match array.shape()[..] {
            _ if shape.is_scalar() && array.len() == 1 => Some((1, 1)),
            [n] if vector => Some((n, 1)),
            [n] if row || (array.is_written_out() && !shape.is_scalar()) => Some((1, n)),
            [m, n]
                if (vector && n == 1)
                    || (row && m == 1)
                    || (!vector && !row && !shape.is_scalar()) =>
            {
                Some((m, n))
            }
            _ => None,
        };
        let Some((rows, cols)) = value else {
            let taken = if variable.declared.is_some() { "declared" } else { "taken for" };
            let message = format!(
                "`{}` is {taken} {}, its data is {}",
                one.name,
                kind(shape),
                array.describe()
            );
            let hint = match array.shape()[..] {
                [1, _] if vector => {
                    "transpose it: write `;` between the entries, or reshape the file".to_string()
                }
                _ if variable.declared.is_none() => {
                    format!(
                        "declare what it is, as in `--let '{}'`",
                        alternative(&one.name, array.shape())
                    )
                }
                _ => "change the data, or the declaration".to_string(),
            };
            self.refuse(variable, message, &hint);
            return;
        };
        if !shape.is_scalar() {
            for (axis, size, value) in [("rows", &shape.rows, rows), ("columns", &shape.cols, cols)]
            {
                let axis = if vector || row { "entries" } else { axis };
                if !((vector || row) && size.is_one()) {
                    self.facts.push(Fact {
                        variable,
                        axis,
                        size: size.clone(),
                        value: value as i64,
                    });
                }
            }
        }
        self.tolerances.insert(one.name.clone(), array.tolerance());
        // The axes say how many entries there are.
        let entries = one.array.into_f64();
        if let Ok(value) = Tensor::new(vec![rows, cols], entries) {
            self.point.values.insert(one.name.clone(), value);
        }
    }

    fn solve(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        for (variable, message) in sizes::solve(&facts, &mut self.point.sizes) {
            self.refuse(variable, message, "change the data, or the declared sizes");
        }
    }

    /// No size is open, and indices stay within their axes.
    fn complete(&mut self, names: &[String]) {
        let open: Vec<&String> =
            names.iter().filter(|name| !self.point.sizes.contains_key(*name)).collect();
        if let Some(first) = open.first() {
            let list: Vec<String> = open.iter().map(|name| format!("`{name}`")).collect();
            self.wrong.push(
                Diagnostic::error(
                    &codes::E0601,
                    format!("the data does not determine {}", list.join(", ")),
                )
                .hint(format!("give it with `--data {first}=3`")),
            );
        }
        for index in &self.loaded.program.indices {
            let known = |name: &str| self.point.sizes.get(name).copied();
            if let (Some(at), Some(most)) = (known(&index.name), index.size.evaluate(&known))
                && at > most
            {
                let message = format!(
                    "the index {} = {at} is out of range, {} is {most}",
                    index.name, index.size
                );
                self.wrong.push(
                    Diagnostic::error(&codes::E0207, message)
                        .hint(format!("indices run from 1 to {most}")),
                );
            }
        }
    }

    /// Entries are finite and have the declared structure.
    fn contents(&mut self) {
        for variable in &self.loaded.program.variables {
            let (Some(value), Some(tolerance)) =
                (self.point.values.get(&variable.name), self.tolerances.get(&variable.name))
            else {
                continue;
            };
            if !value.is_finite()
                && let Some(place) = value.data().iter().position(|x| !x.is_finite())
            {
                let at = if value.is_scalar() {
                    String::new()
                } else if value.is_line() {
                    format!(" entry {} is", place + 1)
                } else {
                    format!(" entry [{},{}] is", place / value.cols() + 1, place % value.cols() + 1)
                };
                let message =
                    format!("`{}` is not finite:{at} {}", variable.name, value.data()[place]);
                self.wrong.push(
                    Diagnostic::error(&codes::E0605, message)
                        .hint("clean the data: no result could be trusted"),
                );
                continue;
            }
            let facts = self.loaded.program.graph.facts(variable.id);
            if let Some(text) =
                structure::violation(&variable.name, value, facts, variable.range, *tolerance)
            {
                let message = format!("`{}` is {text}", variable.name);
                let diagnostic = Diagnostic::error(&codes::E0604, message)
                    .hint("correct the data, or declare less");
                self.wrong.push(match &variable.declared {
                    Some(label) => diagnostic.at(label.clone()),
                    None => diagnostic,
                });
            } else if !structure::is_exact(value, facts) {
                self.point.rough.push(variable.name.clone());
            }
        }
    }

    fn refuse(&mut self, variable: &Variable, message: String, hint: &str) {
        let diagnostic = Diagnostic::error(&codes::E0602, message).hint(hint);
        self.wrong.push(match &variable.declared {
            Some(label) => diagnostic.at(label.clone()),
            None => diagnostic,
        });
    }
}

/// What something of this shape is called.
pub(crate) fn kind(shape: &Shape) -> String {
    if shape.is_scalar() {
        "a scalar".into()
    } else if shape.is_vector() {
        format!("a vector of {}", shape.rows)
    } else if shape.is_row() {
        format!("a row of {}", shape.cols)
    } else {
        format!("a matrix {shape}")
    }
}

/// A declaration that would fit the data.
fn alternative(name: &str, axes: &[usize]) -> String {
    match axes {
        [] => format!("{name}: scalar"),
        [_] | [_, 1] => format!("{name}: vector(n)"),
        _ => format!("{name}: matrix(m,n)"),
    }
}
