//! Einsums as products of two arrays at a time, each a matrix product or an entry-wise one.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::smallvec;

use crate::contraction::strides;
use crate::plan::node::{Dims, Layout, MOST_INDICES, NodeId, Op, Program, Reduce};
use crate::subscripts::{Axis, Subscripts};

/// Operands up to which the order of products is the best one; the time to find it grows as 3 to their number.
const SEARCHED: usize = 10;

/// An array whose axes are distinct letters, last fastest.
#[derive(Clone)]
struct Term {
    node: NodeId,
    letters: Vec<char>,
}

type Sizes = BTreeMap<char, usize>;

fn len(letters: &[char], sizes: &Sizes) -> usize {
    letters.iter().map(|c| sizes[c]).product()
}

impl Program {
    /// The contraction that the text describes, with axes of `dims`; `None` when the text does not fit the operands.
    pub(crate) fn einsum(&mut self, text: &str, args: &[NodeId], dims: &Dims) -> Option<NodeId> {
        let subscripts = Subscripts::parse(text).ok()?;
        let sizes = {
            let dims: Vec<&[usize]> = args.iter().map(|arg| &self.dims(*arg)[..]).collect();
            subscripts.sizes(&dims).ok()?
        };
        if sizes.len() > MOST_INDICES || sizes.values().any(|n| *n == 0) {
            return None;
        }
        let mut terms = Vec::new();
        for (place, (axes, arg)) in subscripts.operands.iter().zip(args).enumerate() {
            let others = subscripts.operands.iter().enumerate().filter(|(k, _)| *k != place);
            let elsewhere: Vec<char> = others
                .flat_map(|(_, axes)| axes.iter().flatten())
                .chain(subscripts.output.iter().flatten())
                .copied()
                .collect();
            terms.push(self.gather(*arg, axes, &elsewhere, &sizes));
        }
        let wanted = distinct(&subscripts.output);
        let term = self.contract(terms, &wanted, &sizes)?;
        Some(self.scatter(&term, &subscripts.output, dims.clone(), &sizes))
    }

    /// An operand with its diagonals taken, and the letters that occur nowhere else summed.
    fn gather(&mut self, arg: NodeId, axes: &[Axis], elsewhere: &[char], sizes: &Sizes) -> Term {
        let (kept, summed): (Vec<char>, Vec<char>) =
            distinct(axes).into_iter().partition(|c| elsewhere.contains(c));
        let plain = axes.iter().flatten().count() == kept.len() + summed.len();
        if plain && summed.is_empty() {
            // A transpose is read where its matrix lies.
            return match (self.op(arg).clone(), axes) {
                (Op::Transpose(inner), [i, j]) if self.dims(arg).len() == 2 => {
                    Term { node: inner, letters: [j.clone(), i.clone()].concat() }
                }
                _ => Term { node: arg, letters: kept },
            };
        }
        let order = [kept.clone(), summed.clone()].concat();
        let ordered = if plain {
            let whole = Term { node: arg, letters: distinct(axes) };
            self.arranged(&whole, &order, sizes)
        } else {
            let dims = smallvec![len(&order, sizes), 1];
            self.arrange(
                arg,
                &order,
                &strides(axes, sizes),
                &plain_strides(&order, sizes),
                dims,
                sizes,
            )
        };
        let table = self.reshape(ordered, smallvec![len(&kept, sizes), len(&summed, sizes)]);
        Term { node: self.reduce(Reduce::SumRows, table), letters: kept }
    }

    /// Multiplies the terms in an order that needs few multiplications.
    fn contract(&mut self, terms: Vec<Term>, wanted: &[char], sizes: &Sizes) -> Option<Term> {
        let tree = if terms.len() <= SEARCHED {
            best_tree(&terms, wanted, sizes)?
        } else {
            // What shrinks the arrays most, or what multiplies least, at each step: whichever is better in the end.
            let shrinking = greedy_tree(&terms, wanted, sizes, |_, out, a, b| out - a - b)?;
            let cheapest = greedy_tree(&terms, wanted, sizes, |work, _, _, _| work)?;
            if shrinking.1 <= cheapest.1 { shrinking.0 } else { cheapest.0 }
        };
        self.multiply(&tree, &terms, wanted, sizes)
    }

