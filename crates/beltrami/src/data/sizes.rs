//! Symbolic sizes from the sizes of data.

use std::collections::BTreeMap;

use beltrami_core::Dim;
use beltrami_elab::Variable;

/// No size is searched beyond this; linear ones are solved.
const MOST: i64 = 1 << 20;

/// A variable that does not fit, and why.
pub type Misfit<'a> = (&'a Variable, String);

/// A size that data has.
pub struct Fact<'a> {
    /// The variable that has it.
    pub variable: &'a Variable,
    /// `rows`, `columns` or `entries`.
    pub axis: &'static str,
    /// As declared or inferred.
    pub size: Dim,
    /// In the data.
    pub value: i64,
}

impl Fact<'_> {
    /// `A has 3 columns`.
    fn text(&self) -> String {
        let axis = match (self.value, self.axis) {
            (1, "rows") => "row",
            (1, "columns") => "column",
            (1, _) => "entry",
            (_, axis) => axis,
        };
        format!("`{}` has {} {axis}", self.variable.name, self.value)
    }
}

/// Finds the sizes one after the other, each from data in which it is the only one unknown; stops at what does not fit.
pub fn solve<'a>(facts: &[Fact<'a>], sizes: &mut BTreeMap<String, i64>) -> Vec<Misfit<'a>> {
    let mut source: BTreeMap<String, &Fact<'a>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut open: Vec<&Fact<'a>> = facts.iter().collect();
    loop {
        let before = open.len();
        let mut rest = Vec::new();
        for fact in open {
            let known = |name: &str| sizes.get(name).copied();
            let symbols = fact.size.symbols();
            let unknown: Vec<String> = symbols
                .iter()
                .filter(|name| known(name).is_none())
                .map(|name| name.to_string())
                .collect();
            match &unknown[..] {
                [] => {
                    wrong.extend(conflict(fact, sizes, &source).map(|text| (fact.variable, text)))
                }
                [name] => match solution(&fact.size, name, fact.value, &known) {
                    Some(value) => {
                        sizes.insert(name.clone(), value);
                        source.insert(name.clone(), fact);
                    }
                    None => {
                        let text =
                            format!("{}, and no {name} makes {} that", fact.text(), fact.size);
                        wrong.push((fact.variable, text));
                    }
                },
                _ => rest.push(fact),
            }
        }
        open = rest;
        if open.is_empty() || open.len() == before || !wrong.is_empty() {
            return wrong;
        }
    }
}

/// A size that is known from elsewhere must be the one that the data has.
fn conflict(
    fact: &Fact<'_>,
    sizes: &BTreeMap<String, i64>,
    source: &BTreeMap<String, &Fact<'_>>,
) -> Option<String> {
    let known = |name: &str| sizes.get(name).copied();
    let size = &fact.size;
    if size.evaluate(&known) == Some(fact.value) {
        return None;
    }
    if let Some(other) = size.as_symbol().and_then(|name| source.get(name)) {
        return Some(format!("{} and {}: both are {size}", other.text(), fact.text()));
    }
    let symbols = size.symbols();
    if symbols.is_empty() {
        return Some(format!("{}, its declaration asks for {size}", fact.text()));
    }
    let given: Vec<String> = symbols
        .iter()
        .map(|name| match (source.get(&**name), known(name)) {
            (Some(other), Some(n)) => format!("{name} = {n} as {}", other.text()),
            (_, n) => format!("{name} = {}", n.unwrap_or(0)),
        })
        .collect();
    Some(format!("{}, it needs {size}, with {}", fact.text(), given.join(" and ")))
}

/// The positive value of `name` for which `size` is `value`, all other names being known.
fn solution(
    size: &Dim,
    name: &str,
    value: i64,
    known: &dyn Fn(&str) -> Option<i64>,
) -> Option<i64> {
    let at = |x: i64| size.evaluate(&|other| if other == name { Some(x) } else { known(other) });
    let (zero, one, two) = (at(0)?, at(1)?, at(2)?);
    let slope = one.checked_sub(zero)?;
    if two.checked_sub(one)? == slope && slope != 0 {
        let x = value.checked_sub(zero)? / slope;
        if x >= 1 && at(x) == Some(value) {
            return Some(x);
        }
    }
    (1..=value.min(MOST)).find(|x| at(*x) == Some(value))
}
