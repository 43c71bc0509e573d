//! Sizes that are not known yet, and the equations between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beltrami_core::{Dim, Shape, Sizes};
use beltrami_diag::Span;

use crate::solve::{Relation, is_unknown, matched, relate};

/// Names of the sizes that inference found to be free, in the order in which they are given out.
const NAMES: [&str; 11] = ["m", "n", "p", "q", "k", "l", "r", "s", "t", "u", "v"];

/// The unknown sizes met so far, and what is known about them.
#[derive(Debug, Default)]
pub struct Unknowns {
    count: usize,
    solved: BTreeMap<Arc<str>, Dim>,
    /// Names that unknowns should get if nothing determines them.
    wishes: Vec<(Dim, String)>,
    postponed: Vec<Equation>,
    /// The place that equations are blamed on.
    pub place: Span,
}

/// An equation that could not be solved when it was met.
#[derive(Clone, Debug)]
pub struct Equation {
    /// One side.
    pub left: Dim,
    /// The other side.
    pub right: Dim,
    /// Where it comes from.
    pub place: Span,
}

impl Sizes for Unknowns {
    fn same(&mut self, a: &Dim, b: &Dim) -> bool {
        let (left, right) = (self.resolve(a), self.resolve(b));
        match relate(&left, &right) {
            Relation::Equal => true,
            Relation::Never => false,
            Relation::Solution(name, dim) => {
                self.solved.insert(name, dim);
                true
            }
            Relation::Open => {
                self.postponed.push(Equation { left, right, place: self.place });
                true
            }
        }
    }
}

impl Unknowns {
    /// A new unknown.
    pub fn fresh(&mut self) -> Dim {
        self.count += 1;
        // Padded, so that the order of the names is the order of creation.
        Dim::symbol(&format!("?{:05}", self.count))
    }

    /// A new unknown that is to be called `name` if nothing determines it.
    pub fn fresh_called(&mut self, name: &str) -> Dim {
        let dim = self.fresh();
        self.wishes.push((dim.clone(), name.to_string()));
        dim
    }

    /// The size with what is known put in.
    pub fn resolve(&self, dim: &Dim) -> Dim {
        let mut dim = dim.clone();
        while dim.names().any(|name| self.solved.contains_key(name)) {
            dim = dim.substitute(&|name| self.solved.get(name).cloned());
        }
        dim
    }

    /// Whether two sizes are, or could still turn out to be, the same.
    pub fn could_agree(&self, a: &Dim, b: &Dim) -> bool {
        !matches!(relate(&self.resolve(a), &self.resolve(b)), Relation::Never)
    }

    /// The shape with what is known put in.
    pub fn resolve_shape(&self, shape: &Shape) -> Shape {
        shape.map(|axis| self.resolve(axis))
    }

    /// Solves what was postponed; gives back the equations that do not hold.
    ///
    /// Where several solutions remain, as in `?1*?2 = ?3*?4`, factors are matched in the order in which they were met.
    pub fn finish(&mut self) -> Vec<Equation> {
        let mut failed = Vec::new();
        loop {
            let waiting = std::mem::take(&mut self.postponed);
            if waiting.is_empty() {
                return failed;
            }
            let before = self.solved.len();
            for equation in waiting {
                self.place = equation.place;
                if !self.same(&equation.left, &equation.right) {
                    failed.push(equation);
                }
            }
            if self.solved.len() == before && !self.postponed.is_empty() {
                let first = self.postponed.remove(0);
                let (left, right) = (self.resolve(&first.left), self.resolve(&first.right));
                let matches = matched(&left, &right);
                if matches.is_empty() || !matches.iter().all(|(a, b)| self.same(a, b)) {
                    failed.push(first);
                }
            }
        }
    }

    /// Names for the unknowns that are left among `dims`, in that order, avoiding the names `taken`.
    pub fn names(&self, dims: &[Dim], taken: &BTreeSet<String>) -> Settled {
        let mut settled = Settled { names: BTreeMap::new(), solved: self.solved.clone() };
        let mut taken = taken.clone();
        for (dim, wish) in &self.wishes {
            if let Some(name) = self.resolve(dim).as_symbol()
                && is_unknown(name)
                && !settled.names.contains_key(name)
                && taken.insert(wish.clone())
            {
                settled.names.insert(Arc::from(name), Dim::symbol(wish));
            }
        }
        let mut left: Vec<Arc<str>> = Vec::new();
        for name in dims.iter().flat_map(|dim| self.resolve(dim).symbols()) {
            if is_unknown(&name) && !settled.names.contains_key(&name) && !left.contains(&name) {
                left.push(name);
            }
        }
        // A lone size is called n, as everybody does.
        let skip = usize::from(left.len() == 1 && !taken.contains("n"));
        let mut names = NAMES
            .iter()
            .skip(skip)
            .map(|name| name.to_string())
            .chain((1..).map(|k| format!("n{k}")));
        for unknown in left {
            if let Some(name) = names.find(|name| !taken.contains(name)) {
                settled.names.insert(unknown, Dim::symbol(&name));
            }
        }
        settled
    }
}

