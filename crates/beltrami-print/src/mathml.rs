//! Expressions in MathML.

use beltrami_core::{ExprId, Graph};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

/// The MathML of an expression, one `<math display="block">` element.
pub fn mathml(graph: &Graph, root: ExprId) -> String {
    from_latex(&crate::latex::latex(graph, root))
}

/// The MathML of LaTeX.
pub fn from_latex(latex: &str) -> String {
    let storage = Storage::new();
    let config = RenderConfig { display_mode: DisplayMode::Block, ..RenderConfig::default() };
    let mut out = String::new();
    match push_mathml(&mut out, Parser::new(latex, &storage), config) {
        Ok(()) => out,
        Err(_) => format!("<math display=\"block\"><mtext>{}</mtext></math>", escaped(latex)),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
