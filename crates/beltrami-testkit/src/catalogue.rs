//! Productions from the records of operations.

use beltrami_core::{
    Arg, Differential, Dim, Kernel, Literal, Notation, Op, Registry, Shape, shape::Known,
};

use crate::choice::Choice;
use crate::need::Need;
use crate::production::Production;
use crate::tree::{ATOM, POWER, PRODUCT, Pattern, SUM};
use crate::unify::{Sizes, filled, unify};

/// Functions that grow fast, whose arguments are kept of moderate size.
const FAST: &[&str] = &["exp", "cosh", "sinh", "expm", "dexpm"];

/// An operation whose record says all that is needed to apply it.
struct Listed {
    op: &'static Op,
    /// The declared shapes of the parameters.
    parameters: Vec<Shape>,
    /// What the record asks of each argument.
    needs: Vec<Need>,
    result: Shape,
}

/// The operations of a registry, ready to be applied.
pub struct Catalogue {
    listed: Vec<Listed>,
}

impl Catalogue {
    /// The operations whose arguments are all expressions.
    pub fn new(registry: &Registry) -> Catalogue {
        let listed = registry.ids().filter_map(|id| Listed::new(registry.op(id))).collect();
        Catalogue { listed }
    }

    /// The ways to make the shape; sizes that are free are chosen among `sizes`.
    pub fn productions(
        &self,
        wanted: &Shape,
        sizes: &[Dim],
        choice: &mut Choice,
    ) -> Vec<Production> {
        self.listed.iter().filter_map(|listed| listed.production(wanted, sizes, choice)).collect()
    }
}

impl Listed {
    fn new(op: &'static Op) -> Option<Listed> {
        let declared: Vec<(&str, Shape)> =
            declarations(op.params).into_iter().map(parameter).collect::<Option<_>>()?;
        // What must be in order, is by chance only; such calls are written elsewhere.
        let ordered = op.domain.iter().any(|condition| condition.contains("} <= {"));
        if declared.is_empty() || matches!(op.notation, Notation::Index) || ordered {
            return None;
        }
        let needs = op
            .parameters()
            .iter()
            .zip(declarations(op.params))
            .map(|(name, declaration)| need(op, name, declaration))
            .collect();
        let parameters: Vec<Shape> = declared.into_iter().map(|(_, shape)| shape).collect();
        let args: Vec<Arg> = parameters.iter().map(arg).collect();
        let result = (op.shape)(&mut Known, &args).ok()?;
        Some(Listed { op, parameters, needs, result })
    }

    fn production(&self, wanted: &Shape, sizes: &[Dim], choice: &mut Choice) -> Option<Production> {
        let mut found = Sizes::new();
        if !unify(&self.result, wanted, &mut found) {
            return None;
        }
        let names: Vec<_> =
            self.parameters.iter().flat_map(Shape::axes).flat_map(|dim| dim.symbols()).collect();
        for name in names {
            // A free size is often 1, so that vectors and rows are as usual as matrices.
            found.entry(name).or_insert_with(|| {
                if choice.chance(0.3) { Dim::one() } else { choice.of(sizes).clone() }
            });
        }
        let shapes: Vec<Shape> = self
            .parameters
            .iter()
            .map(|shape| shape.substitute(&|name| found.get(name).cloned()))
            .collect();
        let args: Vec<Arg> = shapes.iter().map(arg).collect();
        let fits = (self.op.accepts)(&args) && (self.op.shape)(&mut Known, &args).ok()? == *wanted;
        let pattern = pattern(self.op, shapes.len())?;
        let scalar = shapes.iter().all(Shape::is_scalar);
        let weight = match self.op.notation {
            _ if !fits => return None,
            Notation::Call if matches!(self.op.differential, Differential::None) => 1,
            Notation::Call if matches!(self.op.kernel, Kernel::Map(_) | Kernel::Composed(_)) => 2,
            Notation::Call if scalar => 1,
            Notation::Call => 4,
            _ => 6,
        };
        let arguments = shapes.into_iter().zip(self.needs.iter().copied()).collect();
        Some(Production::new(pattern, arguments).weighing(weight))
    }
}

