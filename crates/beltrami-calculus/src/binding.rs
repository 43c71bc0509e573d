//! Equating indices: what happens when two axes turn out to be the same.

use smallvec::smallvec;

use crate::calculus::Calculus;
use crate::index::{Factor, Idx, Leg, Term};

impl Calculus<'_> {
    /// Makes two legs the same everywhere in the term and in `bound`.
    pub(crate) fn unify(&mut self, term: &mut Term, a: &[Idx], b: &[Idx], bound: &mut Binding) {
        let Some(blocks) = self.blocks(a, b) else {
            // Two groupings that do not nest: the identity between them stays as a factor.
            let dim = self.space.leg_dim(a);
            if let Ok(eye) = self.graph.eye(&dim) {
                term.factors
                    .push(Factor::new(eye, smallvec![Leg::from_slice(a), Leg::from_slice(b)]));
                for idx in a.iter().chain(b) {
                    if !term.is_free(*idx) && !term.sums.contains(idx) {
                        term.sums.push(*idx);
                    }
                }
            }
            return;
        };
        for (left, right) in blocks {
            let (left, right) = (bound.current(&left), bound.current(&right));
            match (&left[..], &right[..]) {
                _ if left == right => {}
                ([i], [j]) => {
                    // A free index stays; between two of a kind the first stays.
                    let (keep, gone) =
                        if !term.is_free(*i) && term.is_free(*j) { (*j, *i) } else { (*i, *j) };
                    bound.replace(term, gone, &[keep]);
                }
                ([i], group) | (group, [i]) => bound.replace(term, *i, group),
                _ => {}
            }
        }
    }

    /// Whether an identity equates its legs; between two groupings that do not nest it stays a factor.
    pub(crate) fn is_delta(&self, eye: &Factor) -> bool {
        matches!(&eye.legs[..], [a, b] if self.blocks(a, b).is_some())
    }

    /// Cuts two legs into blocks of equal size with a single index on at least one side of each.
    fn blocks(&self, a: &[Idx], b: &[Idx]) -> Option<Vec<(Leg, Leg)>> {
        if a.is_empty() && b.is_empty() {
            return Some(Vec::new());
        }
        for (i, j) in (1..=a.len()).map(|i| (i, 1)).chain((2..=b.len()).map(|j| (1, j))) {
            if i <= a.len()
                && j <= b.len()
                && self.space.leg_dim(&a[..i]) == self.space.leg_dim(&b[..j])
                && let Some(rest) = self.blocks(&a[i..], &b[j..])
            {
                let mut blocks = vec![(Leg::from_slice(&a[..i]), Leg::from_slice(&b[..j]))];
                blocks.extend(rest);
                return Some(blocks);
            }
        }
        None
    }
}

/// The indices that the letters of a spec stand for, and the replacements made while equating them.
#[derive(Default)]
pub(crate) struct Binding {
    pub(crate) letters: Vec<(char, Leg)>,
    replaced: Vec<(Idx, Leg)>,
}

impl Binding {
    pub(crate) fn leg(&self, letter: char) -> Option<Leg> {
        self.letters.iter().find(|(l, _)| *l == letter).map(|(_, leg)| leg.clone())
    }

    /// A leg after the replacements so far.
    pub(crate) fn current(&self, leg: &[Idx]) -> Leg {
        let mut leg = Leg::from_slice(leg);
        for (gone, by) in &self.replaced {
            exchange(&mut leg, *gone, by);
        }
        leg
    }

    fn replace(&mut self, term: &mut Term, gone: Idx, by: &[Idx]) {
        let was_summed = term.sums.contains(&gone);
        term.sums.retain(|i| *i != gone);
        term.substitute(gone, by);
        self.letters.iter_mut().for_each(|(_, leg)| exchange(leg, gone, by));
        if was_summed {
            for idx in by {
                if !term.is_free(*idx) && !term.sums.contains(idx) {
                    term.sums.push(*idx);
                }
            }
        }
        self.replaced.push((gone, Leg::from_slice(by)));
    }
}

fn exchange(leg: &mut Leg, gone: Idx, by: &[Idx]) {
    if leg.contains(&gone) {
        *leg = leg.iter().flat_map(|i| if *i == gone { by.to_vec() } else { vec![*i] }).collect();
    }
}
