//! Names for what an expression says more than once, as a person gives them before writing a long result down.
//!
//! A piece is a subexpression, some neighbouring factors of a product, or some terms of a sum.

mod chain;
mod letters;

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Facts, Graph, Node, Shape};

use crate::text;
use chain::{Chain, Key, Piece};
use letters::Letters;

/// An expression with names for its pieces.
#[derive(Clone)]
pub struct Named {
    /// Where the expressions live; a name is a symbol there.
    pub graph: Graph,
    /// The expression, written with the names.
    pub expr: ExprId,
    /// What the names stand for, each after those it is written with.
    pub definitions: Vec<Definition>,
}

/// A name and its meaning.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// What it stands for, which may be written with other names.
    pub value: ExprId,
    /// The name as an expression.
    pub symbol: ExprId,
    /// Whether the name is one that the user gave.
    given: bool,
}

/// Letters of the shortest piece that gets a name.
const SHORTEST: usize = 8;
/// Letters of the shortest piece that is called by the name which the user gave to it.
const SHORTEST_GIVEN: usize = 4;
/// No expression gets more names than a reader can keep in mind.
const MOST: usize = 24;

impl Named {
    /// The expression with names: those of `given` wherever their values occur, and new ones for pieces of eight letters or
    /// more that stand in it twice. A new name is none of the names in the graph, in `given` and in `taken`.
    ///
    /// Nothing where no name says anything.
    pub fn of(
        graph: &Graph,
        expr: ExprId,
        given: &[(String, ExprId)],
        taken: &[String],
    ) -> Option<Named> {
        let mut letters = Letters::new(graph, expr);
        for name in given.iter().map(|(name, _)| name).chain(taken) {
            letters.take(name);
        }
        // What else is in the graph would be copied at every step.
        let mut own = Graph::new(graph.registry());
        let whole = own.import(graph, expr).ok()?;
        let mut named = Named { graph: own, expr: whole, definitions: Vec::new() };
        let given: Vec<(&str, ExprId)> = given
            .iter()
            .filter_map(|(name, value)| Some((&**name, named.graph.import(graph, *value).ok()?)))
            .collect();
        // A later binding may be written with earlier ones, so it comes first.
        for (name, value) in given.into_iter().rev() {
            named.call(name, value);
        }
        let mut refused = BTreeSet::new();
        while named.definitions.len() < MOST {
            let Some((piece, shape)) = named.worthiest(&refused) else { break };
            if !named.define(&piece, &letters.next(&shape), false) {
                refused.insert(piece.key);
            }
        }
        named.settle();
        let said = !named.definitions.is_empty()
            && named.expanded().is_some_and(|expanded| named.graph.is_same(expanded, whole));
        said.then_some(named)
    }

    /// The expression with the meaning of each name in its place.
    fn expanded(&mut self) -> Option<ExprId> {
        self.definitions.iter().rev().try_fold(self.expr, |expr, definition| {
            self.graph.replace(expr, &[(definition.symbol, definition.value)]).ok()
        })
    }

