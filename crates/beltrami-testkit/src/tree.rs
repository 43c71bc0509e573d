//! Random expressions as trees that know how they are written.

use beltrami_core::Shape;

use crate::need::Need;

/// How tightly a text binds: a sum, a product, a power, or something that needs no parentheses anywhere.
pub type Level = u8;

/// A sum or a signed term.
pub const SUM: Level = 1;
/// A product or quotient.
pub const PRODUCT: Level = 2;
/// A power.
pub const POWER: Level = 3;
/// A name, number, call, block, entry or transpose.
pub const ATOM: Level = 4;

/// How an application is written, `#1`, `#2` standing for the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The text with its holes.
    pub text: String,
    /// How tightly it binds.
    pub level: Level,
    /// How tightly each argument must bind to stand there without parentheses; the last entry serves for all further ones.
    pub slots: Vec<Level>,
}

impl Pattern {
    /// Arguments between delimiters.
    pub fn call(text: impl Into<String>) -> Pattern {
        Pattern { text: text.into(), level: ATOM, slots: vec![0] }
    }

    /// An operator of a level between or around arguments of these levels.
    pub fn operator(text: impl Into<String>, level: Level, slots: &[Level]) -> Pattern {
        Pattern { text: text.into(), level, slots: slots.to_vec() }
    }
}

/// A random expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// How it is written.
    pub pattern: Pattern,
    /// Its shape.
    pub shape: Shape,
    /// What was asked of its value.
    pub need: Need,
    /// Whether this is a declared name.
    pub is_variable: bool,
    /// The arguments.
    pub children: Vec<Tree>,
}

impl Tree {
    /// A name or constant.
    pub fn leaf(text: impl Into<String>, shape: Shape, need: Need, is_variable: bool) -> Tree {
        Tree { pattern: Pattern::call(text), shape, need, is_variable, children: Vec::new() }
    }

    /// The expression in the surface language.
    pub fn text(&self) -> String {
        let pattern = &self.pattern;
        let mut out = String::new();
        let mut rest = pattern.text.as_str();
        while let Some(at) = rest.find('#') {
            out.push_str(&rest[..at]);
            let place = usize::from(rest.as_bytes()[at + 1] - b'1');
            let child = &self.children[place];
            let wanted = pattern.slots.get(place).or(pattern.slots.last()).copied().unwrap_or(0);
            let text = child.text();
            if child.pattern.level < wanted {
                out.push_str(&format!("({text})"));
            } else {
                out.push_str(&text);
            }
            rest = &rest[at + 2..];
        }
        out.push_str(rest);
        out
    }

    /// The number of names, constants and operations.
    pub fn size(&self) -> usize {
        1 + self.children.iter().map(Tree::size).sum::<usize>()
    }

    /// The number of levels; 1 for a leaf.
    pub fn depth(&self) -> usize {
        1 + self.children.iter().map(Tree::depth).max().unwrap_or(0)
    }

    /// All subexpressions, this one first.
    pub fn all(&self) -> Vec<&Tree> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(tree) = all.get(next).copied() {
            all.extend(tree.children.iter());
            next += 1;
        }
        all
    }

    /// The paths of all subexpressions, in the order of [`Tree::all`].
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let mut paths = vec![Vec::new()];
        let mut next = 0;
        while let Some(path) = paths.get(next).cloned() {
            for place in 0..self.at(&path).children.len() {
                paths.push([path.as_slice(), &[place]].concat());
            }
            next += 1;
        }
        paths
    }

    /// The subexpression at a path.
    pub fn at(&self, path: &[usize]) -> &Tree {
        path.iter().fold(self, |tree, place| &tree.children[*place])
    }

    /// The expression with another one at a path.
    pub fn with(&self, path: &[usize], other: Tree) -> Tree {
        let mut whole = self.clone();
        *path.iter().fold(&mut whole, |tree, place| &mut tree.children[*place]) = other;
        whole
    }

    /// Whether a declared name occurs.
    pub fn mentions(&self, name: &str) -> bool {
        self.all().iter().any(|tree| tree.is_variable && tree.pattern.text == name)
    }
}
