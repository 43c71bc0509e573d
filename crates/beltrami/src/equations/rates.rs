//! Vector fields as they are written: `x' = …`, `dx/dt = …`, `\dot x = …`.
//!
//! What stands to the right is a component, and the name on the left says whose: it is no equation between both sides.

use beltrami_diag::{Diagnostic, Label, SourceId, Span, codes};
use beltrami_syntax::{BinaryOp, Expr, ExprKind, Program, Statement};

use super::SystemOptions;

/// Letters with a dot above that are one character, and the letters.
const DOTTED: [(char, char); 40] = [
    ('ȧ', 'a'),
    ('ḃ', 'b'),
    ('ċ', 'c'),
    ('ḋ', 'd'),
    ('ė', 'e'),
    ('ḟ', 'f'),
    ('ġ', 'g'),
    ('ḣ', 'h'),
    ('ṁ', 'm'),
    ('ṅ', 'n'),
    ('ȯ', 'o'),
    ('ṗ', 'p'),
    ('ṙ', 'r'),
    ('ṡ', 's'),
    ('ṫ', 't'),
    ('ẇ', 'w'),
    ('ẋ', 'x'),
    ('ẏ', 'y'),
    ('ż', 'z'),
    ('Ȧ', 'A'),
    ('Ḃ', 'B'),
    ('Ċ', 'C'),
    ('Ḋ', 'D'),
    ('Ė', 'E'),
    ('Ḟ', 'F'),
    ('Ġ', 'G'),
    ('Ḣ', 'H'),
    ('İ', 'I'),
    ('Ṁ', 'M'),
    ('Ṅ', 'N'),
    ('Ȯ', 'O'),
    ('Ṗ', 'P'),
    ('Ṙ', 'R'),
    ('Ṡ', 'S'),
    ('Ṫ', 'T'),
    ('Ẇ', 'W'),
    ('Ẋ', 'X'),
    ('Ẏ', 'Y'),
    ('Ż', 'Z'),
    ('\u{307}', '\''),
];

/// The text with dots and fractions of LaTeX written as `x'` and `dx/dt`, byte for byte as long, so that places stay.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (written, length) = dotted_by_command(rest)
            .or_else(|| fraction(rest))
            .or_else(|| dotted(c))
            .unwrap_or_else(|| (c.to_string(), c.len_utf8()));
        out.push_str(&written);
        // Every way of writing is shorter than what it stands for.
        out.extend(std::iter::repeat_n(' ', length.saturating_sub(written.len())));
        rest = &rest[length..];
    }
    out
}

fn dotted(c: char) -> Option<(String, usize)> {
    let (_, letter) = DOTTED.iter().find(|(dotted, _)| *dotted == c)?;
    let written = if *letter == '\'' { "'".to_owned() } else { format!("{letter}'") };
    Some((written, c.len_utf8()))
}

/// `\dot x` and `\dot{x}`.
fn dotted_by_command(text: &str) -> Option<(String, usize)> {
    let after = text.strip_prefix("\\dot")?;
    if let Some((name, rest)) = braced(after.trim_start()) {
        return Some((format!("{}'", name.trim()), text.len() - rest.len()));
    }
    let bare = after.trim_start();
    let length = bare.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(bare.len());
    let separate = bare.len() < after.len();
    let used = text.len() - bare.len() + length;
    (separate && length > 0).then(|| (format!("{}'", &bare[..length]), used))
}

/// `\frac{dx}{dt}`.
fn fraction(text: &str) -> Option<(String, usize)> {
    let (above, rest) = braced(text.strip_prefix("\\frac")?.trim_start())?;
    let (below, rest) = braced(rest.trim_start())?;
    Some((format!("{}/{}", above.trim(), below.trim()), text.len() - rest.len()))
}

/// What stands between braces, and what follows.
fn braced(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('{')?.split_once('}')
}

/// A vector field that was read.
pub(super) struct Components {
    /// The components after all other statements, in the order of the unknowns where they say whose they are.
    pub tree: Program,
    /// The unknowns, where they are named.
    pub unknowns: Vec<String>,
    /// Whether the components say whose they are.
    pub named: bool,
}

