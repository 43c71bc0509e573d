//! A small language: records of the product, and texts that are built and not read, for the passes need no parser.

use std::sync::{Arc, LazyLock};

use beltrami_calculus::Rulebook;
use beltrami_core::op::Rule;
use beltrami_core::{
    Dim, ExprId, Facts, Graph, Kernel, Lazy, LazyRule, Map, OpSet, Registry, RuleTemplate, Shape,
    Template, Theory,
};
use beltrami_ops::ENTRIES;

/// The operations, by the files of their records.
const FILES: [&str; 16] = [
    "eye.rs",
    "ones.rs",
    "zeros.rs",
    "add.rs",
    "sub.rs",
    "neg.rs",
    "scale.rs",
    "mul.rs",
    "transpose.rs",
    "hadamard.rs",
    "cosh.rs",
    "sinh.rs",
    "tanh.rs",
    "trace.rs",
    "kron.rs",
    "inv.rs",
];

/// Further ones, which engines build.
const BUILT: [&str; 10] = [
    "power.rs",
    "scalar_power.rs",
    "mat_power.rs",
    "sum.rs",
    "vec.rs",
    "einsum.rs",
    "divide.rs",
    "unvec.rs",
    "kr.rs",
    "commutation.rs",
];

pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
        let used = |file: &str| FILES.contains(&file) || BUILT.contains(&file);
        Registry::new(ENTRIES.iter().filter(|entry| used(entry.file)))
    });
    &REGISTRY
}

/// A graph with square matrices `A`, `B`, `X` and columns `x`, `y`, all of size `n`.
pub struct Names {
    pub graph: Graph,
    pub a: ExprId,
    pub b: ExprId,
    pub big: ExprId,
    pub x: ExprId,
    pub y: ExprId,
}

pub fn names() -> Names {
    let mut graph = Graph::new(registry());
    let square = || Shape::matrix(n(), n());
    let mut symbol = |name: &str, shape| graph.symbol(name, shape, Facts::NONE);
    let (a, b, big) = (symbol("A", square()), symbol("B", square()), symbol("X", square()));
    let (x, y) = (symbol("x", Shape::vector(n())), symbol("y", Shape::vector(n())));
    Names { graph, a, b, big, x, y }
}

pub fn n() -> Dim {
    Dim::symbol("n")
}

impl Names {
    pub fn mul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.graph.mul(a, b).expect("a product")
    }

    pub fn build(&mut self, kernel: Kernel, args: &[ExprId]) -> ExprId {
        self.graph.build(kernel, args).expect("shapes fit")
    }

    pub fn map(&mut self, map: Map, a: ExprId) -> ExprId {
        self.build(Kernel::Map(map), &[a])
    }
}

/// Differentials as those of the records, and these rules.
pub fn rulebook(rules: Vec<LazyRule>) -> Rulebook {
    let mut theory = theory();
    theory.rules = rules.into_iter().map(Arc::new).collect();
    Rulebook::new(theory)
}

pub fn theory() -> Theory {
    let registry = registry();
    let mut theory = Theory::default();
    for id in registry.ids() {
        let file = registry.entry(id).file;
        theory.differentials.push(Lazy::new(Box::new(move || differential(file))));
        theory.scalar_derivatives.push(Lazy::new(Box::new(|| None)));
    }
    theory
}