    fn multiply(
        &mut self,
        tree: &Tree,
        terms: &[Term],
        wanted: &[char],
        sizes: &Sizes,
    ) -> Option<Term> {
        match tree {
            Tree::Leaf(place) => Some(terms[*place].clone()),
            Tree::Pair(left, right) => {
                let members = tree.leaves();
                let outside = (0..terms.len()).filter(|k| !members.contains(k));
                let kept: Vec<char> = wanted
                    .iter()
                    .copied()
                    .chain(outside.flat_map(|k| terms[k].letters.clone()))
                    .collect();
                let left = self.multiply(left, terms, wanted, sizes)?;
                let right = self.multiply(right, terms, wanted, sizes)?;
                Some(self.pair(&left, &right, &kept, sizes))
            }
        }
    }

    /// The product of two terms, summed over the letters that are not kept.
    fn pair(&mut self, a: &Term, b: &Term, kept: &[char], sizes: &Sizes) -> Term {
        let shared = |c: &char| a.letters.contains(c) && b.letters.contains(c);
        let some = |from: &Term, test: &dyn Fn(&char) -> bool| -> Vec<char> {
            from.letters.iter().copied().filter(|c| test(c)).collect()
        };
        let batch = some(a, &|c| shared(c) && kept.contains(c));
        let inner = some(a, &|c| shared(c) && !kept.contains(c));
        let left = some(a, &|c| !shared(c));
        let right = some(b, &|c| !shared(c));
        let letters = [batch.clone(), left.clone(), right.clone()].concat();
        let (s, m, k, n) =
            (len(&batch, sizes), len(&left, sizes), len(&inner, sizes), len(&right, sizes));
        if left.is_empty() && right.is_empty() {
            // Entry by entry, and rows of the product summed.
            let order = [batch.clone(), inner].concat();
            let (x, y) = (self.arranged(a, &order, sizes), self.arranged(b, &order, sizes));
            let (x, y) = (self.reshape(x, smallvec![s, k]), self.reshape(y, smallvec![s, k]));
            let product = self.mul(x, y);
            let node = if k == 1 { product } else { self.reduce(Reduce::SumRows, product) };
            return Term { node, letters };
        }
        if inner.is_empty() && (left.is_empty() || right.is_empty()) {
            // Rows of one scaled by entries of the other.
            let (table, column) = if right.is_empty() { (a, b) } else { (b, a) };
            let x = self.arranged(table, &letters, sizes);
            let y = self.arranged(column, &batch, sizes);
            let (x, y) = (self.reshape(x, smallvec![s, m * n]), self.reshape(y, smallvec![s, 1]));
            return Term { node: self.mul(y, x), letters };
        }
        let (x, x_turned) = self.grouped(a, &batch, &left, &inner, sizes);
        let (y, y_turned) = self.grouped(b, &batch, &inner, &right, sizes);
        let node = if batch.is_empty() {
            let mut read = |node, turned, rows, cols| {
                if turned {
                    let node = self.reshape(node, smallvec![cols, rows]);
                    self.transpose(node)
                } else {
                    self.reshape(node, smallvec![rows, cols])
                }
            };
            let (x, y) = (read(x, x_turned, m, k), read(y, y_turned, k, n));
            self.matmul(x, y)
        } else {
            let dims = |turned, rows, cols| -> Dims {
                if turned { smallvec![s, cols, rows] } else { smallvec![s, rows, cols] }
            };
            let x = self.reshape(x, dims(x_turned, m, k));
            let y = self.reshape(y, dims(y_turned, k, n));
            let op = Op::BatchedProduct { a: x, a_turned: x_turned, b: y, b_turned: y_turned };
            self.add_node(op, smallvec![s, m, n])
        };
        Term { node, letters }
    }

    /// The entries of a term as one matrix for each value of `batch`; whether those are transposes.
    fn grouped(
        &mut self,
        term: &Term,
        batch: &[char],
        rows: &[char],
        cols: &[char],
        sizes: &Sizes,
    ) -> (NodeId, bool) {
        let turned = [batch, cols, rows].concat();
        if term.letters == turned && !rows.is_empty() && !cols.is_empty() {
            return (term.node, true);
        }
        (self.arranged(term, &[batch, rows, cols].concat(), sizes), false)
    }

    /// The entries of a term in the order of other letters.
    fn arranged(&mut self, term: &Term, order: &[char], sizes: &Sizes) -> NodeId {
        // Letters of one value have no place of their own.
        let long = |letters: &[char]| -> Vec<char> {
            letters.iter().copied().filter(|c| sizes[c] > 1).collect()
        };
        if long(&term.letters) == long(order) {
            return term.node;
        }
        let from = plain_strides(&term.letters, sizes);
        let to = plain_strides(order, sizes);
        let dims = smallvec![len(order, sizes), 1];
        self.arrange(term.node, order, &from, &to, dims, sizes)
    }

