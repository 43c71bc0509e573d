//! One equation between two sizes.

use std::sync::Arc;

use beltrami_core::Dim;

/// What an equation says.
#[derive(Debug)]
pub enum Relation {
    /// It holds.
    Equal,
    /// It cannot hold: fixed names are independent, sizes are positive, and no unknown is 1.
    Never,
    /// It holds exactly when this unknown has this value.
    Solution(Arc<str>, Dim),
    /// More must be known.
    Open,
}

/// Whether a size name stands for an unknown; such names cannot be written by a user.
pub fn is_unknown(name: &str) -> bool {
    name.starts_with('?')
}

type Term = (Vec<Arc<str>>, i64);

/// What `left = right` says; both sides hold unsolved unknowns and fixed names.
pub fn relate(left: &Dim, right: &Dim) -> Relation {
    if left == right {
        return Relation::Equal;
    }
    let terms = reduced(&left.minus(right));
    let unknown = |term: &Term| term.0.iter().any(|name| is_unknown(name));
    if !terms.iter().any(unknown)
        || terms.iter().all(|(_, n)| *n > 0)
        || terms.iter().all(|(_, n)| *n < 0)
    {
        return Relation::Never;
    }
    let fixed = |name: &Arc<str>| !is_unknown(name);
    if let [a, b] = terms.as_slice()
        && (!unknown(a) && b.0.iter().any(fixed) || !unknown(b) && a.0.iter().any(fixed))
    {
        // Nothing is common to both sides any more, and fixed names are independent.
        return Relation::Never;
    }
    let mut open = terms.iter().filter(|term| unknown(term)).count() > 1;
    // The newest unknown is expressed by the older ones.
    for (place, (names, factor)) in terms.iter().enumerate().rev() {
        let [name] = names.as_slice() else {
            open |= names.iter().any(|name| is_unknown(name));
            continue;
        };
        let elsewhere = |(other, term): (usize, &Term)| other != place && term.0.contains(name);
        if !is_unknown(name) || terms.iter().enumerate().any(elsewhere) {
            continue;
        }
        let rest =
            terms.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, term)| term);
        match quotient(rest, -factor) {
            Some(value) if value.as_constant().is_some_and(|n| n < 2) => return Relation::Never,
            Some(value) => return Relation::Solution(name.clone(), value),
            None => {}
        }
    }
    if open { Relation::Open } else { Relation::Never }
}

/// Pairs of sizes that are to agree when nothing else decides: factors of two products, or summands of two sums.
pub fn matched(left: &Dim, right: &Dim) -> Vec<(Dim, Dim)> {
    let terms = reduced(&left.minus(right));
    let (more, less): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|(_, n)| *n > 0);
    if let ([(a, 1)], [(b, -1)]) = (more.as_slice(), less.as_slice()) {
        if a.len() != b.len() {
            return Vec::new();
        }
        // In `?1*m = ?3*n` the unknowns take what is fixed on the other side.
        let (unknown_a, fixed_a): (Vec<_>, Vec<_>) = a.iter().partition(|name| is_unknown(name));
        let (unknown_b, fixed_b): (Vec<_>, Vec<_>) = b.iter().partition(|name| is_unknown(name));
        return if unknown_a.len() == fixed_b.len() && unknown_b.len() == fixed_a.len() {
            pairs(unknown_a.into_iter().zip(fixed_b).chain(unknown_b.into_iter().zip(fixed_a)))
        } else {
            pairs(a.iter().zip(b))
        };
    }
    let single = |term: &&&Term| term.0.len() == 1 && term.1.abs() == 1;
    if more.len() == less.len() && more.iter().chain(&less).filter(single).count() == terms.len() {
        return pairs(more.iter().zip(&less).map(|(a, b)| (&a.0[0], &b.0[0])));
    }
    Vec::new()
}

fn pairs<'a>(names: impl Iterator<Item = (&'a Arc<str>, &'a Arc<str>)>) -> Vec<(Dim, Dim)> {
    names.map(|(a, b)| (Dim::symbol(a), Dim::symbol(b))).collect()
}

/// The summands of a size, divided by the names and the number that all have in common.
fn reduced(dim: &Dim) -> Vec<Term> {
    let mut terms: Vec<Term> = dim.terms().to_vec();
    let divisor = terms.iter().fold(0, |divisor, (_, n)| gcd(divisor, n.unsigned_abs()));
    let divisor = i64::try_from(divisor).unwrap_or(1).max(1);
    for (_, n) in &mut terms {
        *n /= divisor;
    }
    let names: Vec<Arc<str>> = terms.first().map_or_else(Vec::new, |(names, _)| names.clone());
    for name in names {
        if terms.iter().all(|(names, _)| names.contains(&name)) {
            for (names, _) in &mut terms {
                if let Some(place) = names.iter().position(|other| *other == name) {
                    names.remove(place);
                }
            }
        }
    }
    terms
}

/// The sum of the terms divided by a number; `None` when that is no sum of positive multiples.
fn quotient<'a>(terms: impl Iterator<Item = &'a Term>, divisor: i64) -> Option<Dim> {
    let mut sum = Dim::constant(0);
    for (names, n) in terms {
        if divisor == 0 || n % divisor != 0 || n / divisor < 0 {
            return None;
        }
        let factors: Vec<Dim> = names.iter().map(|name| Dim::symbol(name)).collect();
        sum = sum.plus(&Dim::product(&factors).times(&Dim::constant(n / divisor)));
    }
    Some(sum)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
