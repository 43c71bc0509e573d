//! The order in which the arrays of an einsum are multiplied, two at a time.

use std::collections::BTreeMap;

/// The number of values of each index.
pub(crate) type Sizes = BTreeMap<char, usize>;

/// Arrays up to which the order is the best one; the time to find it grows as 3 to their number.
const SEARCHED: usize = 10;

/// An order of products.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Leaf(usize),
    Pair(Box<Tree>, Box<Tree>),
}

impl Tree {
    pub(crate) fn leaves(&self) -> Vec<usize> {
        match self {
            Tree::Leaf(place) => vec![*place],
            Tree::Pair(left, right) => [left.leaves(), right.leaves()].concat(),
        }
    }

    /// The tree with others for its leaves.
    fn replaced(&self, leaf: &dyn Fn(usize) -> Tree) -> Tree {
        match self {
            Tree::Leaf(place) => leaf(*place),
            Tree::Pair(left, right) => {
                Tree::Pair(Box::new(left.replaced(leaf)), Box::new(right.replaced(leaf)))
            }
        }
    }
}

/// Arrays by their indices, and the indices that are not summed.
pub(crate) struct Network<'a> {
    pub(crate) terms: Vec<Vec<char>>,
    pub(crate) wanted: Vec<char>,
    pub(crate) sizes: &'a Sizes,
    /// Indices that may be exchanged: products with an array that has both are made for one triangle.
    pub(crate) pairs: &'a [(char, char)],
}

