//! Symmetry of einsums: two indices of a result that may be exchanged, because the operands are the same after it.

use std::collections::BTreeMap;

use crate::plan::einsum::Term;
use crate::plan::order::Sizes;

/// Steps of the search for one exchange.
const STEPS: usize = 2000;

/// An exchange of indices in pairs that maps the operands to one another.
pub(crate) struct Mirror {
    /// The two indices of the result.
    pub(crate) pair: (char, char),
    /// The index that each is exchanged with; those that are not there stay.
    letters: BTreeMap<char, char>,
    /// For each operand its image.
    pub(crate) image: Vec<usize>,
}

impl Mirror {
    /// The operands that hang together with the first index and are exchanged; none when they meet those of the second.
    pub(crate) fn half(&self, terms: &[Term]) -> Vec<usize> {
        let moved = |c: &char| self.letters.get(c).is_some_and(|d| d != c);
        let mut letters = vec![self.pair.0];
        let mut half: Vec<usize> = Vec::new();
        while let Some(k) = (0..terms.len())
            .find(|k| !half.contains(k) && terms[*k].letters.iter().any(|c| letters.contains(c)))
        {
            half.push(k);
            letters.extend(terms[k].letters.iter().copied().filter(|c| moved(c)));
        }
        half.sort_unstable();
        if letters.contains(&self.pair.1) { Vec::new() } else { half }
    }
}

/// The exchanges of two wanted indices, no index in two of them.
pub(crate) fn mirrors(terms: &[Term], wanted: &[char], sizes: &Sizes) -> Vec<Mirror> {
    let mut found: Vec<Mirror> = Vec::new();
    let mut used: Vec<char> = Vec::new();
    for (k, p) in wanted.iter().enumerate() {
        for q in &wanted[k + 1..] {
            if used.contains(p) || used.contains(q) || sizes[p] != sizes[q] || sizes[p] == 1 {
                continue;
            }
            let mut letters: BTreeMap<char, char> = wanted.iter().map(|c| (*c, *c)).collect();
            letters.extend([(*p, *q), (*q, *p)]);
            let mut search = Search { terms, sizes, steps: 0 };
            if let Some((letters, image)) = search.run(letters, vec![None; terms.len()]) {
                used.extend([*p, *q]);
                found.push(Mirror { pair: (*p, *q), letters, image });
            }
        }
    }
    found
}

struct Search<'a> {
    terms: &'a [Term],
    sizes: &'a Sizes,
    steps: usize,
}

impl Search<'_> {
    /// Completes an exchange; terms without an exchanged index are their own images.
    fn run(
        &mut self,
        letters: BTreeMap<char, char>,
        image: Vec<Option<usize>>,
    ) -> Option<(BTreeMap<char, char>, Vec<usize>)> {
        self.steps += 1;
        if self.steps > STEPS {
            return None;
        }
        let moved = |c: &char| letters.get(c).is_some_and(|d| d != c);
        let open = (0..self.terms.len())
            .find(|k| image[*k].is_none() && self.terms[*k].letters.iter().any(moved));
        let Some(t) = open else {
            let image = image.iter().enumerate().map(|(k, s)| s.unwrap_or(k)).collect();
            return Some((letters, image));
        };
        for s in (0..self.terms.len()).filter(|s| *s != t && image[*s].is_none()) {
            if let Some(letters) = self.matched(t, s, &letters) {
                let mut image = image.clone();
                (image[t], image[s]) = (Some(s), Some(t));
                if let Some(done) = self.run(letters, image) {
                    return Some(done);
                }
            }
        }
        None
    }

    /// The exchange with which one term is the image of another.
    fn matched(
        &self,
        t: usize,
        s: usize,
        letters: &BTreeMap<char, char>,
    ) -> Option<BTreeMap<char, char>> {
        let (t, s) = (&self.terms[t], &self.terms[s]);
        if t.node != s.node || t.letters.len() != s.letters.len() {
            return None;
        }
        let mut letters = letters.clone();
        for (c, d) in t.letters.iter().zip(&s.letters) {
            let known = |c: &char, d: &char| letters.get(c).is_none_or(|image| image == d);
            if !known(c, d) || !known(d, c) || self.sizes[c] != self.sizes[d] {
                return None;
            }
            letters.extend([(*c, *d), (*d, *c)]);
        }
        Some(letters)
    }
}