    /// All that is written.
    fn roots(&self) -> impl Iterator<Item = ExprId> + '_ {
        std::iter::once(self.expr).chain(self.definitions.iter().map(|d| d.value))
    }

    /// Calls a value by the name it was given, where it occurs.
    fn call(&mut self, name: &str, value: ExprId) {
        let apply = matches!(self.graph.node(value), Node::Apply(..));
        if !apply || text(&self.graph, value).chars().count() < SHORTEST_GIVEN {
            return;
        }
        let piece = Piece::whole(&self.graph, value);
        if self.occurrences().contains_key(&piece.key) {
            self.define(&piece, name, true);
        }
    }

    /// The piece whose name saves most letters, and its shape.
    fn worthiest(&self, refused: &BTreeSet<Key>) -> Option<(Piece, Shape)> {
        let mut graph = self.graph.clone();
        let mut best: Option<(usize, Piece, Shape)> = None;
        for (key, (piece, times)) in self.occurrences() {
            if times < 2 || refused.contains(&key) {
                continue;
            }
            let Some(value) = piece.build(&mut graph) else { continue };
            let letters = text(&graph, value).chars().count();
            if letters < SHORTEST || is_plain(&graph, value) {
                continue;
            }
            let saved = (times - 1) * letters - times;
            if best.as_ref().is_none_or(|(most, ..)| saved > *most) {
                best = Some((saved, piece, graph.shape(value).clone()));
            }
        }
        best.map(|(_, piece, shape)| (piece, shape))
    }

    /// How often each piece is written, the parts of what is written twice counted twice.
    fn occurrences(&self) -> BTreeMap<Key, (Piece, usize)> {
        let graph = &self.graph;
        let top = self.roots().max().map_or(0, |id| id.index() + 1);
        let mut written = vec![0_usize; top];
        for root in self.roots() {
            written[root.index()] += 1;
        }
        let mut found: BTreeMap<Key, (Piece, usize)> = BTreeMap::new();
        let mut count = |piece: Piece, times: usize| {
            if times > 0 {
                found.entry(piece.key.clone()).or_insert((piece, 0)).1 += times;
            }
        };
        for place in (0..top).rev() {
            let (id, times) = (graph.nth(place), written[place]);
            if times == 0 || !matches!(graph.node(id), Node::Apply(..)) {
                continue;
            }
            // The whole is no piece of itself.
            let as_piece = times - usize::from(id == self.expr);
            if let Some(chain) = Chain::of(graph, id) {
                for part in &chain.parts {
                    written[part.id.index()] += times;
                }
                for (piece, in_chain) in chain.windows() {
                    let whole = piece.len() == chain.parts.len();
                    count(piece, in_chain * if whole { as_piece } else { times });
                }
            } else {
                for arg in graph.args(id) {
                    written[arg.index()] += times;
                }
                count(Piece::whole(graph, id), as_piece);
            }
        }
        found
    }

    /// Gives a piece a name, everywhere; nothing changes where that is not possible.
    fn define(&mut self, piece: &Piece, name: &str, given: bool) -> bool {
        self.defined(piece, name, given).is_some_and(|named| {
            *self = named;
            true
        })
    }

    fn defined(&self, piece: &Piece, name: &str, given: bool) -> Option<Named> {
        let mut graph = self.graph.clone();
        let value = piece.build(&mut graph)?;
        let facts = graph.facts(value).without(Facts::CONSTANT);
        let shape = graph.shape(value).clone();
        let symbol = graph.symbol(name, shape, facts);
        let mut done = BTreeMap::new();
        let mut rewrite = |id| chain::replace(&mut graph, id, piece, symbol, self.expr, &mut done);
        let expr = rewrite(self.expr)?;
        let mut definitions = Vec::new();
        for definition in &self.definitions {
            let value = rewrite(definition.value)?;
            definitions.push(Definition { value, ..definition.clone() });
        }
        definitions.push(Definition { name: name.to_owned(), value, symbol, given });
        Some(Named { graph, expr, definitions })
    }

    /// Takes new names away that stand once only, and brings the others into an order in which they can be read.
    fn settle(&mut self) {
        while let Some(place) = self.single() {
            let Definition { symbol, value, .. } = self.definitions.remove(place);
            let leaves = [(symbol, value)];
            if let Ok(expr) = self.graph.replace(self.expr, &leaves) {
                self.expr = expr;
            }
            for definition in &mut self.definitions {
                if let Ok(value) = self.graph.replace(definition.value, &leaves) {
                    definition.value = value;
                }
            }
        }
        let mut ordered: Vec<Definition> = Vec::new();
        while !self.definitions.is_empty() {
            let waiting: Vec<ExprId> = self.definitions.iter().map(|d| d.symbol).collect();
            let ready = self.definitions.iter().position(|definition| {
                !waiting.iter().any(|symbol| self.uses(definition.value, *symbol))
            });
            // No name is written with itself, so there is always one.
            ordered.push(self.definitions.remove(ready.unwrap_or(0)));
        }
        self.definitions = ordered;
    }

    /// A new name that stands once, or not at all.
    fn single(&self) -> Option<usize> {
        let top = self.graph.len();
        let mut times = vec![0_usize; top];
        for root in self.roots() {
            times[root.index()] += 1;
        }
        for place in (0..top).rev() {
            let written = times[place];
            for arg in self.graph.args(self.graph.nth(place)) {
                times[arg.index()] += written;
            }
        }
        self.definitions.iter().position(|d| times[d.symbol.index()] < if d.given { 1 } else { 2 })
    }

    fn uses(&self, id: ExprId, symbol: ExprId) -> bool {
        self.graph.reachable(id).contains(&symbol)
    }
}

/// Whether a piece is nothing worth a name: one operation on numbers, such as `ones(m, n)`.
fn is_plain(graph: &Graph, id: ExprId) -> bool {
    let leaf = |arg: &ExprId| !matches!(graph.node(*arg), Node::Apply(..) | Node::Symbol(_));
    graph.args(id).iter().all(leaf)
}

/// The axes of a value, as far as letters for it depend on them.
fn is_matrix(shape: &Shape) -> bool {
    !shape.is_scalar() && !shape.is_vector() && !shape.is_row()
}
