//! Simplification by equality saturation: the rules of the registry on an e-graph, bounded, and the shortest text extracted.
//!
//! The bounds are counts, never a clock, so that the same input gives the same output.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use beltrami_core::template::bind;
use beltrami_core::{
    Dim, ExprId, Facts, Graph, Kernel, LazyRule, Node, Number, OpId, OpSet, Registry, RuleTemplate,
    Theory,
};
use egg::{
    Analysis, CostFunction, DidMerge, EGraph, ENodeOrVar, Extractor, Id, Language, Pattern,
    RecExpr, Searcher, Subst, Var,
};
use quanta::{Clock, with_clock};
use rustc_hash::FxHashMap;

use crate::cost::{cost, kernel_cost};

/// How far a simplification may go.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Rounds of applying every rule.
    pub rounds: usize,
    /// E-nodes after which no further rule is applied.
    pub nodes: usize,
    /// Matches of one rule in one round that are applied.
    pub matches: usize,
}

impl Default for Bounds {
    /// Enough for what a person would still read; measured on the acceptance table.
    fn default() -> Bounds {
        Bounds { rounds: 5, nodes: 1200, matches: 60 }
    }
}

/// The rules of a theory, each compiled for matching when it first may match.
pub struct Simplifier {
    rules: Vec<(Arc<LazyRule>, OnceLock<Option<Compiled>>)>,
}

struct Compiled {
    pattern: Pattern<Term>,
    vars: Vec<(Arc<str>, Var)>,
    sizes: Vec<(Dim, Var)>,
    heads: OpSet,
    rule: Arc<LazyRule>,
}

impl Simplifier {
    /// The rules of a theory.
    pub fn new(theory: &Theory) -> Simplifier {
        Simplifier { rules: theory.rules.iter().map(|r| (r.clone(), OnceLock::new())).collect() }
    }

    /// The shortest expression found that equals `root`; `root` itself when none is shorter.
    pub fn simplify(&self, graph: &mut Graph, root: ExprId, bounds: Bounds) -> ExprId {
        // egg times what it does for a log; the clock it would take calibrates itself for longer than a derivation takes.
        let (stopped, _) = Clock::mock();
        with_clock(&stopped, || self.shortest(graph, root, bounds))
    }

    fn shortest(&self, graph: &mut Graph, root: ExprId, bounds: Bounds) -> ExprId {
        let before = cost(graph, root);
        let mut egraph =
            EGraph::new(Meaning { graph: std::mem::replace(graph, Graph::new(graph.registry())) });
        let top = insert(&mut egraph, root, &mut FxHashMap::default());
        egraph.rebuild();
        self.saturate(&mut egraph, bounds);
        let best = {
            let extractor = Extractor::new(&egraph, Length(egraph.analysis.graph.registry()));
            let (price, best) = extractor.find_best(top);
            (price < before).then_some(best)
        };
        let Meaning { graph: mut own } = egraph.analysis;
        let result = best
            .and_then(|best| rebuild(&mut own, &best))
            .filter(|id| own.shape(*id) == own.shape(root));
        *graph = own;
        let result = result.map(|id| tidy(graph, id));
        match result {
            Some(shorter) if cost(graph, shorter) < before => shorter,
            _ => root,
        }
    }

