//! A question to the product: an expression with its declarations, and what derivative is asked for.

use std::fmt;

use beltrami::{Form, Layout, Symmetric};
use beltrami_core::{Dim, Registry, Shape};

use crate::choice::Choice;
use crate::generate::Generator;
use crate::need::Need;
use crate::tree::Tree;
use crate::variable::{Variable, unsettled};

/// Operations of an expression for a first derivative, at most; second derivatives get shorter ones.
const LARGEST: usize = 18;
/// Levels that an expression has at least.
const DEPTH: usize = 5;
/// Attempts to grow an expression of enough levels that has a variable to differentiate by.
const ATTEMPTS: usize = 40;

/// A question to the product.
#[derive(Clone, Debug)]
pub struct Case {
    /// The seed it was made from.
    pub seed: u64,
    /// The expression.
    pub tree: Tree,
    /// Bindings that the expression uses.
    pub lets: Vec<(String, Tree)>,
    /// The declared names.
    pub variables: Vec<Variable>,
    /// Whether the declarations stand in the text itself.
    pub inline: bool,
    /// The names to differentiate by.
    pub by: Vec<String>,
    /// The order of the derivative.
    pub order: usize,
    /// The layout.
    pub layout: Layout,
    /// The form.
    pub form: Form,
    /// The convention for structured variables.
    pub symmetric: Symmetric,
}

impl Case {
    /// The case of a seed.
    pub fn new(registry: &Registry, seed: u64) -> Case {
        let choice = &mut Choice::new(seed);
        let order = if choice.chance(0.25) { 2 } else { 1 };
        let (mut tree, mut variables, mut by) = grown(registry, choice, order);
        for _ in 0..ATTEMPTS {
            if tree.depth() >= DEPTH && !by.is_empty() {
                break;
            }
            (tree, variables, by) = grown(registry, choice, order);
        }
        let by = chosen(choice, &by, order);
        let layout = *choice.of(&[Layout::Numerator, Layout::Denominator]);
        let form = match choice.below(6) {
            0 if order == 1 || tree.shape.is_scalar() => Form::Kron,
            1 => Form::Index,
            2 if order == 1 => Form::Operator,
            _ => Form::Matrix,
        };
        let mut symmetric = *choice.of(&[
            Symmetric::Frobenius,
            Symmetric::Frobenius,
            Symmetric::Free,
            Symmetric::Ambient,
        ]);
        // Second derivatives on the orthogonal matrices are refused: they depend on a choice of connection.
        let curved =
            |variable: &Variable| variable.ty == "orthogonal" && by.contains(&variable.name);
        if order == 2 && variables.iter().any(curved) {
            symmetric = Symmetric::Ambient;
        }
        let lets = if choice.chance(0.15) { bound(choice, &mut tree, &by) } else { Vec::new() };
        let inline = choice.chance(0.1);
        let mut case =
            Case { seed, tree, lets, variables, inline, by, order, layout, form, symmetric };
        case.settle();
        case
    }

    /// The program.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        if self.inline {
            lines.extend(self.variables.iter().map(Variable::declaration));
        }
        lines.extend(self.lets.iter().map(|(name, tree)| format!("{name} = {}", tree.text())));
        let text = self.tree.text();
        // A line that begins with a sign would continue the line above.
        let signed = text.starts_with('-') && !lines.is_empty();
        lines.push(if signed { format!("({text})") } else { text });
        lines.join("\n")
    }

    /// The declarations of all names.
    pub fn declarations(&self) -> String {
        self.variables.iter().map(Variable::declaration).collect::<Vec<_>>().join(", ")
    }

    /// The number of names, constants and operations, bindings included.
    pub fn size(&self) -> usize {
        self.trees().map(Tree::size).sum()
    }

    /// The expression and the values of its bindings.
    pub fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.lets.iter().map(|(_, tree)| tree).chain([&self.tree])
    }

    /// Keeps the declarations of the names that occur, and declares a vector for each size that would be left open.
    pub fn settle(&mut self) {
        let mut variables = std::mem::take(&mut self.variables);
        variables.retain(|variable| self.trees().any(|tree| tree.mentions(&variable.name)));
        let mut dims: Vec<Dim> = Vec::new();
        for tree in self.trees().flat_map(Tree::all) {
            dims.extend(tree.shape.axes());
            if tree.pattern.text == "n" {
                dims.push(Dim::symbol("n"));
            }
        }
        for size in unsettled(&dims, &variables) {
            let shape = Shape::vector(Dim::symbol(&size));
            variables.push(Variable { name: format!("o{size}"), shape, ty: "vector", fact: "" });
        }
        self.variables = variables;
    }

    /// Whether every name to differentiate by still occurs.
    pub fn is_sound(&self) -> bool {
        self.by.iter().all(|name| self.trees().any(|tree| tree.mentions(name)))
    }
}