fn arg(shape: &Shape) -> Arg {
    Arg { shape: shape.clone(), value: Literal::None }
}

/// How an application is written.
fn pattern(op: &Op, count: usize) -> Option<Pattern> {
    let name = op.name;
    Some(match op.notation {
        Notation::Call => {
            let holes: Vec<String> = (1..=count).map(|k| format!("#{k}")).collect();
            let literal = op.literal.map(|n| format!(",{n}")).unwrap_or_default();
            Pattern::call(format!("{name}({}{literal})", holes.join(",")))
        }
        Notation::Infix if matches!(name, "+" | "-") => {
            Pattern::operator(format!("#1 {name} #2"), SUM, &[SUM, PRODUCT])
        }
        Notation::Infix if name.ends_with('^') => {
            Pattern::operator(format!("#1{name}#2"), POWER, &[ATOM, ATOM])
        }
        Notation::Infix => Pattern::operator(format!("#1{name}#2"), PRODUCT, &[PRODUCT, POWER]),
        Notation::Prefix => Pattern::operator(format!("{name}#1"), SUM, &[PRODUCT]),
        Notation::Postfix => Pattern::operator(format!("#1{name}"), ATOM, &[ATOM]),
        Notation::Block => Pattern::call(format!("[#1{} #2]", &name[1..name.len() - 1])),
        Notation::Index => return None,
    })
}

/// What a record asks of a parameter: by its declared type, its domain, where its derivative exists, and its growth.
fn need(op: &Op, name: &str, declaration: &str) -> Need {
    if declaration.contains("symmetric(") {
        return Need::Symmetric;
    }
    // A power of a negative number exists for whole exponents only; these are written elsewhere.
    if op.name.ends_with('^') && op.parameters().first() == Some(&name) {
        return Need::Positive;
    }
    let hole = format!("{{{name}}}");
    let conditions = op.domain.iter().chain(op.smooth).filter(|text| text.contains(&hole));
    let asked = conditions.filter_map(|text| match text.replace(&hole, "_").as_str() {
        "no entry of _ is 0" if op.domain.contains(text) => Some(Need::Positive),
        "_ is not 0" if !op.domain.contains(text) => None,
        condition => Need::of_condition(condition),
    });
    let fast = FAST.contains(&op.name).then_some(Need::Bounded);
    asked.chain(fast).next().unwrap_or(Need::Any)
}

/// The declarations of parameters, separated by commas outside parentheses.
fn declarations(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|declaration| !declaration.is_empty())
    .collect()
}

/// The name and shape of `A: matrix(m,n)`.
fn parameter(declaration: &str) -> Option<(&str, Shape)> {
    let (name, ty) = declaration.split_once(':')?;
    let (ty, sizes) = ty.trim().split_once('(').unwrap_or((ty.trim(), ""));
    let sizes: Vec<Dim> = sizes
        .trim_end_matches(')')
        .split(',')
        .filter(|size| !size.is_empty())
        .map(monomial)
        .collect();
    let shape = match (ty, sizes.as_slice()) {
        ("scalar", []) => Shape::scalar(),
        ("vector", [n]) => Shape::vector(n.clone()),
        ("row", [n]) => Shape::row(n.clone()),
        ("matrix", [m, n]) => Shape::matrix(m.clone(), n.clone()),
        (_, [n]) => Shape::matrix(n.clone(), n.clone()),
        _ => return None,
    };
    Some((name.trim(), shape))
}

/// A product of names.
fn monomial(text: &str) -> Dim {
    let names: Vec<Dim> = text.split('*').map(|name| Dim::symbol(name.trim())).collect();
    filled(&Dim::product(&names), &Sizes::new())
}