    fn saturate(&self, egraph: &mut EGraph<Term, Meaning>, bounds: Bounds) {
        for _ in 0..bounds.rounds {
            let registry = egraph.analysis.graph.registry();
            let mut heads = OpSet::default();
            for op in egraph
                .classes()
                .flat_map(|class| class.nodes.iter().filter_map(|node| node.head.op()))
            {
                heads.insert(op);
                heads.insert(registry.first_of_name(op));
            }
            let found: Vec<(&Compiled, Id, Subst)> = self
                .rules
                .iter()
                .filter(|(rule, _)| rule.needs.within(&heads))
                .filter_map(|(rule, compiled)| compiled.get_or_init(|| compile(rule)).as_ref())
                .filter(|rule| rule.heads.within(&heads))
                .flat_map(|rule| {
                    let matches = rule.pattern.search(egraph);
                    let flat = matches
                        .into_iter()
                        .flat_map(move |m| m.substs.into_iter().map(move |s| (rule, m.eclass, s)));
                    flat.take(bounds.matches).collect::<Vec<_>>()
                })
                .collect();
            let mut changed = false;
            for (rule, class, subst) in found {
                if egraph.total_size() > bounds.nodes {
                    break;
                }
                changed |= rule.apply(egraph, class, &subst);
            }
            egraph.rebuild();
            if !changed || egraph.total_size() > bounds.nodes {
                break;
            }
        }
    }
}

impl Compiled {
    fn apply(&self, egraph: &mut EGraph<Term, Meaning>, class: Id, subst: &Subst) -> bool {
        let Some(right) = self.right_side(egraph, class, subst) else { return false };
        let id = insert(egraph, right, &mut FxHashMap::default());
        egraph.union(class, id)
    }

    /// The right side as an expression, when sizes and conditions fit.
    fn right_side(
        &self,
        egraph: &mut EGraph<Term, Meaning>,
        class: Id,
        subst: &Subst,
    ) -> Option<ExprId> {
        let args: Option<Vec<ExprId>> =
            self.vars.iter().map(|(_, var)| egraph[subst[*var]].data).collect();
        let graph = &egraph.analysis.graph;
        let size = |var: &Var| graph.arg(egraph[subst[*var]].data?).size().cloned();
        let sizes: Option<Vec<(Dim, Dim)>> =
            self.sizes.iter().map(|(dim, var)| Some((dim.clone(), size(var)?))).collect();
        let left = egraph[class].data?;
        right_side(&self.rule, &mut egraph.analysis.graph, left, &args?, &sizes?)
    }
}

/// What a rule makes of an expression `left` that its left side matches with these arguments, one for each of its
/// parameters, and values of sizes; `None` where shapes, sizes or conditions do not fit.
pub(crate) fn right_side(
    rule: &RuleTemplate,
    graph: &mut Graph,
    left: ExprId,
    args: &[ExprId],
    found: &[(Dim, Dim)],
) -> Option<ExprId> {
    let lhs = &rule.lhs;
    let mut sizes: BTreeMap<Arc<str>, Dim> = BTreeMap::new();
    for (name, expr) in lhs.params.iter().zip(args) {
        let wanted = lhs.graph.shape(lhs.graph.find_symbol(name)?);
        let shape = graph.shape(*expr);
        if wanted.is_scalar() && !shape.is_scalar() {
            return None;
        }
        bind(wanted, shape, &mut sizes);
    }
    for (dim, size) in found {
        if let Some(name) = dim.as_symbol() {
            sizes.entry(Arc::from(name)).or_insert_with(|| size.clone());
        }
    }
    let value = |name: &str| sizes.get(name).cloned();
    for (name, expr) in lhs.params.iter().zip(args) {
        let wanted = lhs.graph.shape(lhs.graph.find_symbol(name)?).substitute(&value);
        if wanted != *graph.shape(*expr) {
            return None;
        }
    }
    if found.iter().any(|(dim, size)| dim.substitute(&value) != *size) {
        return None;
    }
    let holds = rule.conditions.iter().all(|(fact, params)| {
        params.iter().all(|param| {
            let place = lhs.params.iter().position(|name| name == param);
            place.zip(Facts::named(fact)).is_some_and(|(p, facts)| graph.facts(args[p]).has(facts))
        })
    });
    if !holds {
        return None;
    }
    let right = rule.rhs.instantiate_sized(graph, args, &[], sizes).ok()?;
    (graph.shape(left) == graph.shape(right)).then_some(right)
}