fn differential(file: &str) -> Option<Template> {
    let (m, n, k) = (Dim::symbol("m"), Dim::symbol("n"), Dim::symbol("k"));
    let any = || Shape::matrix(m.clone(), n.clone());
    let square = Shape::matrix(n.clone(), n.clone());
    Some(match file {
        "add.rs" => template(&[("A", any()), ("B", any())], |g, _, d| g.add(d[0], d[1])),
        "sub.rs" => template(&[("A", any()), ("B", any())], |g, _, d| g.sub(d[0], d[1])),
        "neg.rs" => template(&[("A", any())], |g, _, d| g.neg(d[0])),
        "scale.rs" => template(&[("a", Shape::scalar()), ("A", any())], |g, x, d| {
            let (left, right) = (g.scale(d[0], x[1])?, g.scale(x[0], d[1])?);
            g.add(left, right)
        }),
        "mul.rs" => {
            let left = Shape::matrix(m.clone(), k.clone());
            template(&[("A", left), ("B", Shape::matrix(k, n.clone()))], |g, x, d| {
                let (left, right) = (g.mul(d[0], x[1])?, g.mul(x[0], d[1])?);
                g.add(left, right)
            })
        }
        "transpose.rs" => template(&[("A", any())], |g, _, d| g.transpose(d[0])),
        "hadamard.rs" => template(&[("A", any()), ("B", any())], |g, x, d| {
            let (left, right) = (g.hadamard(d[0], x[1])?, g.hadamard(x[0], d[1])?);
            g.add(left, right)
        }),
        "sinh.rs" => template(&[("A", any())], |g, x, d| {
            let slope = g.build(Kernel::Map(Map::Cosh), &[x[0]])?;
            g.hadamard(slope, d[0])
        }),
        "trace.rs" => template(&[("A", square)], |g, _, d| g.build(Kernel::Trace, &[d[0]])),
        "sum.rs" => template(&[("A", any())], |g, _, d| g.build(Kernel::Sum, &[d[0]])),
        "inv.rs" => template(&[("A", square)], |g, x, d| {
            let inverse = g.build(Kernel::Inv, &[x[0]])?;
            let left = g.mul(inverse, d[0])?;
            let whole = g.mul(left, inverse)?;
            g.neg(whole)
        }),
        _ => return None,
    })
}

type Build = fn(&mut Graph, &[ExprId], &[ExprId]) -> Result<ExprId, beltrami_core::ShapeError>;

/// An expression in parameters and their differentials.
pub fn template(params: &[(&str, Shape)], build: Build) -> Template {
    let mut graph = Graph::new(registry());
    let mut declared = |prefix: &str| -> Vec<ExprId> {
        let named = params.iter();
        named
            .map(|(name, shape)| {
                graph.symbol(&format!("{prefix}{name}"), shape.clone(), Facts::NONE)
            })
            .collect()
    };
    let (args, differentials) = (declared(""), declared("d"));
    let root = build(&mut graph, &args, &differentials).expect("shapes fit");
    Template { graph, root, params: params.iter().map(|(name, _)| Arc::from(*name)).collect() }
}

/// A rule on square matrices that needs the operations of these kernels.
pub fn rule(
    name: &'static str,
    needs: &[Kernel],
    params: &[&str],
    lhs: Build,
    rhs: Build,
) -> LazyRule {
    let mut present = OpSet::default();
    for kernel in needs {
        let op = registry().with_kernel(*kernel).expect("an operation of the test");
        present.insert(registry().first_of_name(op));
    }
    let params: Vec<(&str, Shape)> = params
        .iter()
        .map(|name| (*name, Shape::matrix(Dim::symbol("m"), Dim::symbol("n"))))
        .collect();
    let template = RuleTemplate {
        rule: Rule { name, lhs: "", rhs: "", conditions: "" },
        owner: registry().with_kernel(needs[0]).expect("an operation of the test"),
        lhs: template(&params, lhs),
        rhs: template(&params, rhs),
        conditions: Vec::new(),
    };
    LazyRule::new(present, move || template)
}

/// `cosh(A).*tanh(A) => sinh(A)`.
pub fn hyperbolic() -> LazyRule {
    rule(
        "cosh-tanh",
        &[Kernel::Map(Map::Cosh), Kernel::Map(Map::Tanh)],
        &["A"],
        |g, x, _| {
            let cosh = g.build(Kernel::Map(Map::Cosh), &[x[0]])?;
            let tanh = g.build(Kernel::Map(Map::Tanh), &[x[0]])?;
            g.hadamard(cosh, tanh)
        },
        |g, x, _| g.build(Kernel::Map(Map::Sinh), &[x[0]]),
    )
}
