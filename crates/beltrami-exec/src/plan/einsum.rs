//! Einsums as products of two arrays at a time, each a matrix product or an entry-wise one.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::smallvec;

use crate::contraction::strides;
use crate::plan::mirror::{Mirror, mirrors};
use crate::plan::node::{Dims, Layout, MOST_INDICES, NodeId, Op, Program, Reduce};
use crate::plan::order::{Network, Sizes, Tree, distinct_letters, size};
use crate::plan::triangle::Triangle;
use crate::subscripts::{Axis, Subscripts};

/// An array whose axes are distinct letters, last fastest.
#[derive(Clone)]
pub(crate) struct Term {
    pub(crate) node: NodeId,
    pub(crate) letters: Vec<char>,
}

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
        let contraction = Contraction::new(terms, wanted, sizes)?;
        let term = self.multiply(&contraction, &contraction.tree, 0.0)?;
        let sizes = &contraction.sizes;
        let term = self.unpacked(term, &contraction);
        Some(self.scatter(&term, &subscripts.output, dims.clone(), sizes))
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

    /// The product of a tree; `above` are the multiplications of all later products that it is part of.
    fn multiply(&mut self, all: &Contraction, tree: &Tree, above: f64) -> Option<Term> {
        let (network, sizes) = (all.network(), &all.sizes);
        let term = match tree {
            Tree::Leaf(place) => all.terms[*place].clone(),
            Tree::Pair(left, right) => {
                let members = tree.leaves();
                let last = members.len() == all.terms.len();
                let outside = (0..all.terms.len()).filter(|k| !members.contains(k));
                let mut kept = all.wanted.clone();
                kept.extend(outside.flat_map(|k| &all.terms[k].letters));
                kept.extend(all.mirrors.iter().zip(PACKED).map(|(_, packed)| packed));
                let above = above + network.work(left, right);
                let left = self.multiply(all, left, above)?;
                let right = self.multiply(all, right, above)?;
                let turned = all.is_turned(&left, &right, last);
                let (left, right) = if turned { (right, left) } else { (left, right) };
                self.pair(&left, &right, &kept, sizes)
            }
        };
        // Twice the later multiplications, against the entries that are moved.
        let moved = size(&term.letters, sizes) + size(&all.wanted, sizes);
        if above < PACKED_FROM * moved {
            return Some(term);
        }
        let members = tree.leaves();
        let outside: Vec<usize> = (0..all.terms.len()).filter(|k| !members.contains(k)).collect();
        let mut term = term;
        for (mirror, packed) in all.mirrors.iter().zip(PACKED) {
            let (p, q) = mirror.pair;
            let here = |c: char| {
                term.letters.contains(&c)
                    && !outside.iter().any(|k| all.terms[*k].letters.contains(&c))
            };
            if here(p) && here(q) {
                term = self.packed(&term, (p, q), packed, sizes);
            }
        }
        Some(term)
    }

    /// The term with one index for two, in which it is symmetric or of which only the triangle matters.
    fn packed(&mut self, term: &Term, (p, q): (char, char), packed: char, sizes: &Sizes) -> Term {
        let place = term.letters.iter().position(|c| *c == p || *c == q).unwrap_or(0);
        let mut order = term.letters.clone();
        order.retain(|c| *c != p && *c != q);
        let (before, after) = order.split_at(place);
        let ordered = [before, &[p, q], after].concat();
        let node = self.arranged(term, &ordered, sizes);
        let triangle =
            Triangle { outer: len(before, sizes), side: sizes[&p], inner: len(after, sizes) };
        let node = self.reshape(node, smallvec![self.len_of(node), 1]);
        let dims = smallvec![triangle.outer * Triangle::pairs(triangle.side) * triangle.inner, 1];
        let letters = [before, &[packed], after].concat();
        Term { node: self.add_node(Op::Pack(node, triangle), dims), letters }
    }

    /// The term with two indices for each that stands for two.
    fn unpacked(&mut self, mut term: Term, all: &Contraction) -> Term {
        // The last index first, of which the array is small.
        while let Some(place) = term.letters.iter().rposition(|c| PACKED.contains(c)) {
            let (before, after) = (&term.letters[..place], &term.letters[place + 1..]);
            let known = PACKED.iter().position(|c| *c == term.letters[place]);
            let Some(mirror) = known.and_then(|k| all.mirrors.get(k)) else { return term };
            let (p, q) = mirror.pair;
            let (outer, inner) = (len(before, &all.sizes), len(after, &all.sizes));
            let triangle = Triangle { outer, side: all.sizes[&p], inner };
            let letters = [before, &[p, q], after].concat();
            term = Term { node: self.unpack(term.node, triangle), letters };
        }
        term
    }

    pub(crate) fn unpack(&mut self, node: NodeId, triangle: Triangle) -> NodeId {
        let node = self.reshape(node, smallvec![self.len_of(node), 1]);
        let dims = smallvec![triangle.outer * triangle.side.pow(2) * triangle.inner, 1];
        self.add_node(Op::Unpack(node, triangle), dims)
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
            let (table, factor) = if right.is_empty() { (a, b) } else { (b, a) };
            return self.scaled(table, factor, sizes);
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

    /// An array multiplied by another along some of its axes: its rows, or its columns when those are the last axes.
    fn scaled(&mut self, table: &Term, factor: &Term, sizes: &Sizes) -> Term {
        let (along, rest): (Vec<char>, Vec<char>) =
            table.letters.iter().copied().partition(|c| factor.letters.contains(c));
        let (s, k) = (len(&along, sizes), len(&rest, sizes));
        let last = table.letters.ends_with(&along);
        let letters =
            if last { [rest, along.clone()].concat() } else { [along.clone(), rest].concat() };
        let x = self.arranged(table, &letters, sizes);
        let y = self.arranged(factor, &along, sizes);
        let (x, y) = if last {
            (self.reshape(x, smallvec![k, s]), self.reshape(y, smallvec![1, s]))
        } else {
            (self.reshape(x, smallvec![s, k]), self.reshape(y, smallvec![s, 1]))
        };
        Term { node: self.mul(y, x), letters }
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
        let runs = term.letters.last().is_some_and(|c| rows.contains(c) && sizes[c] > 1);
        // Rows that lie along memory stay so: where entries are moved at all, it is in runs.
        if term.letters == turned || runs && !cols.is_empty() {
            return (self.arranged(term, &turned, sizes), !rows.is_empty() && !cols.is_empty());
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

/// Indices that stand for two each, by the place of their mirror.
const PACKED: [char; 4] = ['\u{e000}', '\u{e001}', '\u{e002}', '\u{e003}'];

/// Later multiplications for each entry that is moved from which one triangle is worth its moves.
const PACKED_FROM: f64 = 8.0;

/// The terms of an einsum with the order of their products.
struct Contraction {
    terms: Vec<Term>,
    wanted: Vec<char>,
    /// Also of the indices that stand for two.
    sizes: Sizes,
    mirrors: Vec<Mirror>,
    pairs: Vec<(char, char)>,
    tree: Tree,
}

impl Contraction {
    fn new(terms: Vec<Term>, wanted: Vec<char>, mut sizes: Sizes) -> Option<Contraction> {
        let mut mirrors = mirrors(&terms, &wanted, &sizes);
        mirrors.truncate(PACKED.len());
        for (mirror, packed) in mirrors.iter().zip(PACKED) {
            sizes.insert(packed, Triangle::pairs(sizes[&mirror.pair.0]));
        }
        let pairs = mirrors.iter().map(|mirror| mirror.pair).collect();
        let mut all = Contraction { terms, wanted, sizes, mirrors, pairs, tree: Tree::Leaf(0) };
        let network = all.network();
        let (mut tree, mut cost) = network.order()?;
        for mirror in &all.mirrors {
            let half = mirror.half(&all.terms);
            if half.len() > 1
                && let Some((halved, less)) = network.halved(&half, &mirror.image)
                && less < cost
            {
                (tree, cost) = (halved, less);
            }
        }
        all.tree = tree;
        Some(all)
    }

    /// Whether a product is better made with its factors exchanged.
    fn is_turned(&self, left: &Term, right: &Term, last: bool) -> bool {
        let holds = |term: &Term, c: char| {
            let pairs = self.pairs.iter().zip(PACKED).filter(|((p, q), _)| *p == c || *q == c);
            let mut packed = pairs.map(|(_, packed)| packed);
            term.letters.contains(&c) || packed.any(|packed| term.letters.contains(&packed))
        };
        // The first of two indices that may be exchanged comes first, so that equal products are one.
        if let Some((p, q)) = self.pairs.iter().find(|(p, q)| {
            holds(left, *p) != holds(right, *p)
                && holds(left, *q) != holds(right, *q)
                && holds(left, *p) != holds(left, *q)
        }) {
            return holds(right, *p) && holds(left, *q);
        }
        // The last index of the result lies along memory from the beginning.
        let along = self.wanted.last().filter(|_| last);
        along.is_some_and(|c| holds(left, *c) && !holds(right, *c))
    }

    fn network(&self) -> Network<'_> {
        Network {
            terms: self.terms.iter().map(|term| term.letters.clone()).collect(),
            wanted: self.wanted.clone(),
            sizes: &self.sizes,
            pairs: &self.pairs,
        }
    }
}