/// What became of the unknowns.
#[derive(Debug)]
pub struct Settled {
    names: BTreeMap<Arc<str>, Dim>,
    solved: BTreeMap<Arc<str>, Dim>,
}

impl Settled {
    /// The size in names that may be shown.
    pub fn dim(&self, dim: &Dim) -> Dim {
        let mut dim = dim.clone();
        while dim.names().any(|name| self.value(name).is_some()) {
            dim = dim.substitute(&|name| self.value(name));
        }
        dim
    }

    /// The shape in names that may be shown.
    pub fn shape(&self, shape: &Shape) -> Shape {
        shape.map(|axis| self.dim(axis))
    }

    /// The text with every unknown replaced by what it became.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('?') {
            let digits = rest[start + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let (before, from) = rest.split_at(start);
            let (name, after) = from.split_at(1 + digits);
            out.push_str(before);
            if digits > 0 {
                let dim = self.dim(&Dim::symbol(name));
                let inner =
                    dim.as_symbol().is_none() && (before.ends_with('*') || after.starts_with('*'));
                out.push_str(&if inner { format!("({dim})") } else { dim.to_string() });
            } else {
                out.push_str(name);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn value(&self, name: &str) -> Option<Dim> {
        self.solved.get(name).or_else(|| self.names.get(name)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n() -> Dim {
        Dim::symbol("n")
    }

    fn m() -> Dim {
        Dim::symbol("m")
    }

    #[test]
    fn lone_unknowns_are_solved_after_common_parts_are_taken_away() {
        let mut sizes = Unknowns::default();
        let (a, b, c) = (sizes.fresh(), sizes.fresh(), sizes.fresh());
        assert!(sizes.same(&a.times(&n()), &m().times(&n())));
        assert_eq!(sizes.resolve(&a), m());
        assert!(sizes.same(&b.plus(&Dim::symbol("p")), &m().plus(&Dim::symbol("p"))));
        assert_eq!(sizes.resolve(&b), m());
        assert!(sizes.same(&c, &m().plus(&n())));
        assert!(sizes.same(&c, &n().plus(&m())));
        assert!(sizes.finish().is_empty());
    }

    #[test]
    fn fixed_sizes_and_one_are_never_confused() {
        let mut sizes = Unknowns::default();
        let a = sizes.fresh();
        assert!(!sizes.same(&m(), &n()));
        assert!(!sizes.same(&a, &Dim::one()));
        assert!(!sizes.same(&a.times(&n()), &n()));
        assert!(!sizes.same(&a, &a.plus(&m())));
        assert!(!sizes.same(&a.plus(&m()), &m()));
        assert!(sizes.same(&a, &Dim::constant(3)));
        assert!(!sizes.same(&a, &Dim::constant(4)));
    }

    #[test]
    fn products_of_unknowns_wait_and_are_matched_in_order() {
        let mut sizes = Unknowns::default();
        let (a, b, c, d) = (sizes.fresh(), sizes.fresh(), sizes.fresh(), sizes.fresh());
        assert!(sizes.same(&a.times(&b), &c.times(&d)));
        assert!(sizes.same(&d, &n()));
        assert!(sizes.same(&b, &m()));
        assert!(sizes.finish().is_empty());
        assert_eq!((sizes.resolve(&a), sizes.resolve(&c)), (n(), m()));

        let mut sizes = Unknowns::default();
        let (a, b, c, d) = (sizes.fresh(), sizes.fresh(), sizes.fresh(), sizes.fresh());
        assert!(sizes.same(&a.times(&b), &c.times(&d)));
        assert!(sizes.finish().is_empty());
        assert_eq!(sizes.resolve(&a), sizes.resolve(&c));
        assert_eq!(sizes.resolve(&b), sizes.resolve(&d));
    }

    #[test]
    fn names_are_the_first_free_ones() {
        let mut sizes = Unknowns::default();
        let (a, b) = (sizes.fresh(), sizes.fresh());
        let taken = BTreeSet::from(["m".to_string()]);
        let settled = sizes.names(&[a.clone(), b.clone()], &taken);
        assert_eq!(settled.dim(&a.times(&b)).to_string(), "n*p");
        assert_eq!(settled.text("a (?00001×?00002) is ?x"), "a (n×p) is ?x");
        let alone = sizes.names(std::slice::from_ref(&a), &BTreeSet::new());
        assert_eq!(alone.dim(&a).to_string(), "n");
    }
}
