//! Making a failing case small.

use beltrami::{Form, Layout, Symmetric};

use crate::case::Case;
use crate::choice::Choice;
use crate::tree::Tree;
use crate::variable::Variable;

/// The smallest failing case found.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The case.
    pub case: Case,
    /// The number of cases tried.
    pub tried: usize,
}

/// Replaces parts of a failing case by smaller ones as long as it goes on failing, for at most `limit` attempts.
pub fn shrink(case: &Case, limit: usize, fails: &mut dyn FnMut(&Case) -> bool) -> Shrunk {
    let mut shrunk = Shrunk { case: case.clone(), tried: 0 };
    'again: loop {
        for mut next in candidates(&shrunk.case) {
            next.settle();
            if !next.is_sound() {
                continue;
            }
            if shrunk.tried == limit {
                return shrunk;
            }
            shrunk.tried += 1;
            if fails(&next) {
                shrunk.case = next;
                continue 'again;
            }
        }
        return shrunk;
    }
}

/// Simpler cases, the smallest first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    let with = |tree: Tree| Case { tree, ..case.clone() };
    all.extend(unbound(case));
    for path in case.tree.paths() {
        let part = case.tree.at(&path);
        if path.is_empty() {
            // The whole may become any of its parts.
            all.extend(part.all().into_iter().skip(1).cloned().map(with));
        }
        let smaller = part.all().into_iter().skip(1).filter(|inner| inner.shape == part.shape);
        all.extend(smaller.map(|inner| with(case.tree.with(&path, inner.clone()))));
        if !part.children.is_empty() {
            let fitting =
                case.variables.iter().find(|variable| variable.meets(&part.shape, part.need));
            let fresh =
                Variable::draw(&mut Choice::new(0), &part.shape, part.need, &case.variables);
            for variable in fitting.into_iter().chain([&fresh]) {
                let leaf = Tree::leaf(variable.name.clone(), part.shape.clone(), part.need, true);
                let mut next = with(case.tree.with(&path, leaf));
                if !next.variables.contains(variable) {
                    next.variables.push(variable.clone());
                }
                all.push(next);
            }
        }
        all.extend(differentiated(case, part).map(|leaf| with(case.tree.with(&path, leaf))));
    }
    all.sort_by_key(Case::size);
    all.extend(plainer(case));
    all
}

/// The variables of the derivative that fit in the place of another variable.
fn differentiated<'a>(case: &'a Case, part: &'a Tree) -> impl Iterator<Item = Tree> + 'a {
    let other = part.is_variable && !case.by.contains(&part.pattern.text);
    let fitting = move |name: &&String| {
        let variable = case.variables.iter().find(|variable| variable.name == **name);
        other && variable.is_some_and(|variable| variable.shape == part.shape)
    };
    let leaf = move |name: &String| Tree::leaf(name.clone(), part.shape.clone(), part.need, true);
    case.by.iter().filter(fitting).map(leaf)
}

/// The same question with the usual options, or with less said of a name.
fn plainer(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    if case.inline {
        all.push(Case { inline: false, ..case.clone() });
    }
    if case.symmetric != Symmetric::Frobenius {
        all.push(Case { symmetric: Symmetric::Frobenius, ..case.clone() });
    }
    if case.form != Form::Matrix {
        all.push(Case { form: Form::Matrix, ..case.clone() });
    }
    if case.layout != Layout::Numerator {
        all.push(Case { layout: Layout::Numerator, ..case.clone() });
    }
    if case.order == 2 {
        all.extend(case.by.iter().map(|name| Case {
            order: 1,
            by: vec![name.clone()],
            ..case.clone()
        }));
    }
    if case.order == 1 && case.by.len() > 1 {
        all.extend(case.by.iter().map(|name| Case { by: vec![name.clone()], ..case.clone() }));
    }
    for (place, variable) in case.variables.iter().enumerate() {
        if let Some(plainer) = variable.plainer() {
            let mut next = case.clone();
            next.variables[place] = plainer;
            all.push(next);
        }
    }
    all
}

/// The case without bindings: their values stand where their names stood.
fn unbound(case: &Case) -> Option<Case> {
    let (name, value) = case.lets.first()?;
    let mut tree = case.tree.clone();
    for path in case.tree.paths() {
        let part = case.tree.at(&path);
        if !part.is_variable && part.children.is_empty() && part.pattern.text == *name {
            tree = tree.with(&path, value.clone());
        }
    }
    Some(Case { tree, lets: Vec::new(), ..case.clone() })
}
