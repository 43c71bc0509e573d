//! Legends: what lines, areas and marks are.

use crate::canvas::{Area, Canvas, Label, Point, Stroke};
use crate::colour::Colour;
use crate::font;
use crate::mark::Mark;

/// What stands before the text of a line of a legend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    /// A piece of a line.
    Line(Stroke),
    /// A piece of an area, with its opacity.
    Patch(Colour, f64),
    /// A mark.
    Mark(Mark),
    /// Nothing.
    Space,
}

/// Lines of a legend, from the top down.
#[derive(Clone, Debug, Default)]
pub struct Legend {
    entries: Vec<(Key, String)>,
}

/// The height of letters.
const LETTERS: f64 = 15.0;
/// From line to line.
const LINE: f64 = 24.0;
/// The width of a key.
const KEY: f64 = 28.0;
/// Between a key and its text.
const GAP: f64 = 8.0;
/// Between the border and what is in it.
const PADDING: f64 = 10.0;

impl Legend {
    /// Adds a line.
    pub fn add(&mut self, key: Key, text: impl Into<String>) {
        self.entries.push((key, text.into()));
    }

    /// Whether it has no lines.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Width and height with a border.
    pub fn size(&self) -> (f64, f64) {
        let wide = |(_, text): &(Key, String)| font::width(text, LETTERS);
        let width = self.entries.iter().map(wide).fold(0.0, f64::max);
        (2.0 * PADDING + KEY + GAP + width, 2.0 * PADDING + LINE * self.entries.len() as f64)
    }

    /// Draws it in a border; what is below it can be guessed.
    pub fn boxed(&self, canvas: &mut Canvas, area: Area) {
        canvas.rectangles(&[area], Colour::WHITE, 0.85);
        let Area { left, top, right, bottom } = area;
        let border = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        canvas.lines([&border[..]], Stroke::new(Colour::FAINT, 1.0));
        self.column(canvas, (left + PADDING, top + PADDING), area.width() - 2.0 * PADDING);
    }

    /// Draws its lines below each other, from this corner, in this width.
    pub fn column(&self, canvas: &mut Canvas, (left, top): Point, width: f64) {
        for (place, (key, text)) in self.entries.iter().enumerate() {
            let y = top + LINE * (place as f64 + 0.5);
            let middle = left + 0.5 * KEY;
            match *key {
                Key::Line(stroke) => {
                    canvas.lines([&[(left + 2.0, y), (left + KEY - 2.0, y)][..]], stroke)
                }
                Key::Patch(colour, opacity) => {
                    let patch = Area {
                        left: left + 2.0,
                        top: y - 7.0,
                        right: left + KEY - 2.0,
                        bottom: y + 7.0,
                    };
                    canvas.rectangles(&[patch], colour, opacity);
                }
                Key::Mark(mark) => mark.draw(canvas, (middle, y)),
                Key::Space => {}
            }
            let label = Label::new(LETTERS, width - KEY - GAP);
            canvas.text((left + KEY + GAP, y), text, label);
        }
    }
}
