//! Types of names: shapes, facts, and the defaults by letter.

use beltrami_core::{Dim, Facts, Shape, Structure};
use beltrami_syntax::{Fact, FactKind, TypeName};

/// Spelled Greek letters, which are scalars.
const GREEK: [&str; 24] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
];

/// The type of a name that nobody declared: `a`..`g` and Greek letters are scalars, other small letters vectors,
/// capitals matrices; longer names go by their first letter.
pub fn default_type(name: &str) -> TypeName {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let stem = stem.split('_').next().unwrap_or(stem);
    match name.chars().next() {
        Some(first) if first.is_uppercase() => TypeName::Matrix,
        _ if GREEK.contains(&stem) => TypeName::Scalar,
        Some('a'..='g' | 'α'..='ω' | 'ϑ' | 'ϕ' | 'ϵ') => TypeName::Scalar,
        _ => TypeName::Vector,
    }
}

/// The shape of a type with these sizes; `fresh` gives the missing ones.
pub fn shape(ty: TypeName, sizes: &[Dim], mut fresh: impl FnMut() -> Dim) -> Shape {
    let mut size = |place: usize| sizes.get(place).cloned().unwrap_or_else(&mut fresh);
    match ty {
        TypeName::Scalar | TypeName::Size => Shape::scalar(),
        TypeName::Vector => Shape::vector(size(0)),
        TypeName::Row => Shape::row(size(0)),
        TypeName::Matrix => {
            let rows = size(0);
            Shape::matrix(rows, size(1))
        }
        _ => {
            let side = size(0);
            Shape::matrix(side.clone(), side)
        }
    }
}

/// What a type says about the structure.
pub fn structure(ty: TypeName) -> Facts {
    Structure::named(ty.name()).map_or(Facts::NONE, |structure| structure.facts)
}

/// The declaration of a name of this type and shape, as a sentence.
pub fn declaration(name: &str, ty: TypeName, shape: &Shape) -> String {
    match ty {
        TypeName::Scalar | TypeName::Size => format!("{name}: {}", ty.name()),
        TypeName::Matrix => format!("{name}: matrix({},{})", shape.rows, shape.cols),
        TypeName::Row => format!("{name}: row({})", shape.cols),
        _ => format!("{name}: {}({})", ty.name(), shape.rows),
    }
}

/// The sign facts and the range of the entries that declared facts amount to.
pub fn entries(facts: &[Fact]) -> (Facts, Option<(f64, f64)>) {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut known, mut strict) = (Facts::NONE, false);
    for fact in facts {
        let (least, most, open) = match fact.kind {
            FactKind::Greater(bound) => (bound, f64::INFINITY, true),
            FactKind::AtLeast(bound) => (bound, f64::INFINITY, false),
            FactKind::Less(bound) | FactKind::AtMost(bound) => (f64::NEG_INFINITY, bound, false),
            FactKind::Open(least, most) => (least, most, true),
            FactKind::Closed(least, most) => (least, most, false),
            FactKind::Signs => {
                known = known | Facts::SIGNS;
                continue;
            }
        };
        strict |= open && least >= 0.0;
        low = low.max(least);
        high = high.min(most);
    }
    if low > 0.0 || strict {
        known = known | Facts::POSITIVE | Facts::NONNEGATIVE;
    } else if low >= 0.0 {
        known = known | Facts::NONNEGATIVE;
    }
    let bounded = low > f64::NEG_INFINITY || high < f64::INFINITY;
    (known, bounded.then_some((low, high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_by_their_first_letter_and_greek_is_scalar() {
        let scalars = ["a", "g", "lambda", "λ", "mu_1", "sigma2", "alpha", "cost"];
        let vectors = ["h", "x", "z", "weights", "x1", "_"];
        let matrices = ["A", "X", "Sigma", "Σ", "Data"];
        for (ty, names) in [
            (TypeName::Scalar, &scalars[..]),
            (TypeName::Vector, &vectors),
            (TypeName::Matrix, &matrices),
        ] {
            for name in names {
                assert_eq!(default_type(name), ty, "{name}");
            }
        }
    }
}
