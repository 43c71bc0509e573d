//! Entries, loops and statements in C.

use beltrami_core::{Dim, Map, Number};

use crate::loops::{Body, Fold, Language, Level, Nest, Out, Text, linear};
use crate::program::ArrayId;

/// C with CBLAS and LAPACKE.
pub(super) struct C;

impl Language for C {
    fn title(&self) -> &'static str {
        "C with CBLAS and LAPACKE"
    }

    fn read(&self, name: &str, axes: &[Text], at: &[Text]) -> Text {
        let place = axes.iter().zip(at).fold(Text::atom("0"), |place, (n, i)| linear(&place, n, i));
        Text::atom(format!("{name}[{}]", place.text))
    }

    fn number(&self, number: Number) -> Text {
        let text = number.to_string();
        match text.split_once('/') {
            Some((p, q)) => Text::new(format!("{p}.0 / {q}.0"), Level::Product),
            None => Text::atom(format!("{:?}", number.to_f64())),
        }
    }

    fn converted(&self, size: &Text) -> Text {
        Text::new(format!("(double){}", size.at(Level::Atom)), Level::Sign)
    }

    fn choice(&self, condition: &str, yes: &Text, no: &Text) -> Text {
        let text = format!("{condition} ? {} : {}", yes.at(Level::Sum), no.text);
        Text::new(text, Level::Choice)
    }

    fn map(&self, map: Map, a: &Text) -> Text {
        Text::atom(format!("{}({})", map.record().spelling.c, a.text))
    }

    fn power(&self, a: &Text, b: &Text, exponent: Option<Number>) -> Text {
        let plain = a.level == Level::Atom && !a.text.contains('(');
        match exponent.and_then(Number::as_int) {
            Some(2) if plain => Text::infix("*", a, a),
            _ => Text::atom(format!("pow({}, {})", a.text, b.text)),
        }
    }

    fn bind(&self, body: &mut Body<'_>, id: ArrayId) -> Out<()> {
        if self.call(body, id)? {
            return Ok(());
        }
        if body.rank(id) == 0
            && let Some(text) = self.inline(body, id)?
        {
            let name = body.fresh();
            body.lines.push(format!("const double {name} = {};", text.text));
            body.known(id, Text::atom(name));
            return Ok(());
        }
        let nest = body.nest(id)?;
        let name = self.target(body, id);
        body.lines.extend(looped(&nest, &name, &body.lengths(id)));
        body.known(id, Text::atom(name));
        Ok(())
    }

    fn inline(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Option<Text>> {
        self.scalar_call(body, id)
    }
}

impl C {
    /// The name of the memory that an array is written to, and of a scalar.
    pub fn target(&self, body: &mut Body<'_>, id: ArrayId) -> String {
        if body.rank(id) == 0 {
            return body.fresh();
        }
        if id == body.root() {
            return String::from("result");
        }
        let name = body.fresh();
        body.rooms.push((name.clone(), Dim::product(body.axes(id))));
        name
    }
}

/// Loops as statements that write to `name`; a scalar is declared.
fn looped(nest: &Nest, name: &str, axes: &[Text]) -> Vec<String> {
    let head = |(i, n): &(String, Text)| {
        format!("for (size_t {i} = 0; {i} < {}; {i}++)", n.at(Level::Sum))
    };
    let indented = |depth: usize, text: &str| format!("{}{text}", "    ".repeat(depth));
    let at: Vec<Text> = nest.kept.iter().map(|(i, _)| Text::atom(i)).collect();
    let place = if at.is_empty() { Text::atom(name) } else { C.read(name, axes, &at) };
    let mut lines: Vec<String> = Vec::new();
    let depth = nest.kept.len();
    if nest.folded.is_empty() && depth == 0 {
        return vec![format!("const double {name} = {};", nest.entry.text)];
    }
    for (depth, axis) in nest.kept.iter().enumerate() {
        let open = !nest.folded.is_empty() && depth + 1 == nest.kept.len();
        lines.push(indented(depth, &format!("{}{}", head(axis), if open { " {" } else { "" })));
    }
    if nest.folded.is_empty() {
        lines.push(indented(depth, &format!("{} = {};", place.text, nest.entry.text)));
        return lines;
    }
    let fold = if depth == 0 { name } else { "total" };
    let entry = &nest.entry.text;
    let (first, step) = match nest.fold {
        Fold::Sum => ("0.0", format!("{fold} += {entry};")),
        Fold::Largest => ("-INFINITY", format!("{fold} = larger({fold}, {entry});")),
    };
    lines.push(indented(depth, &format!("double {fold} = {first};")));
    for (inner, axis) in nest.folded.iter().enumerate() {
        lines.push(indented(depth + inner, &head(axis)));
    }
    lines.push(indented(depth + nest.folded.len(), &step));
    if depth > 0 {
        lines.push(indented(depth, &format!("{} = {fold};", place.text)));
        lines.push(indented(depth - 1, "}"));
    }
    lines
}
