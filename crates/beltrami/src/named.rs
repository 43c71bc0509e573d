//! Results as a person writes them: with names for what they say more than once.

use beltrami_print::Named;

use crate::derivation::{Derivation, axes};

/// A result and the names it is written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedText {
    /// The expression in the surface language.
    pub expression: String,
    /// The expression in LaTeX.
    pub latex: String,
    /// What the names stand for, each after those it is written with.
    pub pieces: Vec<NamedPiece>,
}

/// A name and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPiece {
    /// The name.
    pub name: String,
    /// What it stands for, in the surface language.
    pub expr: String,
    /// The equation of both in LaTeX.
    pub latex: String,
    /// Its axes, as those of a derivative.
    pub shape: Vec<String>,
}

impl Derivation {
    /// The derivative with the names of the program where they fit, and with new ones for what it says twice; nothing where
    /// it is short without.
    pub fn named(&self) -> Option<NamedText> {
        if !self.is_formula() || self.operator.is_some() {
            return None;
        }
        let taken: Vec<String> = self.variables.iter().map(|v| v.name.clone()).collect();
        let named = Named::of(&self.graph, self.derived.expr, &self.lets, &taken)?;
        let graph = &named.graph;
        let piece = |definition: &beltrami_print::Definition| NamedPiece {
            name: definition.name.clone(),
            expr: self.sizes.text(graph, definition.value),
            latex: format!(
                "{} = {}",
                beltrami_print::latex(graph, definition.symbol),
                beltrami_print::latex(graph, definition.value)
            ),
            shape: axes(graph.shape(definition.value)),
        };
        Some(NamedText {
            expression: self.sizes.text(graph, named.expr),
            latex: beltrami_print::latex(graph, named.expr),
            pieces: named.definitions.iter().map(piece).collect(),
        })
    }
}

impl NamedText {
    /// The whole as a program of the surface language: `2*A'*r where r = A*x - y`, a line for each name.
    pub fn text(&self) -> String {
        let mut text = self.expression.clone();
        for (place, piece) in self.pieces.iter().enumerate() {
            text.push_str(if place == 0 { "\nwhere " } else { ",\n      " });
            text.push_str(&format!("{} = {}", piece.name, piece.expr));
        }
        text
    }

    /// The whole in LaTeX.
    pub fn latex(&self) -> String {
        let pieces: Vec<&str> = self.pieces.iter().map(|piece| &*piece.latex).collect();
        format!("{}, \\quad\\text{{where }} {}", self.latex, pieces.join(r",\; "))
    }
}
