//! Making the result of an operation have a wanted shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use beltrami_core::{Dim, Shape};

/// Sizes of the names in the declaration of an operation.
pub type Sizes = BTreeMap<Arc<str>, Dim>;

/// Finds sizes of the names in `pattern` that make it the shape `wanted`; `false` when there are none to be found.
pub fn unify(pattern: &Shape, wanted: &Shape, sizes: &mut Sizes) -> bool {
    pattern.axes().len() == wanted.axes().len()
        && pattern.axes().iter().zip(wanted.axes()).all(|(a, b)| size(a, &b, sizes))
}

/// The size with names replaced as far as they are known.
pub fn filled(dim: &Dim, sizes: &Sizes) -> Dim {
    dim.substitute(&|name| sizes.get(name).cloned())
}

fn size(pattern: &Dim, wanted: &Dim, sizes: &mut Sizes) -> bool {
    let mut open: Vec<Arc<str>> = Vec::new();
    for name in pattern.symbols() {
        if !sizes.contains_key(&name) {
            open.push(name);
        }
    }
    match (open.as_slice(), pattern.terms()) {
        ([], _) => filled(pattern, sizes) == *wanted,
        ([name], _) if pattern.as_symbol() == Some(&**name) => {
            sizes.insert(name.clone(), wanted.clone());
            true
        }
        // A product of two names: a product is split between them.
        ([first, second], [(names, 1)]) if names.len() == 2 => {
            let [(factors, 1)] = wanted.terms() else { return false };
            let Some((last, rest)) = factors.split_last() else { return false };
            let rest = Dim::product(&rest.iter().map(|name| Dim::symbol(name)).collect::<Vec<_>>());
            sizes.insert(first.clone(), rest);
            sizes.insert(second.clone(), Dim::symbol(last));
            true
        }
        // A square: of a square.
        ([name], [(names, 1)]) if names.len() == 2 => {
            let [(factors, 1)] = wanted.terms() else { return false };
            let [one, two] = factors.as_slice() else { return false };
            sizes.insert(name.clone(), Dim::symbol(one));
            one == two
        }
        // A sum of two names: the first summand against the rest.
        ([first, second], [(one, 1), (two, 1)]) if one.len() == 1 && two.len() == 1 => {
            let [(factors, n), rest @ ..] = wanted.terms() else { return false };
            let names: Vec<Dim> = factors.iter().map(|name| Dim::symbol(name)).collect();
            if factors.is_empty() || rest.is_empty() || *n < 1 {
                return false;
            }
            let head = Dim::product(&names).times(&Dim::constant(*n));
            sizes.insert(second.clone(), wanted.minus(&head));
            sizes.insert(first.clone(), head);
            true
        }
        _ => false,
    }
}