impl Network<'_> {
    /// A good order with its cost: multiplications and entries of results.
    pub(crate) fn order(&self) -> Option<(Tree, f64)> {
        if self.terms.len() <= SEARCHED {
            let tree = self.best()?;
            let cost = self.cost(&tree);
            return Some((tree, cost));
        }
        // One sum after another, what shrinks the arrays most, and what multiplies least: whichever is best in the end.
        let candidates = [
            self.elimination(),
            self.greedy(|_, out, a, b| out - a - b),
            self.greedy(|work, _, _, _| work),
        ];
        // The first grows one array, whose entries the others would move more often.
        let moves = [1.0, 1.25, 1.25];
        let costs = candidates.into_iter().zip(moves).filter_map(|(tree, moves)| {
            let tree = tree?;
            Some((moves * self.cost(&tree), tree))
        });
        let (_, tree) = costs.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        Some((tree.clone(), self.cost(&tree)))
    }

    /// The order that multiplies two like groups first, which is done once: `image` has for each term of `half` its like.
    pub(crate) fn halved(&self, half: &[usize], image: &[usize]) -> Option<(Tree, f64)> {
        let other: Vec<usize> = half.iter().map(|k| image[*k]).collect();
        let rest: Vec<usize> =
            (0..self.terms.len()).filter(|k| !half.contains(k) && !other.contains(k)).collect();
        let part = self.part(half);
        let (first, cost) = part.order()?;
        let left = first.replaced(&|k| Tree::Leaf(half[k]));
        let right = first.replaced(&|k| Tree::Leaf(other[k]));
        let mut terms: Vec<Vec<char>> = rest.iter().map(|k| self.terms[*k].clone()).collect();
        terms.extend([self.open(&left), self.open(&right)]);
        let whole = Network { terms, wanted: self.wanted.clone(), ..*self };
        let (tree, more) = whole.order()?;
        let tree = tree.replaced(&|k| match k.checked_sub(rest.len()) {
            None => Tree::Leaf(rest[k]),
            Some(0) => left.clone(),
            Some(_) => right.clone(),
        });
        Some((tree, cost + more))
    }

    /// Some of the terms, with the indices that they share with others wanted.
    fn part(&self, members: &[usize]) -> Network<'_> {
        let outside = (0..self.terms.len()).filter(|k| !members.contains(k));
        let mut wanted = self.wanted.clone();
        wanted.extend(outside.flat_map(|k| &self.terms[k]));
        let terms = members.iter().map(|k| self.terms[*k].clone()).collect();
        Network { terms, wanted, ..*self }
    }

    /// The indices that the product of a tree still has.
    pub(crate) fn open(&self, tree: &Tree) -> Vec<char> {
        let members = tree.leaves();
        let part = self.part(&members);
        let mut letters = distinct_letters(&part.terms);
        if members.len() > 1 {
            letters.retain(|c| part.wanted.contains(c));
        }
        letters
    }

    /// The multiplications of the last product of a tree.
    pub(crate) fn work(&self, left: &Tree, right: &Tree) -> f64 {
        size(&distinct_letters(&[self.open(left), self.open(right)]), self.sizes)
    }

    fn cost(&self, tree: &Tree) -> f64 {
        match tree {
            Tree::Leaf(_) => 0.0,
            Tree::Pair(left, right) => {
                let here = self.product(&self.open(left), &self.open(right), &self.open(tree));
                self.cost(left) + self.cost(right) + here
            }
        }
    }

    /// The cost of one product.
    fn product(&self, a: &[char], b: &[char], out: &[char]) -> f64 {
        let shared = |kept: bool| a.iter().any(|c| b.contains(c) && out.contains(c) == kept);
        // Many small matrix products are slower than a large one, and products entry by entry are counted by their entries.
        let batch = if shared(true) && shared(false) { 2.0 } else { 1.0 };
        let halves = self.pairs.iter().map(|(p, q)| {
            let has = |letters: &[char]| letters.contains(p) && letters.contains(q);
            if has(a) || has(b) { 0.5 } else { 1.0 }
        });
        let work = size(&distinct_letters(&[a, b]), self.sizes) * halves.product::<f64>();
        batch * work + size(out, self.sizes)
    }

    /// The tree of pairs that are best by `rank` of their multiplications and of the entries of their product and factors;
    /// the first of equals.
    fn greedy(&self, rank: impl Fn(f64, f64, f64, f64) -> f64) -> Option<Tree> {
        let sizes = self.sizes;
        let leaves = self.terms.iter().enumerate();
        let mut rest: Vec<(Tree, Vec<char>)> =
            leaves.map(|(k, letters)| (Tree::Leaf(k), letters.clone())).collect();
        while rest.len() > 1 {
            let mut uses: BTreeMap<char, usize> = self.wanted.iter().map(|c| (*c, 1)).collect();
            for c in rest.iter().flat_map(|(_, letters)| letters) {
                *uses.entry(*c).or_default() += 1;
            }
            let mut best: Option<(f64, usize, usize, Vec<char>)> = None;
            for i in 0..rest.len() {
                for j in i + 1..rest.len() {
                    let (a, b) = (&rest[i].1, &rest[j].1);
                    // Products of what has nothing in common come last.
                    let apart = !a.iter().any(|c| b.contains(c));
                    if apart && best.is_some() {
                        continue;
                    }
                    let union = distinct_letters(&[a, b]);
                    let work = size(&union, sizes);
                    let mut out = union;
                    out.retain(|c| {
                        let here = usize::from(a.contains(c)) + usize::from(b.contains(c));
                        uses[c] > here
                    });
                    let rank = if apart {
                        f64::MAX
                    } else {
                        rank(work, size(&out, sizes), size(a, sizes), size(b, sizes))
                    };
                    if best.as_ref().is_none_or(|best| rank < best.0) {
                        best = Some((rank, i, j, out));
                    }
                }
            }
            let (_, i, j, out) = best?;
            let (right, _) = rest.remove(j);
            let (left, _) = rest.remove(i);
            rest.insert(i, (Tree::Pair(Box::new(left), Box::new(right)), out));
        }
        rest.pop().map(|(tree, _)| tree)
    }

    /// The tree that sums one index after another, always the one for which the fewest products are summed: along a chain it
    /// grows one array, where pairs that are best by themselves make many.
    ///
    /// Bucket elimination (Dechter 1999).
    fn elimination(&self) -> Option<Tree> {
        let leaves = self.terms.iter().enumerate();
        let mut rest: Vec<(Tree, Vec<char>)> =
            leaves.map(|(k, letters)| (Tree::Leaf(k), letters.clone())).collect();
        while rest.len() > 1 {
            let terms: Vec<Vec<char>> = rest.iter().map(|(_, letters)| letters.clone()).collect();
            let holders = |c: char| -> Vec<usize> {
                (0..terms.len()).filter(|k| terms[*k].contains(&c)).collect()
            };
            let mut bucket: (f64, Vec<usize>) = (f64::INFINITY, (0..terms.len()).collect());
            for c in distinct_letters(&terms) {
                let members = holders(c);
                if self.wanted.contains(&c) || members.len() < 2 {
                    continue;
                }
                let letters: Vec<&Vec<char>> = members.iter().map(|k| &terms[*k]).collect();
                let work = size(&distinct_letters(&letters), self.sizes);
                if work < bucket.0 {
                    bucket = (work, members);
                }
            }
            let network = Network { terms, wanted: self.wanted.clone(), ..*self };
            let members = bucket.1;
            let part = network.part(&members);
            let tree = match members.len() <= SEARCHED {
                true => part.best()?,
                false => part.greedy(|work, _, _, _| work)?,
            };
            let tree = tree.replaced(&|k| Tree::Leaf(members[k]));
            let letters = network.open(&tree);
            let tree = tree.replaced(&|k| rest[k].0.clone());
            let first = members[0];
            let mut place = 0;
            rest.retain(|_| {
                place += 1;
                !members.contains(&(place - 1))
            });
            rest.insert(first.min(rest.len()), (tree, letters));
        }
        rest.pop().map(|(tree, _)| tree)
    }

    /// The tree of fewest multiplications, entries of results counted too, by the best one of each set of terms.
    fn best(&self) -> Option<Tree> {
        let terms = &self.terms;
        let all = (1_usize << terms.len()) - 1;
        let letters_of = |set: usize| -> Vec<&[char]> {
            let members = (0..terms.len()).filter(|k| set >> k & 1 == 1);
            members.map(|k| terms[k].as_slice()).collect()
        };
        // The letters that the product of a set still has.
        let kept: Vec<Vec<char>> = (0..=all)
            .map(|set| {
                let mut outside = distinct_letters(&letters_of(all & !set));
                outside.extend(&self.wanted);
                let mut inside = distinct_letters(&letters_of(set));
                if set.count_ones() > 1 {
                    inside.retain(|c| outside.contains(c));
                }
                inside
            })
            .collect();
        let mut best: Vec<(f64, usize)> = vec![(0.0, 0); all + 1];
        for set in 1..=all {
            if set.count_ones() < 2 {
                continue;
            }
            let mut least = (f64::INFINITY, 0);
            let mut part = (set - 1) & set;
            while part > 0 {
                let rest = set & !part;
                // Each split once.
                if part > rest {
                    let here = self.product(&kept[part], &kept[rest], &kept[set]);
                    let cost = best[part].0 + best[rest].0 + here;
                    if cost < least.0 {
                        least = (cost, part);
                    }
                }
                part = (part - 1) & set;
            }
            best[set] = least;
        }
        tree_of(all, &best)
    }
}

pub(crate) fn size(letters: &[char], sizes: &Sizes) -> f64 {
    letters.iter().map(|c| sizes[c] as f64).product()
}

/// The letters of several groups, each once, in the order of their first.
pub(crate) fn distinct_letters(groups: &[impl AsRef<[char]>]) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    for c in groups.iter().flat_map(AsRef::as_ref) {
        if !letters.contains(c) {
            letters.push(*c);
        }
    }
    letters
}

fn tree_of(set: usize, best: &[(f64, usize)]) -> Option<Tree> {
    match set.count_ones() {
        0 => None,
        1 => Some(Tree::Leaf(set.trailing_zeros() as usize)),
        _ => {
            let part = best[set].1;
            // The one with the first term stands left.
            let (a, b) = (part, set & !part);
            let (left, right) = if a & set & set.wrapping_neg() != 0 { (a, b) } else { (b, a) };
            Some(Tree::Pair(Box::new(tree_of(left, best)?), Box::new(tree_of(right, best)?)))
        }
    }
}
