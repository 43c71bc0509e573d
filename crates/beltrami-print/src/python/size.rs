//! Sizes as Python integers, and how they are found in the shapes of the inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use beltrami_core::{Dim, Shape};

use crate::program::shape::axes;

/// The Python names of sizes.
pub(super) type SizeNames = BTreeMap<Arc<str>, String>;

/// A size in Python.
pub(super) fn size(dim: &Dim, names: &SizeNames) -> String {
    let mut out = String::new();
    for (place, (factors, n)) in dim.terms().iter().enumerate() {
        out.push_str(match (place, *n < 0) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        let coefficient =
            (n.unsigned_abs() != 1 || factors.is_empty()).then(|| n.unsigned_abs().to_string());
        let factors =
            factors.iter().map(|name| names.get(name).cloned().unwrap_or_else(|| name.to_string()));
        out.push_str(&coefficient.into_iter().chain(factors).collect::<Vec<_>>().join(" * "));
    }
    if out.is_empty() { String::from("0") } else { out }
}

/// A tuple of sizes in Python.
pub(super) fn tuple(dims: &[Dim], names: &SizeNames) -> String {
    tuple_of(&dims.iter().map(|dim| size(dim, names)).collect::<Vec<_>>())
}

/// A Python tuple.
pub(super) fn tuple_of(parts: &[String]) -> String {
    match parts {
        [only] => format!("({only},)"),
        _ => format!("({})", parts.join(", ")),
    }
}

/// How a size is found: its name, the input and axis, and the Python expression.
pub(super) struct Found {
    pub name: Arc<str>,
    pub code: String,
}

/// Finds the sizes that occur in the shapes of inputs, each given with its Python name, in an order in which they can be
/// computed; those that no shape determines are missing.
pub(super) fn find(inputs: &[(String, Shape)], names: &SizeNames) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let all: Vec<(String, Dim)> = inputs
        .iter()
        .flat_map(|(input, shape)| {
            axes(shape)
                .into_iter()
                .enumerate()
                .map(move |(axis, dim)| (format!("{input}.shape[{axis}]"), dim))
        })
        .collect();
    for (code, dim) in &all {
        if let Some(name) = dim.as_symbol()
            && !knows(&found, name)
        {
            found.push(Found { name: Arc::from(name), code: code.clone() });
        }
    }
    loop {
        let next = all.iter().find_map(|(code, dim)| solved(code, dim, &found, names));
        match next {
            Some(next) => found.push(next),
            None => return found,
        }
    }
}

fn knows(found: &[Found], name: &str) -> bool {
    found.iter().any(|size| *size.name == *name)
}

/// The one unknown name of a size when the size is linear in it.
fn solved(code: &str, dim: &Dim, found: &[Found], names: &SizeNames) -> Option<Found> {
    let unknown: Vec<Arc<str>> =
        dim.symbols().into_iter().filter(|name| !knows(found, name)).collect();
    let [name] = unknown.as_slice() else { return None };
    let (mut factor, mut rest) = (Dim::constant(0), Dim::constant(0));
    for (factors, n) in dim.terms() {
        let others = factors
            .iter()
            .filter(|factor| *factor != name)
            .fold(Dim::constant(*n), |product, factor| product.times(&Dim::symbol(factor)));
        match factors.iter().filter(|factor| *factor == name).count() {
            0 => rest = rest.plus(&others),
            1 => factor = factor.plus(&others),
            _ => return None,
        }
    }
    let difference = match rest.as_constant() {
        Some(0) => code.to_owned(),
        _ => format!("({code} - ({}))", size(&rest, names)),
    };
    let quotient = if factor.is_one() {
        difference
    } else {
        format!("{difference} // ({})", size(&factor, names))
    };
    Some(Found { name: name.clone(), code: quotient })
}
