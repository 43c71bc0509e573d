//! Contour maps of scalar fields.

use beltrami::Equations;
use beltrami::critical::{Class, CriticalPoint};
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::All;

use super::isoline::Grid;
use super::portrait::classes;
use super::unproved::Unproved;
use super::{SIZE, Window, beside, framed, sheet};
use crate::{Canvas, Colour, Key, Legend, Mark, Picture, PlotError, Point, Stroke, axis};

/// Lines of equal value of a field, with its critical points; the lines through saddles stand out.
pub struct Contours {
    /// The names of both variables.
    pub names: Vec<String>,
    /// What is shown.
    pub window: Window,
    /// Values, ascending, with the lines on which the field has them.
    pub levels: Vec<(f64, Vec<Vec<Point>>)>,
    /// The lines through saddles.
    pub through_saddles: Vec<Vec<Point>>,
    /// Critical points with their classes.
    pub points: Vec<(Point, Class)>,
    /// What is not proved.
    pub unproved: Unproved,
}

/// Squares along each side of the grid.
const CELLS: usize = 240;
/// Lines.
const LEVELS: usize = 18;
/// Saddles whose lines are drawn; more would hide the map.
const SADDLES: usize = 12;

impl Contours {
    /// The geometry of the picture.
    pub fn new(
        equations: &mut Equations,
        region: &[Interval],
        points: &[CriticalPoint],
        all: &All,
    ) -> Result<Contours, PlotError> {
        let window = Window::new(region)?;
        let unproved = Unproved::new(equations, window, all);
        let tape = equations.field.as_ref();
        let mut memory = tape.map(|tape| tape.memory::<f64>());
        let mut f = |p: Point| match (tape, &mut memory) {
            (Some(tape), Some(memory)) => {
                let mut out = [0.0];
                tape.run(&[p.0, p.1], memory, &mut out);
                out[0]
            }
            _ => f64::NAN,
        };
        let grid = Grid::new(window, CELLS, &mut f);
        let sorted = grid.sorted();
        // Equal areas between lines show flat and steep parts alike.
        let level = |k: usize| {
            let place = (k as f64 + 0.5) / LEVELS as f64 * sorted.len() as f64;
            sorted.get(place as usize).copied()
        };
        let levels = (0..LEVELS)
            .filter_map(level)
            .map(|level| (level, grid.isoline(level, &mut f)))
            .collect();
        let saddles = points.iter().filter(|p| p.class == Class::Saddle).take(SADDLES);
        let heights: Vec<f64> = saddles.map(|p| f((p.x[0], p.x[1]))).collect();
        let through_saddles =
            heights.into_iter().flat_map(|level| grid.isoline(level, &mut f)).collect();
        Ok(Contours {
            names: equations.names.clone(),
            window,
            levels,
            through_saddles,
            points: points.iter().map(|p| ((p.x[0], p.x[1]), p.class)).collect(),
            unproved,
        })
    }
}

impl Picture for Contours {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw(&self, canvas: &mut Canvas) {
        let area = sheet(canvas, "critical points of a scalar field");
        let mut frame = framed(canvas, area, self.window, &self.names);
        let colour = |k: usize| shade(k as f64 / (self.levels.len().max(2) - 1) as f64);
        for (k, (_, lines)) in self.levels.iter().enumerate() {
            frame.lines(lines.iter().map(|line| &line[..]), Stroke::new(colour(k), 1.2));
        }
        let saddles = Stroke::new(Colour::VERMILION, 2.0);
        frame.lines(self.through_saddles.iter().map(|line| &line[..]), saddles);
        self.unproved.draw(&mut frame);
        for (at, class) in &self.points {
            frame.marks([*at], Mark::Class(*class));
        }
        frame.finish();
        let mut legend = Legend::default();
        classes(&mut legend, &self.points, &self.unproved);
        if !self.through_saddles.is_empty() {
            legend.add(Key::Line(saddles), "levels of saddles");
        }
        legend.add(Key::Space, "levels, high to low:");
        for (k, (level, _)) in self.levels.iter().enumerate().rev().step_by(3) {
            legend.add(Key::Line(Stroke::new(colour(k), 3.0)), axis::short(*level));
        }
        beside(canvas, area, &legend);
    }
}

/// From dark blue to light green, darker being lower for any colour vision (the map viridis, its light end left out).
fn shade(t: f64) -> Colour {
    const STOPS: [(f64, f64, f64); 4] =
        [(68.0, 1.0, 84.0), (59.0, 82.0, 139.0), (33.0, 145.0, 140.0), (94.0, 201.0, 98.0)];
    let place = t.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let k = (place as usize).min(STOPS.len() - 2);
    let part = place - k as f64;
    let mix = |a: f64, b: f64| (a + part * (b - a)).round() as u8;
    let (a, b) = (STOPS[k], STOPS[k + 1]);
    Colour(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