fn compile(rule: &Arc<LazyRule>) -> Option<Compiled> {
    let graph = &rule.lhs.graph;
    let mut nodes: RecExpr<ENodeOrVar<Term>> = RecExpr::default();
    let mut places: FxHashMap<ExprId, Id> = FxHashMap::default();
    let mut vars = Vec::new();
    let mut sizes: Vec<(Dim, Var)> = Vec::new();
    let mut heads = OpSet::default();
    for id in graph.reachable(rule.lhs.root) {
        let node = match graph.node(id) {
            Node::Symbol(name) => {
                let var: Var = format!("?{name}").parse().ok()?;
                vars.push((name.clone(), var));
                ENodeOrVar::Var(var)
            }
            Node::Size(dim) => {
                dim.as_symbol()?;
                let var: Var = format!("?size_{dim}").parse().ok()?;
                sizes.push((dim.clone(), var));
                ENodeOrVar::Var(var)
            }
            Node::Number(x) => ENodeOrVar::ENode(Term { head: Head::Number(*x), args: Vec::new() }),
            Node::Text(text) => {
                ENodeOrVar::ENode(Term { head: Head::Text(text.clone()), args: Vec::new() })
            }
            Node::Apply(op, args) => {
                heads.insert(*op);
                let mut args: Vec<Id> = args.iter().map(|arg| places[arg]).collect();
                if lacks_width(graph.op(*op).kernel, args.len()) {
                    args.push(nodes.add(ENodeOrVar::ENode(Term::one())));
                }
                ENodeOrVar::ENode(Term { head: Head::Op(*op), args })
            }
        };
        places.insert(id, nodes.add(node));
    }
    // Every parameter must occur on the left, in the order the template lists them.
    let ordered: Option<Vec<_>> =
        rule.lhs.params.iter().map(|p| vars.iter().find(|(name, _)| name == p).cloned()).collect();
    Some(Compiled {
        pattern: Pattern::new(nodes),
        vars: ordered?,
        sizes,
        heads,
        rule: rule.clone(),
    })
}

fn insert(
    egraph: &mut EGraph<Term, Meaning>,
    root: ExprId,
    known: &mut FxHashMap<ExprId, Id>,
) -> Id {
    for id in egraph.analysis.graph.reachable(root) {
        if known.contains_key(&id) {
            continue;
        }
        let graph = &egraph.analysis.graph;
        let (head, args) = match graph.node(id) {
            Node::Number(x) => (Head::Number(*x), Vec::new()),
            Node::Size(dim) => (Head::Size(dim.clone()), Vec::new()),
            Node::Text(text) => (Head::Text(text.clone()), Vec::new()),
            Node::Symbol(name) => (Head::Symbol(name.clone()), Vec::new()),
            Node::Apply(op, args) => {
                let (op, kernel) = (*op, graph.op(*op).kernel);
                let mut args: Vec<Id> = args.iter().map(|arg| known[arg]).collect();
                if lacks_width(kernel, args.len()) {
                    args.push(egraph.add(Term::one()));
                }
                (Head::Op(op), args)
            }
        };
        let class = egraph.add(Term { head, args });
        known.insert(id, class);
    }
    known[&root]
}

fn rebuild(graph: &mut Graph, expr: &RecExpr<Term>) -> Option<ExprId> {
    let mut built: Vec<ExprId> = Vec::new();
    for node in expr.as_ref() {
        let id = node.build(graph, |arg| Some(built[usize::from(arg)]))?;
        built.push(id);
    }
    built.last().copied()
}

/// The expression built anew, so that zeros and ones that rules left behind disappear.
fn tidy(graph: &mut Graph, root: ExprId) -> ExprId {
    let mut copies: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in graph.reachable(root) {
        let copy = match graph.node(id).clone() {
            Node::Apply(op, args) => {
                let args: Vec<ExprId> = args.iter().map(|arg| copies[arg]).collect();
                graph.build_op(op, &args).unwrap_or(id)
            }
            _ => id,
        };
        copies.insert(id, copy);
    }
    copies[&root]
}