/// The command that asks this question, and the seed.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = Case { inline: false, ..self.clone() }.text().replace('\n', "; ");
        write!(f, "derive {program:?} --by {} --let {:?}", self.by.join(","), self.declarations())?;
        if self.order != 1 {
            write!(f, " --order {}", self.order)?;
        }
        if self.layout == Layout::Denominator {
            f.write_str(" --layout denominator")?;
        }
        match self.form {
            Form::Matrix => {}
            Form::Kron => f.write_str(" --form kron")?,
            Form::Index => f.write_str(" --form index")?,
            Form::Operator => f.write_str(" --form operator")?,
        }
        match self.symmetric {
            Symmetric::Frobenius => {}
            Symmetric::Free => f.write_str(" --symmetric free")?,
            Symmetric::Ambient => f.write_str(" --symmetric ambient")?,
        }
        write!(f, "   (seed {})", self.seed)
    }
}

/// An expression, its names, and those that can be differentiated by.
fn grown(
    registry: &Registry,
    choice: &mut Choice,
    order: usize,
) -> (Tree, Vec<Variable>, Vec<String>) {
    let budget =
        if order == 2 { 3 + choice.below(LARGEST / 2 - 2) } else { 4 + choice.below(LARGEST - 3) };
    let scalar = order == 2 && choice.chance(0.8);
    let mut generator = Generator::new(registry, choice);
    let shape = if scalar { Shape::scalar() } else { generator.target() };
    let tree = generator.grow(&shape, Need::Any, budget);
    let variables = std::mem::take(&mut generator.variables);
    // A sign does not vary.
    let varying =
        variables.iter().filter(|variable| variable.fact != "+-1" && tree.mentions(&variable.name));
    let by = varying.map(|variable| variable.name.clone()).collect();
    (tree, variables, by)
}

fn chosen(choice: &mut Choice, names: &[String], order: usize) -> Vec<String> {
    let Some(first) = names.first() else { return Vec::new() };
    let one = if choice.chance(0.3) { first.clone() } else { choice.of(names).clone() };
    let other = choice.of(names).clone();
    let both = choice.chance(if order == 2 { 0.4 } else { 0.1 });
    if both && one != other { vec![one, other] } else { vec![one] }
}

/// Binds a part of the expression to a name, in all places where it stands; `kept` are the names that must go on occurring.
fn bound(choice: &mut Choice, tree: &mut Tree, kept: &[String]) -> Vec<(String, Tree)> {
    let paths = tree.paths();
    let inner: Vec<&Vec<usize>> = paths
        .iter()
        .filter(|path| !path.is_empty() && !tree.at(path).children.is_empty())
        .collect();
    if inner.is_empty() {
        return Vec::new();
    }
    let path = (*choice.of(&inner)).clone();
    let value = tree.at(&path).clone();
    let name = Tree::leaf("q1", value.shape.clone(), value.need, false);
    for path in &paths {
        if path.is_empty() || !reaches(tree, path) {
            continue;
        }
        let part = tree.at(path);
        let same = part.text() == value.text();
        // Another part of the shape becomes the same now and then, so that something is shared.
        let other = part.shape == value.shape
            && part.need.is_met_by(value.need)
            && !part.all().contains(&&value)
            && choice.chance(0.3);
        if same || other {
            let next = tree.with(path, name.clone());
            let occurs = |name: &String| next.mentions(name) || value.mentions(name);
            if same || kept.iter().all(occurs) {
                *tree = next;
            }
        }
    }
    vec![("q1".into(), value)]
}

/// Whether the path still leads somewhere.
fn reaches(tree: &Tree, path: &[usize]) -> bool {
    path.iter().try_fold(tree, |tree, place| tree.children.get(*place)).is_some()
}