    fn arrange(
        &mut self,
        node: NodeId,
        letters: &[char],
        from: &BTreeMap<char, usize>,
        to: &BTreeMap<char, usize>,
        dims: Dims,
        sizes: &Sizes,
    ) -> NodeId {
        let steps = |strides: &BTreeMap<char, usize>| letters.iter().map(|c| strides[c]).collect();
        let layout = Layout {
            sizes: letters.iter().map(|c| sizes[c]).collect(),
            from: steps(from),
            to: steps(to),
        };
        // Entries are read along rows of what the operand is, not of what lies in memory for it.
        let flat = self.reshape(node, smallvec![self.len_of(node), 1]);
        self.add_node(Op::Arrange(flat, Arc::new(layout)), dims)
    }

    /// The array with its axes grouped as the output asks, zero off the diagonals of repeated letters.
    fn scatter(&mut self, term: &Term, axes: &[Axis], dims: Dims, sizes: &Sizes) -> NodeId {
        let order = distinct(axes);
        if order.len() == axes.iter().flatten().count() {
            let node = self.arranged(term, &order, sizes);
            return self.reshape(node, dims);
        }
        let from = plain_strides(&term.letters, sizes);
        self.arrange(term.node, &order, &from, &strides(axes, sizes), dims, sizes)
    }
}

fn plain_strides(letters: &[char], sizes: &Sizes) -> BTreeMap<char, usize> {
    strides(&letters.iter().map(|c| vec![*c]).collect::<Vec<_>>(), sizes)
}

fn distinct(axes: &[Axis]) -> Vec<char> {
    distinct_letters(&axes.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn distinct_letters(groups: &[&[char]]) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    for c in groups.iter().copied().flatten() {
        if !letters.contains(c) {
            letters.push(*c);
        }
    }
    letters
}

/// An order of products.
#[derive(Clone)]
enum Tree {
    Leaf(usize),
    Pair(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn leaves(&self) -> Vec<usize> {
        match self {
            Tree::Leaf(place) => vec![*place],
            Tree::Pair(left, right) => [left.leaves(), right.leaves()].concat(),
        }
    }
}

fn size(letters: &[char], sizes: &Sizes) -> f64 {
    letters.iter().map(|c| sizes[c] as f64).product()
}

/// The tree of pairs that are best by `rank` of their multiplications and of the entries of their product and factors,
/// with its multiplications; the first of equals.
fn greedy_tree(
    terms: &[Term],
    wanted: &[char],
    sizes: &Sizes,
    rank: impl Fn(f64, f64, f64, f64) -> f64,
) -> Option<(Tree, f64)> {
    let leaves = terms.iter().enumerate();
    let mut rest: Vec<(Tree, Vec<char>)> =
        leaves.map(|(k, term)| (Tree::Leaf(k), term.letters.clone())).collect();
    let mut total = 0.0;
    while rest.len() > 1 {
        let mut uses: BTreeMap<char, usize> = wanted.iter().map(|c| (*c, 1)).collect();
        for c in rest.iter().flat_map(|(_, letters)| letters) {
            *uses.entry(*c).or_default() += 1;
        }
        let mut best: Option<(f64, f64, usize, usize, Vec<char>)> = None;
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
                    best = Some((rank, work, i, j, out));
                }
            }
        }
        let (_, work, i, j, out) = best?;
        total += work;
        let (right, _) = rest.remove(j);
        let (left, _) = rest.remove(i);
        rest.insert(i, (Tree::Pair(Box::new(left), Box::new(right)), out));
    }
    rest.pop().map(|(tree, _)| (tree, total))
}

/// The tree of fewest multiplications, entries of results counted too, by the best one of each set of terms.
fn best_tree(terms: &[Term], wanted: &[char], sizes: &Sizes) -> Option<Tree> {
    let all = (1_usize << terms.len()) - 1;
    let letters_of = |set: usize| -> Vec<&[char]> {
        let members = (0..terms.len()).filter(|k| set >> k & 1 == 1);
        members.map(|k| terms[k].letters.as_slice()).collect()
    };
    // The letters that the product of a set still has.
    let kept: Vec<Vec<char>> = (0..=all)
        .map(|set| {
            let mut outside = distinct_letters(&letters_of(all & !set));
            outside.extend(wanted);
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
                let union = distinct_letters(&[&kept[part], &kept[rest]]);
                let cost =
                    best[part].0 + best[rest].0 + size(&union, sizes) + size(&kept[set], sizes);
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
