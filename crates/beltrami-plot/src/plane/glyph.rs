//! A mark for each class of critical points, told apart by shape and not by colour alone.

use std::f64::consts::PI;

use beltrami::critical::Class;

use crate::{Canvas, Colour, Point, Stroke};

/// Half the width of a mark, in pixels.
const R: f64 = 8.0;
const EDGE: Stroke = Stroke::new(Colour::BLACK, 2.0);

/// Draws the mark of a class.
pub fn draw(canvas: &mut Canvas, at: Point, class: Class) {
    let (x, y) = at;
    let around = R + 2.0;
    let square = [(x, y - around), (x + around, y), (x, y + around), (x - around, y)];
    match class {
        Class::StableNode => canvas.disc(at, R, Colour::BLACK),
        Class::UnstableNode => hollow(canvas, at),
        Class::StableSpiral => canvas.polygon(&square, Colour::BLACK, 1.0),
        Class::UnstableSpiral => outlined(canvas, &square),
        Class::Saddle => {
            hollow(canvas, at);
            let half = (0..=24).map(|k| {
                let (sin, cos) = (PI * (0.5 + f64::from(k) / 24.0)).sin_cos();
                (x + R * cos, y + R * sin)
            });
            canvas.polygon(&half.collect::<Vec<Point>>(), Colour::BLACK, 1.0);
        }
        Class::Centre => {
            hollow(canvas, at);
            canvas.disc(at, 3.0, Colour::BLACK);
        }
        Class::Degenerate => {
            let strokes = [[(x - R, y - R), (x + R, y + R)], [(x - R, y + R), (x + R, y - R)]];
            canvas.lines(strokes.iter().map(|line| &line[..]), Stroke::new(Colour::BLACK, 3.0));
        }
        Class::Minimum => {
            let down = [(x - R, y - R + 2.0), (x + R, y - R + 2.0), (x, y + R + 1.0)];
            canvas.polygon(&down, Colour::BLACK, 1.0);
        }
        Class::Maximum => {
            let up = [(x - R, y + R - 2.0), (x + R, y + R - 2.0), (x, y - R - 1.0)];
            outlined(canvas, &up);
        }
    }
}

fn hollow(canvas: &mut Canvas, at: Point) {
    canvas.disc(at, R, Colour::WHITE);
    canvas.ring(at, R, EDGE);
}

fn outlined(canvas: &mut Canvas, corners: &[Point]) {
    canvas.polygon(corners, Colour::WHITE, 1.0);
    let closed: Vec<Point> = corners.iter().chain(corners.first()).copied().collect();
    canvas.lines([&closed[..]], EDGE);
}

/// The classes in the order of the legend.
pub const ORDER: [Class; 9] = [
    Class::StableNode,
    Class::UnstableNode,
    Class::StableSpiral,
    Class::UnstableSpiral,
    Class::Saddle,
    Class::Centre,
    Class::Minimum,
    Class::Maximum,
    Class::Degenerate,
];