/// The components of a vector field among other statements.
pub(super) fn components(
    tree: Program,
    (text, source): (&str, SourceId),
    options: &SystemOptions,
) -> Result<Components, Diagnostic> {
    let refused = |span: Span, message: String, label: &str, hint: String| {
        Diagnostic::error(&codes::E0110, message).at(Label::new(source, span, label)).hint(hint)
    };
    let mut others = Vec::new();
    let mut bare: Vec<Expr> = Vec::new();
    let mut named: Vec<(String, Span, Expr)> = Vec::new();
    for statement in tree.statements {
        match statement {
            Statement::Let { name, name_span, value }
                if options.unknowns.contains(&name) || mentions(&value, &name) =>
            {
                return Err(refused(
                    name_span,
                    format!("`{name} = …` is an equation, and a vector field is needed"),
                    "this is no rate of change",
                    format!("write `{name}' = …`, or only what stands to the right"),
                ));
            }
            Statement::Expression(value) => match sides(value, text) {
                Ok((left, right)) => match rate(&left) {
                    Some(name) => named.push((name.to_owned(), left.span, right)),
                    None => {
                        return Err(refused(
                            left.span,
                            "this is an equation, and components are needed".into(),
                            "this is no rate of change",
                            "leave out the left side, which in a vector field may be `x'` or `dx/dt`; `roots` solves equations, and a second derivative is the first of another unknown".into(),
                        ));
                    }
                },
                Err(value) => bare.push(value),
            },
            other => others.push(other),
        }
    }
    if named.is_empty() {
        others.extend(bare.into_iter().map(Statement::Expression));
        let tree = Program { statements: others };
        return Ok(Components { tree, unknowns: options.unknowns.clone(), named: false });
    }
    if let Some(value) = bare.first() {
        return Err(refused(
            value.span,
            "this component does not say whose rate of change it is, and others do".into(),
            "the rate of what?",
            "write `x' = …` for all of them, or for none".into(),
        ));
    }
    let unknowns: Vec<String> = match options.unknowns.is_empty() {
        true => named.iter().map(|(name, ..)| name.clone()).collect(),
        false => options.unknowns.clone(),
    };
    let all = unknowns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    for (k, (name, span, _)) in named.iter().enumerate() {
        if named[..k].iter().any(|(before, ..)| before == name) {
            return Err(refused(
                *span,
                format!("the rate of change of `{name}` is given twice"),
                "this is the second one",
                "give each once".into(),
            ));
        }
        if !unknowns.contains(name) {
            return Err(refused(
                *span,
                format!("`{name}` is no unknown, and its rate of change is given"),
                "not among the unknowns",
                format!("the unknowns are {all}"),
            ));
        }
    }
    for unknown in &unknowns {
        let place = named.iter().position(|(name, ..)| name == unknown);
        let Some(place) = place else {
            let span = named.last().map_or(Span::at(0), |(_, span, _)| *span);
            return Err(refused(
                span,
                format!("the rate of change of `{unknown}` is missing"),
                "others are given",
                format!("the unknowns are {all}; add `{unknown}' = …`"),
            ));
        };
        others.push(Statement::Expression(named.remove(place).2));
    }
    Ok(Components { tree: Program { statements: others }, unknowns, named: true })
}

/// What an equation of scalars means by `x' = …`, which is read as a rate where vector fields are.
pub(super) fn misread(
    tree: &Program,
    (text, source): (&str, SourceId),
    is_scalar: &dyn Fn(&str) -> bool,
) -> Option<Diagnostic> {
    tree.statements.iter().find_map(|statement| {
        let Statement::Expression(value) = statement else { return None };
        let ExprKind::Binary { op: BinaryOp::Sub, op_span, lhs, .. } = &value.kind else {
            return None;
        };
        let ExprKind::Transpose(inner) = &lhs.kind else { return None };
        let ExprKind::Name(name) = &inner.kind else { return None };
        (is_equals(*op_span, text) && is_scalar(name)).then(|| {
            Diagnostic::error(
                &codes::E0110,
                format!("`{name}' = …` is a rate of change and no equation"),
            )
            .at(Label::new(source, lhs.span, "the transpose of a scalar is the scalar"))
            .hint("`critical` finds the points where all rates are zero; an equation is `a = b`")
        })
    })
}

/// Both sides of `a = b`, or what is no equation.
fn sides(value: Expr, text: &str) -> Result<(Expr, Expr), Expr> {
    match value.kind {
        ExprKind::Binary { op: BinaryOp::Sub, op_span, lhs, rhs } if is_equals(op_span, text) => {
            Ok((*lhs, *rhs))
        }
        kind => Err(Expr { kind, span: value.span }),
    }
}

fn is_equals(place: Span, text: &str) -> bool {
    text.get(place.start..place.end).is_some_and(|sign| sign.trim() == "=")
}

/// The name whose rate of change an expression is: `x'` or `dx/dt`.
fn rate(left: &Expr) -> Option<&str> {
    match &left.kind {
        ExprKind::Transpose(inner) => match &inner.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        },
        ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } => match (&lhs.kind, &rhs.kind) {
            (ExprKind::Name(above), ExprKind::Name(below)) if below == "dt" => {
                above.strip_prefix('d').filter(|name| !name.is_empty())
            }
            _ => None,
        },
        _ => None,
    }
}

fn mentions(expr: &Expr, name: &str) -> bool {
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        match &expr.kind {
            ExprKind::Name(found) if found == name => return true,
            ExprKind::Unary(_, inner) | ExprKind::Transpose(inner) | ExprKind::Paren(inner) => {
                pending.push(inner);
            }
            ExprKind::Binary { lhs, rhs, .. } => pending.extend([&**lhs, &**rhs]),
            ExprKind::Call { args, .. } => pending.extend(args),
            ExprKind::Index { base, indices } => {
                pending.push(base);
                pending.extend(indices);
            }
            ExprKind::Block { rows } => pending.extend(rows.iter().flatten()),
            ExprKind::Range(Some(ends)) => pending.extend([&ends.0, &ends.1]),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_fractions_keep_their_places() {
        for (text, expected) in [
            (r"\dot x = y", "x'     = y"),
            (r"\dot{x_1} = y", "x_1'      = y"),
            (r"\frac{dx}{dt} = y", "dx/dt         = y"),
            ("ẋ = y; ż = 1", "x'  = y; z' = 1"),
            ("θ\u{307} = y", "θ'  = y"),
            (r"x' = \dotty", r"x' = \dotty"),
            (r"\frac{1", r"\frac{1"),
        ] {
            assert_eq!(plain(text), expected);
            assert_eq!(plain(text).len(), text.len(), "{text}");
        }
    }
}
