//! Sizes as integers of a printed program, and how they are found in the shapes of the inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use beltrami_core::Dim;

/// The identifiers of sizes.
pub(crate) type SizeNames = BTreeMap<Arc<str>, String>;

/// A size in code; what is subtracted comes last, since some languages have no negative sizes.
pub(crate) fn size(dim: &Dim, names: &SizeNames) -> String {
    let mut out = String::new();
    let terms = dim.terms().iter().filter(|(_, n)| *n > 0);
    let terms = terms.chain(dim.terms().iter().filter(|(_, n)| *n < 0));
    for (place, (factors, n)) in terms.enumerate() {
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
pub(crate) fn tuple(dims: &[Dim], names: &SizeNames) -> String {
    tuple_of(&dims.iter().map(|dim| size(dim, names)).collect::<Vec<_>>())
}

/// A Python tuple.
pub(crate) fn tuple_of(parts: &[String]) -> String {
    match parts {
        [only] => format!("({only},)"),
        _ => format!("({})", parts.join(", ")),
    }
}

/// How a size is found: its name and the expression.
pub(crate) struct Found {
    pub name: Arc<str>,
    pub code: String,
}

/// How a language subtracts and divides sizes.
pub(crate) struct Arithmetic {
    /// The difference of `#1` and `#2`, which may be one of other sizes than were expected.
    pub minus: &'static str,
    /// The operator of the quotient of integers.
    pub over: &'static str,
}

/// Finds the sizes that occur in the axes of inputs, each given with its code, in an order in which they can be computed;
/// those that no shape determines are missing.
pub(crate) fn find(
    all: &[(String, Dim)],
    names: &SizeNames,
    arithmetic: &Arithmetic,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (code, dim) in all {
        if let Some(name) = dim.as_symbol()
            && !knows(&found, name)
        {
            found.push(Found { name: Arc::from(name), code: code.clone() });
        }
    }
    loop {
        let next =
            all.iter().find_map(|(code, dim)| solved(code, dim, (&found, arithmetic), names));
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
fn solved(
    code: &str,
    dim: &Dim,
    (found, arithmetic): (&[Found], &Arithmetic),
    names: &SizeNames,
) -> Option<Found> {
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
    // Sizes may have no sign, so what is negative goes to the other side.
    let negative = parts(&rest, |n| n < 0);
    let positive = parts(&rest, |n| n > 0);
    let mut difference = code.to_owned();
    if negative != Dim::constant(0) {
        difference =
            format!("({difference} + {})", size(&negative.times(&Dim::constant(-1)), names));
    }
    if positive != Dim::constant(0) {
        let positive = match positive.terms() {
            [_] => size(&positive, names),
            _ => format!("({})", size(&positive, names)),
        };
        difference = arithmetic.minus.replace("#1", &difference).replace("#2", &positive);
    }
    let quotient = match factor.terms() {
        _ if factor.is_one() => difference,
        [(factors, n)] if (*n == 1 && factors.len() == 1) || factors.is_empty() => {
            format!("{difference} {} {}", arithmetic.over, size(&factor, names))
        }
        _ => format!("{difference} {} ({})", arithmetic.over, size(&factor, names)),
    };
    Some(Found { name: name.clone(), code: quotient })
}

/// The terms whose coefficients are of one sign.
fn parts(dim: &Dim, of_sign: fn(i64) -> bool) -> Dim {
    dim.terms().iter().filter(|(_, n)| of_sign(*n)).fold(Dim::constant(0), |sum, (factors, n)| {
        let term = factors.iter().fold(Dim::constant(*n), |term, f| term.times(&Dim::symbol(f)));
        sum.plus(&term)
    })
}
