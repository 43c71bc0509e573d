//! Marks at points.

use beltrami::critical::Class;

use crate::canvas::{Canvas, Point, Stroke};
use crate::colour::Colour;
use crate::plane::glyph;

/// What stands at a point, with its radius.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// A filled disc.
    Disc(f64, Colour),
    /// A circle.
    Ring(f64, Stroke),
    /// A filled triangle that points up.
    Triangle(f64, Colour),
    /// Two strokes that cross.
    Cross(f64, Stroke),
    /// A black disc with a white one in it, which is seen on any ground.
    Pin(f64),
    /// The mark of a class of critical points.
    Class(Class),
}

impl Mark {
    /// Draws it.
    pub fn draw(self, canvas: &mut Canvas, at: Point) {
        let (x, y) = at;
        match self {
            Mark::Disc(radius, colour) => canvas.disc(at, radius, colour),
            Mark::Ring(radius, stroke) => canvas.ring(at, radius, stroke),
            Mark::Triangle(r, colour) => {
                canvas.polygon(
                    &[(x, y - r), (x + 0.87 * r, y + 0.5 * r), (x - 0.87 * r, y + 0.5 * r)],
                    colour,
                    1.0,
                );
            }
            Mark::Cross(r, stroke) => {
                let strokes = [[(x - r, y - r), (x + r, y + r)], [(x - r, y + r), (x + r, y - r)]];
                canvas.lines(strokes.iter().map(|line| &line[..]), stroke);
            }
            Mark::Pin(radius) => {
                canvas.disc(at, radius, Colour::BLACK);
                canvas.disc(at, 0.5 * radius, Colour::WHITE);
            }
            Mark::Class(class) => glyph::draw(canvas, at, class),
        }
    }
}
