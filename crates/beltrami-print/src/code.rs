//! Expressions of a language with arrays, equal ones shared, and how they become statements.

use std::collections::BTreeMap;

use crate::template::fill;

/// An expression among [`Codes`]; operands always have smaller numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct CodeId(usize);

/// How tightly Python and Julia bind, from loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Level {
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// Expressions, each with the operands it is made of.
#[derive(Default)]
pub(crate) struct Codes {
    forms: Vec<Form>,
    index: BTreeMap<Form, CodeId>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Form {
    /// Text that is never worth a name of its own.
    Leaf(String, Level),
    Infix(&'static str, CodeId, CodeId),
    Negative(CodeId),
    Call(String, Vec<CodeId>),
}

/// Statements and the expression that is left after them.
pub(crate) struct Block {
    pub statements: Vec<String>,
    pub result: String,
}

impl Codes {
    /// A name or a literal.
    pub fn leaf(&mut self, text: impl Into<String>, level: Level) -> CodeId {
        self.intern(Form::Leaf(text.into(), level))
    }

    /// Two operands and an operator: `+`, `-`, `*`, `/`, `@` or `**` of Python, or one of Julia, with a dot entry by entry.
    pub fn infix(&mut self, sign: &'static str, a: CodeId, b: CodeId) -> CodeId {
        self.intern(Form::Infix(sign, a, b))
    }

    /// The negative.
    pub fn negative(&mut self, a: CodeId) -> CodeId {
        match self.forms[a.0] {
            Form::Negative(inner) => inner,
            _ => self.intern(Form::Negative(a)),
        }
    }

    /// A template with its holes `#1`, `#2`, … filled.
    pub fn call(&mut self, template: impl Into<String>, args: &[CodeId]) -> CodeId {
        self.intern(Form::Call(template.into(), args.to_vec()))
    }

    /// Whether the expression is a name, a literal or a view of one, so that its array belongs to the caller.
    pub fn is_view(&self, id: CodeId) -> bool {
        match &self.forms[id.0] {
            Form::Leaf(..) => true,
            Form::Call(template, args) => match args.as_slice() {
                [inner] => {
                    let called = template.split_once('.').filter(|(library, _)| *library != "#1");
                    let called = called.map_or(template.as_str(), |(_, called)| called);
                    VIEWS.iter().any(|start| called.starts_with(start)) && self.is_view(*inner)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Writes an expression as statements that name what is used twice or too long for a line.
    ///
    /// `name` makes the names, one after another.
    pub fn block(&self, root: CodeId, mut name: impl FnMut() -> String) -> Block {
        let mut uses = vec![0_usize; root.0 + 1];
        uses[root.0] = 1;
        for place in (0..=root.0).rev() {
            if uses[place] > 0 {
                for (k, operand) in self.operands(CodeId(place)).into_iter().enumerate() {
                    uses[operand.0] += self.occurrences(CodeId(place), k);
                }
            }
        }
        let mut statements = Vec::new();
        let mut texts: Vec<(String, Level)> = vec![(String::new(), Level::Atom); root.0 + 1];
        for place in 0..=root.0 {
            if uses[place] == 0 {
                continue;
            }
            let mut text = self.text(CodeId(place), &texts);
            while text.len() > WIDTH {
                // The longest operand that is written out gets a name, until the line is short.
                let long = |operand: &CodeId| {
                    texts[operand.0].0.len() > NAMED_FROM && !self.is_cheap(*operand)
                };
                let operands = self.operands(CodeId(place)).into_iter().filter(long);
                let Some(longest) = operands.max_by_key(|operand| texts[operand.0].0.len()) else {
                    break;
                };
                bind(&mut texts[longest.0], &mut statements, &mut name);
                text = self.text(CodeId(place), &texts);
            }
            texts[place] = (text, self.level(CodeId(place)));
            if uses[place] > 1 && !self.is_cheap(CodeId(place)) {
                bind(&mut texts[place], &mut statements, &mut name);
            }
        }
        Block { statements, result: std::mem::take(&mut texts[root.0].0) }
    }

    fn intern(&mut self, form: Form) -> CodeId {
        if let Some(id) = self.index.get(&form) {
            return *id;
        }
        let id = CodeId(self.forms.len());
        self.index.insert(form.clone(), id);
        self.forms.push(form);
        id
    }

    fn operands(&self, id: CodeId) -> Vec<CodeId> {
        match &self.forms[id.0] {
            Form::Leaf(..) => Vec::new(),
            Form::Infix(_, a, b) => vec![*a, *b],
            Form::Negative(a) => vec![*a],
            Form::Call(_, args) => args.clone(),
        }
    }

    /// How often an operand is written out.
    fn occurrences(&self, id: CodeId, operand: usize) -> usize {
        match &self.forms[id.0] {
            Form::Call(template, _) => {
                let written = template.matches(&format!("#{}", operand + 1)).count();
                // What stands in a comprehension is evaluated for every entry.
                if template.contains(" for ") { 2 * written } else { written }
            }
            _ => 1,
        }
    }

    /// Whether the expression is as short as a name for it: a leaf, or the transpose of one.
    fn is_cheap(&self, id: CodeId) -> bool {
        match &self.forms[id.0] {
            Form::Leaf(..) => true,
            Form::Call(template, args) if [TRANSPOSED, ADJOINT].contains(&template.as_str()) => {
                matches!(self.forms[args[0].0], Form::Leaf(..))
            }
            _ => false,
        }
    }

    fn level(&self, id: CodeId) -> Level {
        match &self.forms[id.0] {
            Form::Leaf(_, level) => *level,
            Form::Infix(sign, ..) => level_of(sign),
            Form::Negative(_) => Level::Sign,
            Form::Call(template, _) if is_open(template) => Level::Sum,
            Form::Call(..) => Level::Atom,
        }
    }

    fn sign(&self, id: CodeId, texts: &[(String, Level)]) -> Option<&'static str> {
        match &self.forms[id.0] {
            Form::Infix(sign, ..) if texts[id.0].1 != Level::Atom => Some(sign),
            _ => None,
        }
    }

    fn text(&self, id: CodeId, texts: &[(String, Level)]) -> String {
        let at = |id: CodeId, level: Level| match &texts[id.0] {
            (text, found) if *found >= level => text.clone(),
            (text, _) => format!("({text})"),
        };
        match &self.forms[id.0] {
            Form::Leaf(text, _) => text.clone(),
            Form::Negative(a) => match at(*a, Level::Power) {
                // `-(x) .^ 2` might be taken for a call of the function `-`.
                power if power.starts_with('(') && power.contains('^') => format!("-({power})"),
                operand => format!("-{operand}"),
            },
            Form::Infix(sign @ ("**" | "^" | ".^"), a, b) => {
                // A power of a power is told apart by parentheses, although all languages read it from the right.
                let nested = texts[b.0].1 == Level::Power;
                let right = if nested { Level::Atom } else { Level::Sign };
                format!("{} {sign} {}", at(*a, Level::Atom), at(*b, right))
            }
            Form::Infix(sign @ ("+" | "-" | ".+" | ".-"), a, b) => {
                let right = if sign.ends_with('+') { Level::Sum } else { Level::Product };
                format!("{} {sign} {}", at(*a, Level::Sum), at(*b, right))
            }
            Form::Infix(sign, a, b) => {
                // Products of matrices bind like those of entries, so a mix of them is told apart by parentheses.
                let of_matrices = |sign: &str| sign == "@" || !sign.starts_with('.');
                let alike = self.sign(*a, texts).is_none_or(|left| match (left, *sign) {
                    ("@", sign) | (sign, "@") => sign == "@",
                    (left, sign) => of_matrices(left) == of_matrices(sign),
                });
                let left = at(*a, if alike { Level::Product } else { Level::Sign });
                format!("{left} {sign} {}", at(*b, Level::Sign))
            }
            Form::Call(template, args) => fill(template, |k, enclosed| match args.get(k) {
                Some(arg) => at(*arg, if enclosed { Level::Sum } else { Level::Atom }),
                None => String::new(),
            }),
        }
    }
}

/// How templates start that may give the array they were given, in another shape.
const VIEWS: [&str; 5] = ["#1.", "#1[", "diag(", "einsum(", "reshape("];

/// The transpose in Python.
pub(crate) const TRANSPOSED: &str = "#1.T";

/// The transpose in Julia.
pub(crate) const ADJOINT: &str = "#1'";

/// Lines of code are about this long at most.
const WIDTH: usize = 90;

/// Shorter operands are never given a name for the length of a line.
const NAMED_FROM: usize = 18;

fn bind(
    text: &mut (String, Level),
    statements: &mut Vec<String>,
    name: &mut impl FnMut() -> String,
) {
    let name = name();
    statements.push(format!("{name} = {}", text.0));
    *text = (name, Level::Atom);
}

fn level_of(sign: &str) -> Level {
    match sign {
        "+" | "-" | ".+" | ".-" => Level::Sum,
        "**" | "^" | ".^" => Level::Power,
        _ => Level::Product,
    }
}

/// Whether an operator stands outside of all brackets of a template.
fn is_open(template: &str) -> bool {
    let mut depth = 0_i32;
    template.chars().any(|c| {
        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
        depth == 0 && matches!(c, ' ' | '+' | '-' | '*' | '/' | '@' | '\\')
    })
}