/// An expression node of the e-graph.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
struct Term {
    head: Head,
    args: Vec<Id>,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Head {
    Number(Number),
    Size(Dim),
    Text(Arc<str>),
    Symbol(Arc<str>),
    Op(OpId),
}

impl Head {
    fn op(&self) -> Option<OpId> {
        match self {
            Head::Op(op) => Some(*op),
            _ => None,
        }
    }
}

/// Whether this is `ones(m)` or `zeros(m)`: on the e-graph they are `ones(m, 1)`, so that a rule about `ones(m, n)` holds
/// for columns too.
fn lacks_width(kernel: Kernel, args: usize) -> bool {
    matches!(kernel, Kernel::Ones | Kernel::Zeros) && args == 1
}

impl Term {
    fn one() -> Term {
        Term { head: Head::Number(Number::ONE), args: Vec::new() }
    }

    fn build(&self, graph: &mut Graph, arg: impl Fn(Id) -> Option<ExprId>) -> Option<ExprId> {
        match &self.head {
            Head::Number(x) => Some(graph.number(*x)),
            Head::Size(dim) => Some(graph.size(dim)),
            Head::Text(text) => Some(graph.text(text)),
            Head::Symbol(name) => graph.find_symbol(name),
            Head::Op(op) => {
                let args: Option<Vec<ExprId>> = self.args.iter().map(|id| arg(*id)).collect();
                let mut args = args?;
                let column =
                    args.get(1).is_some_and(|cols| graph.number_of(*cols) == Some(Number::ONE));
                if column && lacks_width(graph.op(*op).kernel, args.len() - 1) {
                    args.pop();
                }
                graph.apply(*op, &args).ok()
            }
        }
    }
}

impl Language for Term {
    type Discriminant = Head;

    fn discriminant(&self) -> Head {
        self.head.clone()
    }

    fn matches(&self, other: &Term) -> bool {
        self.head == other.head && self.args.len() == other.args.len()
    }

    fn children(&self) -> &[Id] {
        &self.args
    }

    fn children_mut(&mut self) -> &mut [Id] {
        &mut self.args
    }
}

/// What an e-class is: one expression of the class, from which shape and facts are read.
struct Meaning {
    graph: Graph,
}

impl Analysis<Term> for Meaning {
    type Data = Option<ExprId>;

    fn make(egraph: &mut EGraph<Term, Meaning>, node: &Term, _: Id) -> Option<ExprId> {
        let args: Vec<Option<ExprId>> = node.args.iter().map(|id| egraph[*id].data).collect();
        let place = |id: Id| node.args.iter().position(|a| *a == id).and_then(|p| args[p]);
        node.build(&mut egraph.analysis.graph, place)
    }

    fn merge(&mut self, a: &mut Option<ExprId>, b: Option<ExprId>) -> DidMerge {
        match (*a, b) {
            (None, Some(_)) => {
                *a = b;
                DidMerge(true, false)
            }
            (Some(x), Some(y))
                if self.graph.facts(y) != self.graph.facts(x)
                    && self.graph.facts(y).has(self.graph.facts(x)) =>
            {
                *a = b;
                DidMerge(true, false)
            }
            (Some(x), Some(y)) => DidMerge(false, x != y),
            (None, None) => DidMerge(false, false),
            (Some(_), None) => DidMerge(false, true),
        }
    }
}

/// The length for a reader, summed over the tree.
struct Length(&'static Registry);

impl CostFunction<Term> for Length {
    type Cost = u64;

    fn cost<C: FnMut(Id) -> u64>(&mut self, node: &Term, mut costs: C) -> u64 {
        let own = match &node.head {
            Head::Op(op) => kernel_cost(self.0.op(*op).kernel),
            Head::Number(x) if x.is_negative() => 6,
            _ => 5,
        };
        node.args.iter().fold(own, |sum, id| sum.saturating_add(costs(*id)))
    }
}
